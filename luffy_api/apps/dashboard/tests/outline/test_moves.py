"""Chapters and sections change places, and of two who move them the second is told."""

import pytest
from django.contrib.admin.models import LogEntry

from luffy_api.apps.course.models import CatalogueEvent, CourseChapter, CourseSection
from luffy_api.apps.dashboard.tests.outline.pages import (
    browser,
    change,
    move,
    move_chapters,
    outline_of,
    read_at,
    shown,
)
from luffy_api.apps.publishing.models import Publication
from luffy_api.tests.factories import ChapterFactory, CourseFactory, SectionFactory

pytestmark = pytest.mark.django_db


def test_sections_change_places_in_their_chapter_and_numbers_follow(operations, course):
    answer = move(operations, course, change("一", "abc", "cab"))

    assert answer.status_code == 200
    assert shown(operations, course) == {"一": ["c", "a", "b"], "二": ["d"]}
    ranks = CourseSection.objects.filter(chapter__name="一").order_by("orders")
    assert list(ranks.values_list("orders", flat=True)) == [1, 2, 3]


def test_a_section_moves_to_another_chapter_and_the_log_says_so(operations, course):
    answer = move(operations, course, change("一", "abc", "ac"), change("二", "d", "bd"))

    assert answer.status_code == 200
    assert shown(operations, course) == {"一": ["a", "c"], "二": ["b", "d"]}
    entries = LogEntry.objects.values_list("object_repr", "change_message")
    assert sorted(entries) == [
        ("b", "从「第 1 章 一」移到「第 2 章 二」"),
        ("第 1 章 一", "调整了课时的排序：「b」 → （空）"),
        ("第 2 章 二", "调整了课时的排序：（空） → 「b」"),
    ]


def test_the_log_names_what_has_changed_its_place_and_a_few_at_most(operations, course):
    chapter = CourseChapter.objects.get(name="一")
    for number, name in enumerate("efghijk", start=10):
        SectionFactory(chapter=chapter, name=name, orders=number)

    move(operations, course, change("一", "abcefghijk", "acbefghijk"))
    move(operations, course, change("一", "acbefghijk", "kacbefghij"))

    entries = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(entries) == [
        "调整了课时的排序：「b」、「c」 → 「c」、「b」",
        "调整了课时的排序：「a」、「c」、「b」、「e」、「f」 等 10 节"
        " → 「k」、「a」、「c」、「b」、「e」 等 10 节",
    ]


def test_ranks_that_are_equal_become_different_ones(operations, course):
    CourseSection.objects.update(orders=100)

    move(operations, course, change("一", "abc", "bac"))

    assert shown(operations, course)["一"] == ["b", "a", "c"]
    rows = CourseSection.objects.filter(chapter__name="一").values_list("orders", flat=True)
    assert len(set(rows)) == 3
    assert CourseSection.objects.get(name="d").orders == 100


def test_a_hidden_chapter_takes_its_new_section_out_of_the_numbers_of_the_course(
    operations, course
):
    CourseChapter.objects.filter(name="二").update(is_show=False)

    move(operations, course, change("一", "abc", "ac"), change("二", "d", "db"))

    course.refresh_from_db()
    assert (course.sections, course.pub_sections, course.length) == (4, 2, 1200)


@pytest.mark.django_db(transaction=True)
def test_a_move_is_published_and_told_to_copies(operations, course):
    before = Publication.objects.count()
    at = read_at(operations, course)

    move(operations, course, change("一", "abc", "bac"), at=at)

    # The search index may add one for its copy.
    assert Publication.objects.count() > before
    event = CatalogueEvent.objects.latest("pk")
    assert (event.subject, event.object_id) == (CatalogueEvent.Subject.COURSE, course.pk)


def test_the_order_that_is_stored_already_changes_nothing(operations, course):
    move(operations, course, change("一", "abc", "cab"))
    entries = LogEntry.objects.count()

    again = move(operations, course, change("一", "abc", "cab"))

    assert again.status_code == 200
    assert LogEntry.objects.count() == entries


def test_chapters_change_places_and_get_the_numbers_of_their_places(operations, course):
    ChapterFactory(course=course, name="三", chapter=5)

    answer = move_chapters(operations, course, "一二三", "三一二")

    assert [row["chapter"] for row in answer.json()["data"]["chapters"]] == [1, 2, 5]
    assert list(shown(operations, course)) == ["三", "一", "二"]
    told = LogEntry.objects.filter(content_type__model="coursechapter")
    assert sorted(told.values_list("change_message", flat=True)) == [
        "第几章：1 → 2",
        "第几章：2 → 5",
        "第几章：5 → 1",
    ]
    assert LogEntry.objects.get(content_type__model="course").change_message == "调整了章节的顺序"


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([1, 1, 1], [1, 2, 3]), ([0, 0, 7], [0, 1, 2]), ([32767] * 3, [32765, 32766, 32767])],
)
def test_numbers_that_are_equal_become_different_ones(operations, numbers, expected):
    course = CourseFactory()
    for name, number in zip("一二三", numbers, strict=True):
        ChapterFactory(course=course, name=name, chapter=number)

    answer = move_chapters(operations, course, "一二三", "三二一")

    assert [row["chapter"] for row in answer.json()["data"]["chapters"]] == expected
    assert list(shown(operations, course)) == ["三", "二", "一"]


# --- Two people ----------------------------------------------------------------------------------


def test_whoever_moves_second_is_told_who_was_first_and_nothing_is_written(operations, course):
    other = browser(username="王五")
    at = read_at(other, course)
    move(operations, course, change("一", "abc", "cab"))

    answer = move(other, course, change("一", "abc", "bac"), at=at)

    assert answer.status_code == 409
    assert "李四 在 " in answer.json()["msg"]
    assert "没有保存" in answer.json()["msg"]
    assert shown(operations, course)["一"] == ["c", "a", "b"]


def test_moves_in_different_chapters_do_not_disturb_each_other(operations, course):
    SectionFactory(chapter=CourseChapter.objects.get(name="二"), name="e", orders=2)
    other = browser(username="王五")
    at = read_at(other, course)
    move(operations, course, change("一", "abc", "cab"))

    assert move(other, course, change("二", "de", "ed"), at=at).status_code == 200
    assert shown(operations, course) == {"一": ["c", "a", "b"], "二": ["e", "d"]}


@pytest.mark.parametrize("what", ["deleted", "moved", "added"])
def test_a_section_that_came_or_went_meanwhile_is_a_conflict(operations, course, what):
    at = read_at(operations, course)
    row = CourseSection.objects.get(name="b")
    if what == "added":
        SectionFactory(chapter=row.chapter, name="neu", orders=9)
    elif what == "moved":
        CourseSection.objects.filter(pk=row.pk).update(chapter=CourseChapter.objects.get(name="二"))
    else:
        CourseSection.objects.filter(pk=row.pk).update(is_delete=True)

    answer = move(operations, course, change("一", "abc", "cab"), at=at)

    assert answer.status_code == 409
    assert "系统（导入、转码等）" in answer.json()["msg"]


def test_a_chapter_that_came_meanwhile_is_a_conflict(operations, course):
    at = read_at(operations, course)
    browser(username="王五").post(f"{outline_of(course)}chapter/", {"name": "三"}, format="json")

    answer = move_chapters(operations, course, "一二", "二一", at=at)

    assert answer.status_code == 409
    assert "王五 在 " in answer.json()["msg"]
