"""Chapters and sections that are made on the page of their course."""

import pytest
from django.contrib.admin.models import LogEntry

from luffy_api.apps.course.models import CourseChapter, CourseSection
from luffy_api.apps.dashboard.tests.outline.pages import (
    change,
    move,
    move_chapters,
    outline_of,
    read_at,
    shown,
)
from luffy_api.tests.factories import ChapterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_new_ones_come_last(operations, course):
    made = operations.post(f"{outline_of(course)}chapter/", {"name": " 三 "}, format="json")
    body = {"chapter": made.json()["data"]["id"], "name": "e", "section_type": 2}
    section = operations.post(f"{outline_of(course)}section/", body, format="json")
    body |= {"chapter": CourseChapter.objects.get(name="一").pk, "name": "f", "section_type": 0}
    operations.post(f"{outline_of(course)}section/", body, format="json")

    assert made.status_code == section.status_code == 201
    assert (made.json()["data"]["chapter"], made.json()["data"]["name"]) == (3, "三")
    assert section.json()["data"]["media"]["state"] == 0
    assert shown(operations, course) == {"一": ["a", "b", "c", "f"], "二": ["d"], "三": ["e"]}
    course.refresh_from_db()
    assert course.sections == 6
    log = LogEntry.objects.values_list("object_repr", "change_message")
    assert set(log) == {(name, "在课程页新建") for name in ("第 3 章 三", "e", "f")}


def test_behind_the_last_number_that_fits_there_is_still_room(operations, course):
    CourseChapter.objects.filter(name="二").update(chapter=32767)
    CourseSection.objects.filter(name="d").update(orders=2**31 - 1)
    body = {"chapter": CourseChapter.objects.get(name="二").pk, "name": "e", "section_type": 2}

    chapter = operations.post(f"{outline_of(course)}chapter/", {"name": "三"}, format="json")
    section = operations.post(f"{outline_of(course)}section/", body, format="json")

    assert (chapter.status_code, section.status_code) == (201, 201)
    assert shown(operations, course) == {"一": ["a", "b", "c"], "二": ["d", "e"], "三": []}


NO_SECTIONS = [
    {"name": ""},
    {"name": "  "},
    {"name": "x" * 129},
    {"name": "a\0b"},
    {"name": None},
    {"name": ["x"]},
    {"section_type": 9},
    {"section_type": "video"},
    {"section_type": None},
    {"chapter": 0},
    {"chapter": "x"},
]


@pytest.mark.any_database
def test_what_is_no_section_is_refused(operations, course):
    body = {"chapter": CourseChapter.objects.get(name="一").pk, "name": "e", "section_type": 2}

    for changes in NO_SECTIONS:
        answer = operations.post(
            f"{outline_of(course)}section/", {**body, **changes}, format="json"
        )

        assert answer.status_code == 400, changes
    assert CourseSection.objects.count() == 4


@pytest.mark.parametrize("what", ["foreign", "deleted", "unknown"])
def test_a_section_is_not_made_in_a_chapter_that_is_not_there(operations, course, what):
    chapter = ChapterFactory() if what == "foreign" else CourseChapter.objects.get(name="一")
    if what == "deleted":
        CourseChapter.objects.update(is_delete=True)
    pk = 999_999 if what == "unknown" else chapter.pk
    body = {"chapter": pk, "name": "e", "section_type": 2}

    answer = operations.post(f"{outline_of(course)}section/", body, format="json")

    assert answer.status_code == 404
    assert CourseSection.objects.count() == 4


def test_a_deleted_course_has_no_outline(operations, course):
    at = read_at(operations, course)
    type(course).objects.update(is_delete=True)
    made = operations.post(f"{outline_of(course)}chapter/", {"name": "三"}, format="json")

    assert operations.get(outline_of(course)).status_code == 404
    assert made.status_code == 404
    assert move(operations, course, change("一", "abc", "cab"), at=at).status_code == 404
    assert move_chapters(operations, course, "一二", "二一", at=at).status_code == 404
