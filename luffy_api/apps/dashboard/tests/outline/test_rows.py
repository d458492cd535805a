"""Names and deletions of chapters and sections on the page of their course."""

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from rest_framework.test import APIClient

from luffy_api.apps.course.models import Course, CourseChapter, CourseSection
from luffy_api.apps.dashboard.tests.outline.pages import (
    LONG_AGO,
    VIEW,
    browser,
    outline_of,
    with_rights,
)
from luffy_api.tests.factories import ChapterFactory, CourseFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def chapter():
    """A chapter 旧章 of two sections, 旧课 and another one."""
    made = ChapterFactory(name="旧章", course=CourseFactory())
    SectionFactory(chapter=made, name="旧课", orders=1)
    SectionFactory(chapter=made, name="别的课", orders=2)
    return made


def kind_of(row):
    return "chapter" if isinstance(row, CourseChapter) else "section"


def address(row):
    course = row.course if isinstance(row, CourseChapter) else row.chapter.course
    return f"{outline_of(course)}{kind_of(row)}/{row.pk}/"


def rename(client, row, name, /, **changes):
    body = {"name": name, "was": row.name, "read_at": LONG_AGO}
    return client.patch(address(row), {**body, **changes}, format="json")


def remove(client, row, **changes):
    body = {"was": row.name, "read_at": LONG_AGO}
    if isinstance(row, CourseChapter):
        living = row.coursesections.filter(is_delete=False)
        body["sections"] = list(living.values_list("pk", flat=True))
    return client.post(f"{address(row)}remove/", {**body, **changes}, format="json")


def rows_of(chapter):
    """The chapter and its first section."""
    return [chapter, CourseSection.objects.get(name="旧课")]


def test_names_change_and_the_log_says_from_what_to_what(operations, chapter):
    for row in rows_of(chapter):
        assert rename(operations, row, " 新的 ").status_code == 200
        row.refresh_from_db()
        assert row.name == "新的"
    told = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(told) == ["章节标题：旧章 → 新的", "课时标题：旧课 → 新的"]


def test_a_name_that_somebody_else_has_changed_stays_and_is_said(operations, chapter):
    for row in rows_of(chapter):
        rename(operations, row, "李四写的")

        answer = rename(browser(), row, "我写的")

        assert answer.status_code == 409
        assert "李四 在 " in answer.json()["msg"]
        row.refresh_from_db()
        assert row.name == "李四写的"


def test_the_same_name_again_is_no_conflict_and_no_change(operations, chapter):
    rename(operations, chapter, "新的")

    assert rename(operations, chapter, "新的", was="旧章").status_code == 200
    assert LogEntry.objects.count() == 1


NO_NAMES = [
    {"name": ""},
    {"name": " "},
    {"name": "x" * 129},
    {"name": None},
    {"name": []},
    {"name": "a\0"},
    {"was": None},
    {"was": "x" * 129},
    {"read_at": ""},
    {"read_at": "x"},
]


@pytest.mark.any_database
def test_what_is_no_name_is_refused(operations, chapter):
    for changes in NO_NAMES:
        for row in rows_of(chapter):
            assert rename(operations, row, "新的", **changes).status_code == 400, changes


def test_deletions_are_soft_counted_and_logged(operations, chapter):
    course, section = chapter.course, rows_of(chapter)[1]

    assert remove(operations, section).status_code == 200
    course.refresh_from_db()
    assert (course.sections, course.pub_sections) == (1, 1)
    assert remove(operations, chapter).status_code == 200
    course.refresh_from_db()
    assert (course.sections, course.pub_sections) == (0, 0)

    for row in (chapter, section):
        row.refresh_from_db()
        assert row.is_delete
    assert list(LogEntry.objects.values_list("change_message", flat=True)) == ["在课程页删除"] * 2
    assert operations.get(outline_of(course)).json()["data"]["chapters"] == []
    assert remove(operations, section).status_code == 404
    assert remove(operations, chapter).status_code == 404


def test_a_chapter_that_has_got_another_section_meanwhile_is_not_deleted(operations, chapter):
    seen = list(chapter.coursesections.values_list("pk", flat=True))
    body = {"chapter": chapter.pk, "name": "李四的课", "section_type": 2}
    operations.post(f"{outline_of(chapter.course)}section/", body, format="json")

    answer = remove(browser(), chapter, sections=seen)

    assert answer.status_code == 409
    assert "李四 在 " in answer.json()["msg"]
    chapter.refresh_from_db()
    assert not chapter.is_delete


def test_what_has_another_name_by_now_is_not_deleted(operations, chapter):
    for row in rows_of(chapter):
        assert remove(operations, row, was="别的名字").status_code == 409
    assert not CourseSection.objects.filter(is_delete=True).exists()


@pytest.mark.parametrize("sections", ["x", None, [0], [[1]], [2**63]])
def test_what_are_no_sections_is_refused(operations, chapter, sections):
    assert remove(operations, chapter, sections=sections).status_code == 400


def test_rows_of_another_course_are_not_found(operations, chapter):
    other = outline_of(CourseFactory())
    section = rows_of(chapter)[1]
    body = {"was": "旧课", "name": "新", "read_at": LONG_AGO, "sections": []}
    for kind, row in (("chapter", chapter), ("section", section)):
        assert operations.patch(f"{other}{kind}/{row.pk}/", body, "json").status_code == 404
        assert operations.post(f"{other}{kind}/{row.pk}/remove/", body, "json").status_code == 404


ACTIONS = {
    "change_coursechapter": lambda client, chapter: rename(client, chapter, "新"),
    "change_coursesection": lambda client, chapter: rename(client, rows_of(chapter)[1], "新"),
    "delete_coursechapter": lambda client, chapter: remove(client, chapter),
    "delete_coursesection": lambda client, chapter: remove(client, rows_of(chapter)[1]),
}


@pytest.mark.any_database
@pytest.mark.parametrize("right", ACTIONS)
def test_each_action_needs_its_own_right(chapter, right):
    others = [name for name in ACTIONS if name != right]

    assert ACTIONS[right](with_rights(*VIEW, *others), chapter).status_code == 403
    assert ACTIONS[right](with_rights(right), chapter).status_code == 403
    assert ACTIONS[right](APIClient(), chapter).status_code == 401
    assert ACTIONS[right](with_rights(*VIEW, right), chapter).status_code == 200


def test_the_last_of_a_course_on_sale_is_told_and_its_end_is_a_deletion(operations, chapter):
    section = rows_of(chapter)[1]
    Course.objects.update(status=Course.Status.ONLINE)
    CourseSection.objects.exclude(pk=section.pk).update(is_delete=True)

    answer = remove(operations, section)

    assert "还没有可以学习的课时" in answer.data["data"]["warning"]
    entry = LogEntry.objects.get(object_id=section.pk, content_type__model="coursesection")
    assert entry.action_flag == DELETION
