"""Published bytes before Django: the same answers, ids, limits, log lines and metrics."""

import logging
import uuid
from dataclasses import dataclass
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started

from luffy_api.apps.publishing.front import published
from luffy_api.apps.publishing.publisher import publisher
from luffy_api.apps.publishing.versions import versions
from luffy_api.common import metrics
from luffy_api.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/api/v1/course/"
ROUTE = "/api/v1/course/"


@dataclass(frozen=True)
class Answer:
    status: str
    headers: dict[str, str]
    body: bytes
    by_django: bool


@pytest.fixture
def ask(publishing):
    """ask(path, method=…, HTTP_…=…) through the front."""
    application = published(WSGIHandler())
    begun: list[Any] = []

    def begin(**_: Any) -> None:
        begun.append(1)

    def call(path: str = LIST, *, method: str = "GET", **more: str) -> Answer:
        environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path}
        setup_testing_defaults(environ)
        environ |= {"HTTP_HOST": "testserver", "REMOTE_ADDR": "127.0.0.1", **more}
        told: list[Any] = []
        begun.clear()
        found = application(environ, lambda *start: told.append(start))
        body = b"".join(found)
        getattr(found, "close", lambda: None)()
        [(status, headers)] = told
        return Answer(status, dict(headers), body, bool(begun))

    request_started.connect(begin)
    yield call
    request_started.disconnect(begin)


def test_django_makes_the_answer_and_does_not_see_the_next_request(ask):
    CourseFactory()

    first, second = ask(), ask()

    assert (first.by_django, second.by_django) == (True, False)
    assert second.body == first.body
    assert second.status == "200 OK"
    ids = {first.headers.pop("X-Request-ID"), second.headers.pop("X-Request-ID")}
    assert second.headers == first.headers
    assert all(uuid.UUID(each) for each in ids)
    assert len(ids) == 2


@pytest.mark.any_database
def test_head_and_304_have_no_body(ask):
    etag = ask().headers["ETag"]

    head, unchanged = ask(method="HEAD"), ask(HTTP_IF_NONE_MATCH=etag)

    assert (head.status, head.body, head.by_django) == ("200 OK", b"", False)
    assert int(head.headers["Content-Length"]) > 0
    assert (unchanged.status, unchanged.body) == ("304 Not Modified", b"")
    assert unchanged.headers["ETag"] == etag
    assert not unchanged.headers.keys() & {"Content-Type", "Content-Length"}


@pytest.mark.any_database
@pytest.mark.parametrize("given", ["8b0cb6f5b4c74e2a8a6b0f6d4ad8c2f1", "no id", ""])
def test_a_proxys_request_id_is_taken_over_if_it_is_one(ask, given):
    ask()

    answer = ask(HTTP_X_REQUEST_ID=given)

    assert not answer.by_django
    assert (answer.headers["X-Request-ID"] == given) == (len(given) == 32)


def test_it_is_logged_and_measured_like_every_request(ask, caplog):
    ask()
    labels = (ROUTE, "GET", "2xx")
    before = metrics.REQUESTS.labels(*labels)._value.get()
    caplog.clear()

    with caplog.at_level(logging.INFO, "luffy.access"):
        ask()

    assert [record.getMessage().rsplit(" ", 1)[0] for record in caplog.records] == [
        f"GET {ROUTE} 200"
    ]
    assert metrics.REQUESTS.labels(*labels)._value.get() == before + 1


@pytest.mark.any_database
@pytest.mark.parametrize(
    "more",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_ACCEPT": "text/html"},
        {"method": "POST"},
        {"QUERY_STRING": "page=2&" + "x" * 500},
        {"path": "/healthz"},
    ],
)
def test_what_is_not_ordinary_goes_on_to_django(ask, more):
    ask()

    assert ask(**more).by_django


@pytest.mark.any_database
def test_a_path_in_chinese_is_not_found(ask):
    ask()

    # As WSGI has it: the bytes of the path, each as a character.
    assert ask(f"{LIST}中文/".encode().decode("latin-1")).status[:3] == "404"


def test_a_token_is_read_by_django(ask):
    detail = f"{LIST}{CourseFactory().pk}/"
    ask(detail)

    assert ask(detail, HTTP_AUTHORIZATION="jwt x").status[:3] == "401"


def test_lists_do_not_look_at_tokens(ask):
    ask()

    answer = ask(HTTP_AUTHORIZATION="jwt x")

    assert not answer.by_django
    assert answer.status == "200 OK"
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_version_that_must_be_read_is_left_to_django(ask):
    ask()
    versions.expire()

    assert ask().by_django
    assert not ask().by_django


def test_beyond_the_limit_django_refuses(ask, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "published": {"address": (2, 60)}}
    publisher.cache_clear()

    answers = [ask() for _ in range(4)]

    assert [each.status[:3] for each in answers] == ["200"] * 3 + ["429"]
    assert answers[-1].headers["Retry-After"]
