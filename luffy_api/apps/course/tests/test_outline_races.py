"""Two people who arrange one outline at the same moment, with real threads; each has a control."""

from inspect import unwrap
from threading import Barrier

import pytest
from django.utils import timezone

from luffy_api.apps.course import outline
from luffy_api.apps.course.models import CourseChapter, CourseSection
from luffy_api.tests.factories import ChapterFactory, CourseFactory, SectionFactory
from luffy_api.tests.people import staff
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4
TWO = 2


@pytest.fixture
def course():
    """Two chapters of three sections."""
    made = CourseFactory()
    for number in (1, 2):
        chapter = ChapterFactory(course=made, chapter=number)
        for rank in (1, 2, 3):
            SectionFactory(chapter=chapter, orders=rank)
    return made


def chapters_of(course):
    return list(CourseChapter.objects.filter(course=course).order_by("chapter", "id"))


def sections_of(chapter):
    rows = CourseSection.objects.filter(chapter=chapter).order_by("orders", "id")
    return list(rows.values_list("pk", flat=True))


def ranks_of(chapter):
    return list(CourseSection.objects.filter(chapter=chapter).values_list("orders", flat=True))


def moving(course, orders, order_sections=outline.order_sections):
    """A request of somebody who has moved sections."""
    user = staff()
    said = {"orders": orders, "user_id": user.pk, "read_at": timezone.now()}
    return lambda: order_sections(course_id=course.pk, **said)


def moving_chapters(course, seen, wanted, order_chapters=outline.order_chapters):
    user = staff()
    said = {"order": outline.Order(seen, wanted), "user_id": user.pk, "read_at": timezone.now()}
    return lambda: order_chapters(course_id=course.pk, **said)


def two_orders(seen):
    """Two different ones, each of which moves every section."""
    a, b, c = seen
    return [outline.Order(seen, [b, c, a]), outline.Order(seen, [c, a, b])]


def test_of_two_who_move_sections_of_a_chapter_one_is_told(course):
    chapter = chapters_of(course)[0]
    for _ in range(ROUNDS):
        orders = two_orders(sections_of(chapter))

        results = at_once(*(moving(course, {chapter.pk: order}) for order in orders))

        assert sorted(results) == ["OutlineChanged", "done"]
        assert sections_of(chapter) == list(orders[results.index("done")].wanted)
        assert sorted(ranks_of(chapter)) == [1, 2, 3]


def test_control_without_lock_and_transaction_both_write(course, monkeypatch):
    chapter, together = chapters_of(course)[0], Barrier(TWO)
    orders = two_orders(sections_of(chapter))

    def read(chapter_ids):
        rows = list(CourseSection.objects.filter(chapter_id__in=chapter_ids))
        together.wait(timeout=30)
        return rows

    def chapters(course_id, chapter_ids):
        return list(CourseChapter.objects.filter(pk__in=chapter_ids))

    monkeypatch.setattr(outline, "lock_sections", read)
    monkeypatch.setattr(outline, "lock_chapters", chapters)
    unguarded = unwrap(outline.order_sections)

    results = at_once(*(moving(course, {chapter.pk: each}, unguarded) for each in orders))

    assert results == ["done", "done"]


def test_two_who_move_the_same_section_to_two_places_leave_it_in_one(course):
    first, second = chapters_of(course)
    third = ChapterFactory(course=course, chapter=3)
    for _ in range(ROUNDS):
        here = [pk for pk in (first, second, third) if sections_of(pk)]
        source = here[0]
        pk, *rest = sections_of(source)
        targets = [each for each in (first, second, third) if each != source]

        def to(target, source=source, pk=pk, rest=rest):
            there = sections_of(target)
            return moving(
                course,
                {
                    source.pk: outline.Order([pk, *rest], rest),
                    target.pk: outline.Order(there, [*there, pk]),
                },
            )

        results = at_once(*(to(target) for target in targets))

        assert sorted(results) == ["OutlineChanged", "done"]
        places = [each for each in (first, second, third) if pk in sections_of(each)]
        assert places == [targets[results.index("done")]]
        assert sum(len(sections_of(each)) for each in (first, second, third)) == 6


def test_of_two_who_move_chapters_one_is_told(course):
    ChapterFactory(course=course, chapter=3)
    for _ in range(ROUNDS):
        seen = [row.pk for row in chapters_of(course)]
        orders = [[*seen[1:], seen[0]], [seen[2], *seen[:2]]]

        results = at_once(*(moving_chapters(course, seen, order) for order in orders))

        assert sorted(results) == ["OutlineChanged", "done"]
        assert [row.pk for row in chapters_of(course)] == orders[results.index("done")]
        assert sorted(row.chapter for row in chapters_of(course)) == [1, 2, 3]


def test_control_without_lock_and_transaction_both_move_chapters(course, monkeypatch):
    ChapterFactory(course=course, chapter=3)
    together = Barrier(TWO)
    seen = [row.pk for row in chapters_of(course)]

    def read(course_id):
        rows = list(CourseChapter.objects.filter(course_id=course_id))
        together.wait(timeout=30)
        return rows

    monkeypatch.setattr(outline, "lock_chapters", read)
    unguarded = unwrap(outline.order_chapters)
    orders = [[*seen[1:], seen[0]], [seen[2], *seen[:2]]]

    results = at_once(*(moving_chapters(course, seen, order, unguarded) for order in orders))

    assert results == ["done", "done"]


def test_many_new_sections_at_once_have_ranks_of_their_own(course):
    chapter, user = chapters_of(course)[0], staff()

    def add():
        outline.add_section(
            course_id=course.pk,
            chapter_id=chapter.pk,
            name="新",
            section_type=CourseSection.SectionType.VIDEO,
            user_id=user.pk,
        )

    assert at_once(*[add] * 5) == ["done"] * 5
    assert sorted(ranks_of(chapter)) == [1, 2, 3, 4, 5, 6, 7, 8]
    course.refresh_from_db()
    assert course.sections == 11


def test_many_new_chapters_at_once_have_numbers_of_their_own(course):
    user = staff()

    def add():
        outline.add_chapter(course_id=course.pk, name="新", user_id=user.pk)

    assert at_once(*[add] * 4) == ["done"] * 4
    assert [row.chapter for row in chapters_of(course)] == [1, 2, 3, 4, 5, 6]


def test_a_move_beside_new_sections_loses_none(course):
    chapter, user = chapters_of(course)[0], staff()
    for _ in range(ROUNDS):
        seen = sections_of(chapter)
        order = outline.Order(seen, [*seen[1:], seen[0]])

        def add():
            outline.add_section(
                course_id=course.pk,
                chapter_id=chapter.pk,
                name="新",
                section_type=CourseSection.SectionType.VIDEO,
                user_id=user.pk,
            )

        moved, added = at_once(moving(course, {chapter.pk: order}), add)

        assert added == "done"
        now = sections_of(chapter)
        expected = order.wanted if moved == "done" else seen
        assert now[:-1] == list(expected)
        assert len(set(ranks_of(chapter))) == len(now)
