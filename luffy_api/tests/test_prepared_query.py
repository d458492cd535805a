"""PreparedQuery returns what the queryset that it was built from returns."""

from datetime import datetime

import pytest

from luffy_api.apps.course.access import sections_visible_to
from luffy_api.apps.course.models import Course
from luffy_api.common.prepared_query import PLACEHOLDER, PreparedQuery
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, SectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def query():
    return PreparedQuery(lambda pk, user_id: sections_visible_to(user_id).filter(pk=pk), int, int)


def test_it_returns_for_each_argument_what_the_queryset_returns(query):
    owned, other = SectionFactory.create_batch(2, chapter__course__is_show=False)
    shown = SectionFactory(content="100% 中文")
    buyer = EnrollmentFactory(course=owned.chapter.course).user_id
    for section in (owned, other, shown):
        for user_id in (buyer, buyer + 1):
            expected = sections_visible_to(user_id).filter(pk=section.pk).first()
            found = query.first(section.pk, user_id)
            assert found == expected
            assert not found or (found.__dict__.keys() >= expected.__dict__.keys())
            assert not found or bool(found.owned) == expected.owned


def test_a_row_is_a_whole_one(query, django_assert_num_queries):
    section = SectionFactory(name="路飞", free_trail=True, content="100% 中文")
    with django_assert_num_queries(1):
        found = query.first(section.pk, 1)
        assert (found.name, found.free_trail, found.content) == (
            "路飞",
            True,
            "100% 中文",
        )
        assert isinstance(found.created_time, datetime)
        assert found.get_deferred_fields() == set()


def test_a_text_is_an_argument_like_a_number():
    query = PreparedQuery(lambda name, pk: Course.objects.filter(name=name, pk=pk), str, int)
    quoted, other = CourseFactory(name="'路飞' -- %s"), CourseFactory(name="")
    assert query.first(quoted.name, quoted.pk) == quoted
    assert query.first(other.name, other.pk) == other
    assert query.first(other.name, quoted.pk) is None


def test_all_returns_every_row_in_the_order_of_the_queryset():
    query = PreparedQuery(
        lambda *ids: Course.objects.filter(pk__in=ids).order_by("-pk"), int, int, int
    )
    one, two, _ = CourseFactory.create_batch(3)
    assert query.all(one.pk, two.pk, one.pk) == [two, one]
    assert query.all(one.pk, 2**63, two.pk) == []


def test_it_is_compiled_once():
    made = []

    def build(pk):
        made.append(pk)
        return Course.objects.filter(pk=pk)

    query = PreparedQuery(build, int)
    courses = CourseFactory.create_batch(3)
    assert [query.first(course.pk) for course in courses] == courses
    assert made == [PLACEHOLDER]


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1, 2**63, -(2**63), 2**64, 10**30])
def test_a_number_that_no_column_holds_finds_nothing(query, number):
    SectionFactory()
    assert query.first(number, number) is None


def test_a_number_too_many_or_too_few_is_a_mistake(query):
    with pytest.raises(ValueError, match="argument"):
        query.first(1)


def test_an_argument_that_decides_how_the_query_is_made_is_a_mistake():
    query = PreparedQuery(lambda pk: Course.objects.filter(price=99 if pk > 5 else 1), int)
    with pytest.raises(AssertionError):
        query.first(9)
