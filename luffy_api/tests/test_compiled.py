"""A question that was compiled once answers like the queryset that it was made from."""

from datetime import datetime

import pytest

from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.common.compiled import MARK, Compiled
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, SectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def question():
    return Compiled(
        lambda pk, user_id: CourseSection.objects.visible_to(user_id).filter(pk=pk), arguments=2
    )


def test_it_answers_for_each_argument_as_the_queryset_does(question):
    owned, other = SectionFactory.create_batch(2, chapter__course__is_show=False)
    shown = SectionFactory(content="100% 中文")
    buyer = EnrollmentFactory(course=owned.chapter.course).user_id
    for section in (owned, other, shown):
        for user_id in (buyer, buyer + 1):
            expected = CourseSection.objects.visible_to(user_id).filter(pk=section.pk).first()
            found = question.first(section.pk, user_id)
            assert found == expected
            assert not found or (found.__dict__.keys() >= expected.__dict__.keys())
            assert not found or bool(found.owned) == expected.owned


def test_a_row_is_a_whole_one(question, django_assert_num_queries):
    section = SectionFactory(video="a/路飞.mp4", free_trail=True, content="100% 中文")
    with django_assert_num_queries(1):
        found = question.first(section.pk, 1)
        assert (found.video.name, found.free_trail, found.content) == (
            "a/路飞.mp4",
            True,
            "100% 中文",
        )
        assert isinstance(found.created_time, datetime)
        assert found.get_deferred_fields() == set()


def test_it_is_compiled_once():
    made = []

    def build(pk):
        made.append(pk)
        return Course.objects.filter(pk=pk)

    question = Compiled(build, arguments=1)
    courses = CourseFactory.create_batch(3)
    assert [question.first(course.pk) for course in courses] == courses
    assert made == [MARK]


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1, 2**63, -(2**63), 2**64, 10**30])
def test_a_number_that_no_column_holds_finds_nothing(question, number):
    SectionFactory()
    assert question.first(number, number) is None


def test_a_number_too_many_or_too_few_is_a_mistake(question):
    with pytest.raises(ValueError, match="argument"):
        question.first(1)


def test_an_argument_that_decides_how_the_query_is_made_is_a_mistake():
    question = Compiled(lambda pk: Course.objects.filter(price=99 if pk > 5 else 1), arguments=1)
    with pytest.raises(AssertionError):
        question.first(9)
