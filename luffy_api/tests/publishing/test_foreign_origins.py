"""A front end on another origin: what it may read, with addresses that it can use."""

import re
from collections.abc import Iterator
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from luffy_api.apps.course.models import Course
from luffy_api.apps.publishing.front import published
from luffy_api.apps.publishing.publisher import publisher
from luffy_api.apps.school.models import HelpPage
from luffy_api.apps.user import tokens
from luffy_api.common import foreign_origins
from luffy_api.settings.origins import with_foreign_origins
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, SectionFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]

ORIGIN, OTHER, SITE = "https://app.example", "https://other.example", "https://school.example"
ALLOWED, EXPOSED = "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"
LIST, DETAIL = "/api/v1/course/", "/api/v1/course/7/"


@pytest.fixture
def foreign(settings, publishing) -> Iterator[None]:
    """A shop that one other front end may use."""
    settings.PUBLIC_URL = SITE
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    settings.MIDDLEWARE = with_foreign_origins(settings.MIDDLEWARE)
    foreign_origins._prefix.cache_clear()
    yield
    foreign_origins._prefix.cache_clear()


@pytest.fixture
def course(foreign) -> Course:
    course: Course = CourseFactory(
        pk=7,
        course_img="covers/7.webp",
        attachment_path="course/attachments/notes.zip",
    )
    SectionFactory(pk=70, course=course, free_trail=True)
    return course


def app(origin: str = ORIGIN, **headers: str) -> Client:
    return Client(headers={"origin": origin, **headers})


def preflight(path: str, *, origin: str = ORIGIN, method: str = "POST"):
    asked = {
        "access-control-request-method": method,
        "access-control-request-headers": "authorization,content-type",
    }
    return Client(headers={"origin": origin, **asked}).options(path)


@pytest.mark.parametrize("path", [LIST, "/api/v1/order/pay/", "/api/v1/user/profile/"])
def test_a_preflight_is_answered_to_whoever_has_no_token(course, path):
    answer = preflight(path)

    assert answer.status_code == 200
    assert answer[ALLOWED] == ORIGIN
    assert "authorization" in answer["Access-Control-Allow-Headers"]
    assert {"POST", "PUT", "PATCH", "DELETE"} <= set(
        re.split(", *", answer["Access-Control-Allow-Methods"])
    )
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize(
    "origin", [OTHER, "null", "https://app.example.evil.example", "http://app.example", "*", ""]
)
def test_other_origins_are_told_nothing(course, origin):
    assert ALLOWED not in preflight(LIST, origin=origin)
    for _ in range(2):
        answer = app(origin).get(LIST)
        assert ALLOWED not in answer
        assert answer.json()["data"]["results"][0]["course_img"] == "/media/covers/7.webp"


@pytest.mark.parametrize("path", ["/", "/course/7", "/admin/login/", "/robots.txt"])
def test_pages_are_read_by_no_other_origin(course, path):
    assert ALLOWED not in app().get(path)


def test_media_have_a_host_and_everything_else_is_as_it_is(course):
    ours = Client().get(DETAIL).json()["data"]

    data = app().get(DETAIL).json()["data"]

    assert data["course_img"] == f"{SITE}/media/covers/7.webp"
    assert {name for name, value in data.items() if value != ours[name]} == {"course_img"}


def test_pictures_in_a_text_have_a_host_and_its_words_have_none(course):
    page = HelpPage.objects.create(title="怎么付款", text="/media/x ![图](/media/d.png)")

    html = app().get(f"/api/v1/home/help/{page.pk}/").json()["data"]["html"]

    assert f'src="{SITE}/media/d.png"' in html
    assert "<p>/media/x" in html


def test_the_next_page_of_a_list_has_a_host(course):
    CourseFactory()

    data = app().get(f"{LIST}?page_size=1").json()["data"]

    assert data["next"] == f"{SITE}/api/v1/course/?page=2&page_size=1"


@pytest.mark.every_database
def test_each_front_end_gets_its_own_published_answer(course, django_assert_num_queries):
    for origin, address in ((ORIGIN, f"{SITE}/media/covers/7.webp"), ("", "/media/covers/7.webp")):
        client = app(origin)
        client.get(LIST)
        with django_assert_num_queries(0):
            answer = client.get(LIST)
        assert answer.json()["data"]["results"][0]["course_img"] == address
        assert (answer.get(ALLOWED) == ORIGIN) == (origin == ORIGIN)
        assert "Origin" in answer["Vary"]
        again = client.get(LIST, headers={"if-none-match": answer["ETag"]})
        assert (again.status_code, again.get(ALLOWED)) == (304, answer.get(ALLOWED))


@pytest.mark.every_database
def test_an_owner_gets_what_is_theirs_with_a_host(course):
    token = tokens.issue(EnrollmentFactory(course=course).user).token

    for _ in range(2):
        answer = app(authorization=f"jwt {token}").get(DETAIL)

        assert answer.json()["data"]["owned"] is True
        assert answer.json()["data"]["attachment_path"].startswith(f"{SITE}/files/")
        assert int(answer.get("Content-Length", len(answer.content))) == len(answer.content)


def test_players_of_elsewhere_may_read_files_and_learn_why_not(foreign):
    answer = app().get("/files/token/course/videos/1.mp4")

    assert (answer.status_code, answer[ALLOWED]) == (403, ORIGIN)
    ready = preflight("/files/token/course/videos/1.m3u8", method="GET")
    assert "range" in ready["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (b'{"url":"/files/t/1.mp4"}', b'{"url":"https://school.example/files/t/1.mp4"}'),
        (b'{"url":"https://cdn.example/media/x"}', b'{"url":"https://cdn.example/media/x"}'),
        (b'{"link":"/free-course","text":"see /media/x"}', None),
        (b'{"url":"//evil.example/media/x"}', None),
    ],
)
def test_paths_of_files_get_the_host_once(foreign, given, told):
    found = foreign_origins.with_addresses(given)

    assert found == (told or given)
    assert foreign_origins.with_addresses(found) == found


def test_a_refusal_says_when_to_come_back_and_under_which_number(settings, course):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "published": {"address": (1, 60)}}
    publisher.cache_clear()
    client = app()

    answer = [client.get(LIST) for _ in range(4)][-1]

    assert answer.status_code == 429
    assert answer[ALLOWED] == ORIGIN
    exposed = answer[EXPOSED].lower()
    for name in ("Retry-After", "X-Request-ID"):
        assert answer[name]
        assert name.lower() in exposed


def test_a_refused_token_can_be_read(course):
    answer = app(authorization="jwt x").get("/api/v1/user/profile/")

    assert (answer.status_code, answer[ALLOWED]) == (401, ORIGIN)


def test_what_is_given_out_before_django_can_be_read_too(course):
    application = published(WSGIHandler())

    def ask(origin: str) -> dict[str, str]:
        environ = {"PATH_INFO": LIST, "HTTP_ORIGIN": origin}
        setup_testing_defaults(environ)
        environ |= {"HTTP_HOST": "testserver", "REMOTE_ADDR": "127.0.0.1"}
        told: list[dict[str, str]] = []
        found = application(environ, lambda _, headers: told.append(dict(headers)))
        environ["body"] = b"".join(found).decode()
        getattr(found, "close", lambda: None)()
        return {**told[0], "body": environ["body"]}

    first, second = ask(ORIGIN), ask(ORIGIN)
    stranger = ask(OTHER)

    assert second["body"] == first["body"]
    assert f'"{SITE}/media/covers/7.webp"' in second["body"]
    assert (second[ALLOWED], second["ETag"]) == (ORIGIN, first["ETag"])
    assert "Retry-After" in second[EXPOSED]
    assert ALLOWED not in stranger
    assert SITE not in stranger["body"]


def test_without_other_front_ends_nothing_is_said(publishing):
    CourseFactory()

    assert ALLOWED not in app().get(LIST)
    assert ALLOWED not in preflight(LIST)
