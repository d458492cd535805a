"""Published answers over HTTP: who gets them, what they say, and who gets none."""

import gzip
import threading
import time

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import resolve

from luffy_api.apps.course import selectors
from luffy_api.apps.course.models import Course
from luffy_api.apps.publishing.middleware import PublishedBytesMiddleware
from luffy_api.apps.publishing.publisher import publisher
from luffy_api.apps.user import tokens
from luffy_api.common import rate_limits
from luffy_api.common.codes import Code
from luffy_api.tests.factories import CourseFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("publishing")]

LIST = "/api/v1/course/"


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"accept": "application/json"})


@pytest.fixture
def course() -> Course:
    found: Course = CourseFactory(name="爬虫实战", brief="一步一步学会写爬虫。" * 20)
    return found


def rename(course: Course, name: str) -> None:
    Course.objects.filter(pk=course.pk).update(name=name)


def test_the_second_request_asks_nothing(visitor, course, django_assert_num_queries):
    first = visitor.get(LIST)

    with django_assert_num_queries(0):
        second = visitor.get(LIST)

    assert second.content == first.content
    assert second.json()["data"]["results"][0]["name"] == course.name
    assert {*first.items()} - {*second.items()} <= {("X-Request-ID", first["X-Request-ID"])}


def test_a_change_is_seen_at_once_by_the_process_that_made_it(visitor, course):
    visitor.get(LIST)

    rename(course, "新的名字")

    assert visitor.get(LIST).json()["data"]["results"][0]["name"] == "新的名字"


@pytest.mark.any_database
def test_headers_of_a_published_answer(visitor, course):
    for _ in range(2):
        answer = visitor.get(LIST)

        assert answer["Cache-Control"] == "public, max-age=0, s-maxage=1, must-revalidate"
        assert {*answer["Vary"].split(", ")} == {"Accept-Encoding", "Authorization", "Origin"}
        assert answer["ETag"].startswith('"')
        assert answer["Content-Type"] == "application/json"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "Content-Encoding" not in answer
        assert answer["Content-Length"] == str(len(answer.content))
        assert answer["X-Request-ID"]


@pytest.mark.any_database
@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_it_is_compressed_for_who_accepts_it(visitor, course, encoding):
    plain = visitor.get(LIST)

    packed = visitor.get(LIST, headers={"accept-encoding": f"{encoding}, deflate"})

    assert packed["Content-Encoding"] == encoding
    assert len(packed.content) < len(plain.content)
    assert packed["ETag"] != plain["ETag"]
    if encoding == "gzip":
        assert gzip.decompress(packed.content) == plain.content


@pytest.mark.any_database
def test_who_has_it_gets_no_bytes_until_it_changes(visitor, course):
    etag = visitor.get(LIST)["ETag"]

    unchanged = visitor.get(LIST, headers={"if-none-match": etag})
    rename(course, "新的名字")
    changed = visitor.get(LIST, headers={"if-none-match": etag})

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged["ETag"] == etag
    assert unchanged["Cache-Control"]
    assert "Content-Type" not in unchanged
    assert changed.status_code == 200
    assert changed["ETag"] != etag


@pytest.mark.any_database
def test_head_has_the_headers_of_get(visitor, course):
    got = visitor.get(LIST)

    head = visitor.head(LIST)

    assert head["ETag"] == got["ETag"]
    assert head["Content-Length"] == got["Content-Length"]


def test_head_has_them_where_nobody_has_asked_before(visitor, course):
    student = {"Authorization": f"jwt {tokens.issue(UserFactory()).token}"}

    for headers in ({}, student):
        publisher().store.clear()
        head = visitor.head(LIST, headers=headers)
        got = visitor.get(LIST, headers=headers)
        for name in ("ETag", "Content-Length", "Cache-Control"):
            assert head[name] == got[name], (name, headers)
    assert visitor.head(f"{LIST}999/").status_code == 404
    assert visitor.head(LIST, headers={"If-None-Match": got["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", [f"{LIST}999/", f"{LIST}?kind=x", "/api/v1/nothing/"])
def test_a_refusal_is_not_published(visitor, course, path):
    for _ in range(2):
        answer = visitor.get(path)

        assert answer.status_code in {400, 404}
        assert "ETag" not in answer


def test_a_course_that_comes_later_is_found(visitor, course):
    later = course.pk + 1
    assert visitor.get(f"{LIST}{later}/").status_code == 404

    CourseFactory(pk=later)

    assert visitor.get(f"{LIST}{later}/").status_code == 200


def test_queries_are_told_apart(visitor, course):
    CourseFactory(name="免费的", kind=Course.Kind.FREE, price=0)

    names = {
        kind: [row["name"] for row in visitor.get(f"{LIST}?kind={kind}").json()["data"]["results"]]
        for kind in (2, 1, 2, 1)
    }

    assert names == {1: ["免费的"], 2: [course.name]}


@pytest.mark.any_database
@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"accept": "text/html"}])
def test_strange_requests_take_the_ordinary_way(visitor, course, headers):
    visitor.get(LIST)

    answer = visitor.get(LIST, headers=headers)

    assert (answer.status_code, answer.json()["code"]) in {(400, 1000), (406, 1006)}


def test_one_address_has_a_limit_of_its_own(settings, visitor, course):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "published": {"address": (3, 60)}}
    publisher.cache_clear()

    answers = [visitor.get(LIST) for _ in range(6)]

    # The first was no published one yet.
    assert [each.status_code for each in answers] == [200] * 4 + [429] * 2
    assert 0 < int(answers[-1]["Retry-After"]) <= 121
    assert answers[-1].json()["code"] == Code.THROTTLED.value
    other = visitor.get(LIST, REMOTE_ADDR="198.51.100.7")
    assert other.status_code == 200


def test_published_answers_are_not_counted_with_other_requests(settings, visitor, course):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "request": {"address": (3, 60)}}

    answers = [visitor.get(LIST).status_code for _ in range(8)]

    assert answers == [200] * 8
    assert not rate_limits.count("request", rate_limits.ADDRESS, "127.0.0.1")


@pytest.mark.any_database
def test_memory_is_bounded(settings, rf, course):
    settings.PUBLISHED_BYTES = 40_000
    publisher.cache_clear()
    layer = PublishedBytesMiddleware(view)

    for page_size in range(1, 21):
        assert layer(rf.get(f"{LIST}?page_size={page_size}")).status_code == 200

    assert 0 < publisher().store.bytes <= 40_000


def view(request: HttpRequest) -> HttpResponse:
    """What the layers below answer."""
    request.resolver_match = found = resolve(request.path_info)
    answer: HttpResponse = found.func(request).render()
    return answer


def test_many_at_once_make_it_once(course, monkeypatch):
    client, made, real = Client(), [], selectors.listed_courses

    def listed():
        made.append(1)
        time.sleep(0.05)
        return real()

    client.get("/healthz")
    monkeypatch.setattr(selectors, "listed_courses", listed)
    bodies = []

    def ask() -> None:
        bodies.append(client.get(LIST).content)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(bodies)) == 1
    assert len(made) == 1
