"""Cards as plain values and as bytes are what the serializer says, for every shape."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.renderers import JSONRenderer

from luffy_api.apps.course import card_fragments, card_rows
from luffy_api.apps.course.cards import CourseCardSerializer
from luffy_api.apps.course.models import Course
from luffy_api.apps.course.selectors import listed_courses, load_cards
from luffy_api.apps.course.tests.test_list import UNLISTED
from luffy_api.tests.factories import (
    ChapterFactory,
    CourseFactory,
    DiscountFactory,
    SectionFactory,
    TeacherFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def courses():
    """One of each: kinds, levels, states, pictures, discounts, outlines, odd texts."""
    teacher = TeacherFactory(role=2, title="\u2028 <b>", signature="“好”", image="teacher/a.webp")
    now = timezone.now()
    soon = now + timedelta(days=1)
    made = [
        CourseFactory(
            price="99.90",
            teacher=teacher,
            course_img="course/covers/a.webp",
            course_img_set={"of": "course/covers/a.webp", "files": [[400, "a-400.webp"]]},
        ),
        CourseFactory(kind=1, price=0, level=2, status=2, brief='a\n"b"\\ 🐍 é\u200d'),
        CourseFactory(kind=3, price="100000.01", course_type=1, students=7, period=30),
        CourseFactory(
            price="33.33", vip_price="22.20", level=1, course_type=2, sections=9, pub_sections=3
        ),
        CourseFactory(price="10"),
    ]
    # Of another picture, as the release before leaves it.
    Course.objects.filter(pk=made[1].pk).update(
        course_img="b.png", course_img_set={"of": "a.png", "files": [[400, "a-400.webp"]]}
    )
    DiscountFactory(courses=made[:1], discount_type=1, value=0, ends_at=soon)
    DiscountFactory(courses=made[2:4], discount_type=2, value="0.35", ends_at=soon)
    DiscountFactory(courses=made[4:], starts_at=soon, ends_at=soon + timedelta(days=1))
    chapter = ChapterFactory(course=made[0], chapter=2)
    SectionFactory.create_batch(6, chapter=chapter, duration=61, free_trail=True)
    SectionFactory(chapter=ChapterFactory(course=made[0], chapter=1), name="先", orders=9)
    SectionFactory(chapter=chapter, is_show=False, orders=0)
    return made


def serialized(courses, now=None):
    rows = listed_courses().filter(pk__in=[course.pk for course in courses])
    cards = load_cards(list(rows), now=now)
    return {card.course.pk: CourseCardSerializer(card).data for card in cards}


def test_values_are_those_of_the_serializer_in_the_same_order(courses):
    now = timezone.now()
    expected = serialized(courses, now)

    cards = card_rows.load([course.pk for course in courses], now=now)

    found = {pk: card.data for pk, card in cards.items()}
    assert len(expected) == len(courses)
    assert {pk: list(card) for pk, card in found.items()} == {
        pk: list(card) for pk, card in expected.items()
    }
    for pk, card in expected.items():
        assert found[pk] == json.loads(JSONRenderer().render(card))
        assert isinstance(found[pk]["section_list"], list)


def test_bytes_with_fields_are_one_object(courses):
    expected = serialized(courses)

    found = card_fragments.load([course.pk for course in courses])

    for pk, fragment in found.items():
        assert json.loads(fragment.whole) == json.loads(JSONRenderer().render(expected[pk]))
        whole = json.loads(fragment.with_fields({"marks": {"name": [[0, 1]], "brief": []}}))
        assert whole.pop("marks") == {"name": [[0, 1]], "brief": []}
        assert whole == json.loads(JSONRenderer().render(expected[pk]))
        course = Course.objects.get(pk=pk)
        assert (fragment.name, fragment.brief) == (course.name, course.brief)
        assert (fragment.kind, fragment.category_id) == (course.kind, course.course_category_id)


@pytest.mark.parametrize("hidden", UNLISTED)
def test_a_course_that_is_not_listed_has_a_card_for_its_students_alone(hidden):
    course = CourseFactory(**hidden)
    rows = Course.objects.filter(pk=course.pk).for_card()
    expected = CourseCardSerializer(load_cards(rows)[0]).data

    assert card_fragments.load_listed([course.pk]) == {}
    [card] = card_fragments.load([course.pk]).values()
    assert json.loads(card.whole) == json.loads(JSONRenderer().render(expected))


@pytest.mark.parametrize("size", [1, 9])
def test_three_queries_at_any_size(django_assert_num_queries, size):
    ids = [course.pk for course in CourseFactory.create_batch(size)]
    with django_assert_num_queries(3):
        assert len(card_fragments.load(ids)) == size
