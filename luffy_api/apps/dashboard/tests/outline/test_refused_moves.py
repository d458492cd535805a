"""What is no order of chapters and sections is refused in words."""

import json

import pytest

from luffy_api.apps.course.models import CourseChapter, CourseSection
from luffy_api.apps.dashboard.tests.outline.pages import (
    change,
    move,
    move_chapters,
    outline_of,
    shown,
)
from luffy_api.tests.factories import ChapterFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

TOO_MANY = 5001
HUGE = 2**63


def test_ids_of_another_course_repeated_and_missing_ones_are_refused_in_words(operations, course):
    foreign = SectionFactory(name="z")
    ids_of = dict(CourseSection.objects.values_list("name", "pk"))
    a, b, c = ids_of["a"], ids_of["b"], ids_of["c"]
    chapter = CourseChapter.objects.get(name="一").pk
    for seen, order, told in [
        ([a, b, c, foreign.pk], [foreign.pk, a, b, c], "不属于该课程"),
        ([a, b, c], [a, a, b, c], "出现了两次"),
        ([a, b, c, c], [a, b, c], "出现了两次"),
        ([a, b, c], [a, b], "缺少或多出"),
        ([a, b], [a, b, c], "缺少或多出"),
        ([a, b, c], [], "缺少或多出"),
    ]:
        body = {"chapter": chapter, "seen": seen, "order": order}

        answer = move(operations, course, body)

        assert answer.status_code == 400, told
        assert told in answer.json()["msg"]
    assert shown(operations, course)["一"] == ["a", "b", "c"]
    foreign.refresh_from_db()
    assert foreign.chapter.course != course


def test_a_chapter_of_another_course_is_not_found(operations, course):
    SectionFactory(chapter__name="别的", name="z")

    assert move(operations, course, change("别的", "z", "z")).status_code == 404
    answer = move(operations, course, change("一", "abc", "ab"), change("别的", "z", "cz"))
    assert answer.status_code == 404
    assert "章节不存在" in answer.json()["msg"]


def test_the_same_chapter_twice_is_refused(operations, course):
    twice = change("一", "abc", "cab")

    answer = move(operations, course, twice, twice)

    assert answer.status_code == 400
    assert "同一章出现了两次" in answer.json()["msg"]


def test_foreign_chapters_are_refused(operations, course):
    ChapterFactory(name="别的")

    answer = move_chapters(operations, course, ["一", "二", "别的"], ["别的", "一", "二"])

    assert answer.status_code == 400
    assert "不属于该课程" in answer.json()["msg"]


BAD_TIMES = ["", "x", None, [], "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 1]


NO_ORDERS = [
    {},
    [],
    "x",
    {"chapters": []},
    {"chapters": "x"},
    {"chapters": [1]},
    {"chapters": [{"chapter": 1}]},
    {"chapters": [{"chapter": 0, "seen": [], "order": []}]},
    {"chapters": [{"chapter": HUGE, "seen": [], "order": []}]},
    {"chapters": [{"chapter": 1, "seen": [-1], "order": [-1]}]},
    {"chapters": [{"chapter": 1, "seen": [True], "order": [None]}]},
    {"chapters": [{"chapter": 1, "seen": [[1]], "order": [{}]}]},
    {"chapters": [{"chapter": 1, "seen": [1.5], "order": [1.5]}]},
    {"chapters": [{"chapter": 1, "seen": [1] * TOO_MANY, "order": [1] * TOO_MANY}]},
    {"seen": "x", "order": "x"},
    {"seen": [HUGE], "order": [HUGE]},
    {"seen": {"a": 1}, "order": None},
]


@pytest.mark.any_database
@pytest.mark.parametrize("kind", ["section", "chapter"])
def test_what_is_no_order_is_refused(operations, course, kind):
    for order in NO_ORDERS:
        body = {"read_at": "2026-01-01T00:00Z", **order} if isinstance(order, dict) else order

        answer = operations.put(f"{outline_of(course)}{kind}/order/", body, format="json")

        assert answer.status_code == 400, str(order)[:80]


def test_a_moment_that_cannot_be_is_no_error_of_ours(operations, course):
    for moment in BAD_TIMES:
        body = {"read_at": moment, "chapters": [change("一", "acb", "cab")]}

        answer = operations.put(f"{outline_of(course)}section/order/", body, format="json")

        assert answer.status_code in {400, 409}, moment


@pytest.mark.any_database
def test_a_huge_body_is_refused_before_it_is_read(operations, course):
    body = json.dumps({"seen": "x" * 300_000})

    answer = operations.generic(
        "PUT", f"{outline_of(course)}chapter/order/", body, content_type="application/json"
    )

    assert answer.status_code == 413
