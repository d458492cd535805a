"""GET course/{id}/preview/: the page of a course that is not public, for who holds a link."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.utils import timezone

from luffy_api.apps.course import previews
from luffy_api.apps.course.models import Course
from luffy_api.apps.course.tests.test_detail import DETAIL
from luffy_api.tests.factories import CourseFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
OFFLINE = Course.Status.OFFLINE
PATHS = ("", "chapter/")


@pytest.fixture
def draft():
    """A draft with one section that visitors will see, and one that they will not."""
    section = SectionFactory(course=CourseFactory(status=OFFLINE), name="导论", free_trail=True)
    SectionFactory(chapter=section.chapter, name="草稿", is_show=False)
    return section.chapter.course


def ask(client, course_id, token, path=""):
    return client.get(f"/api/v1/course/{course_id}/preview/{path}", {"token": token})


def test_the_holder_of_a_link_sees_the_page_as_it_will_be(api, draft):
    [token] = parse_qs(urlsplit(previews.make_link(draft.pk)).query)["preview"]

    data = ask(api, draft.pk, token).json()["data"]
    [chapter] = ask(api, draft.pk, token, "chapter/").json()["data"]

    assert data.keys() == {*DETAIL, "preview_ends_at"}
    assert (data["name"], data["status_name"], data["owned"]) == (draft.name, "下线", False)
    assert (data["trial_section"], data["attachment_path"]) == (None, None)
    assert data["preview_ends_at"] > timezone.localtime().isoformat()
    assert [section["name"] for section in chapter["coursesections"]] == ["导论"]


@pytest.mark.parametrize("path", PATHS)
def test_no_cache_keeps_a_preview_and_nobody_else_gets_it(api, draft, path):
    token = previews.make_token(draft.pk)

    answers = [ask(api, draft.pk, token, path) for _ in range(2)]

    assert {answer["Cache-Control"] for answer in answers} == {"private, no-store"}
    assert not any(answer.has_header("ETag") for answer in answers)
    assert ask(api, draft.pk, "x", path).status_code == 404
    assert api.get(f"/api/v1/course/{draft.pk}/?preview={token}").status_code == 404


def test_a_link_ends(api, draft, settings):
    settings.PREVIEW_LIFETIME = timedelta(seconds=-1)

    for path in PATHS:
        answer = ask(api, draft.pk, previews.make_token(draft.pk), path)
        assert (answer.status_code, answer.json()["code"]) == (404, 1004)
        assert "已过期" in answer.json()["msg"]


@pytest.mark.parametrize("path", PATHS)
def test_a_link_is_for_its_course_alone(api, draft, path):
    other = CourseFactory(status=OFFLINE)

    assert ask(api, other.pk, previews.make_token(draft.pk), path).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_a_deleted_course_has_no_preview(api, draft, path):
    Course.objects.filter(pk=draft.pk).update(is_delete=True)

    answer = ask(api, draft.pk, previews.make_token(draft.pk), path)

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-1],
        lambda token: token.partition(":")[0],
        lambda token: f"{token}:{token}",
        lambda token: f"WzEsOTk5OTk5OTk5OV0:{token.partition(':')[2]}",
        lambda token: signing.Signer(salt="another").sign_object([1, 9999999999]),
        lambda token: "课程",
    ],
)
def test_a_token_that_we_did_not_sign_opens_nothing(api, draft, forge):
    for path in PATHS:
        answer = ask(api, draft.pk, forge(previews.make_token(draft.pk)), path)
        assert (answer.status_code, answer.json()["code"]) == (404, 1004)


@pytest.mark.parametrize("query", ["", "token=", f"token={'x' * 201}", "token=%00"])
def test_a_token_is_required(api, draft, query):
    for path in PATHS:
        answer = api.get(f"/api/v1/course/{draft.pk}/preview/{path}?{query}")
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["token"]


def test_the_page_of_a_preview_names_no_file(api, draft):
    SectionFactory(course=draft, video="secret.mp4", free_trail=True)
    token = previews.make_token(draft.pk)

    text = json.dumps([ask(api, draft.pk, token, path).json() for path in PATHS])

    assert not any(word in text for word in ("secret", "/files/"))


@pytest.mark.parametrize("size", [1, 9])
def test_few_queries_at_any_size(api, draft, django_assert_max_num_queries, size):
    SectionFactory.create_batch(size, course=draft)
    for path in PATHS:
        with django_assert_max_num_queries(3):
            assert ask(api, draft.pk, previews.make_token(draft.pk), path).status_code == 200
