"""Courses that staff give, take back and move between accounts, at two nodes at the same moment."""

from functools import partial

import pytest

from luffy_api.apps.course import enrollment, gifts
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.apps.dashboard import merging
from luffy_api.apps.dashboard.exceptions import MergeRefused
from luffy_api.apps.user.models import User
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.people import staff
from luffy_api.tests.two_nodes.rivals import overtaken

UNDONE = [1213]


@pytest.fixture
def race(nodes):
    """`overtaken` at the two nodes; afterwards enrolments and grants must fit together."""
    yield partial(overtaken, nodes=nodes)
    given = EnrollmentGrant.objects.live().values_list("user_id", "course_id")
    assert set(given) == set(Enrollment.objects.values_list("user_id", "course_id"))


@pytest.fixture
def course(nodes):
    return CourseFactory()


@pytest.fixture
def admin(nodes):
    return staff(is_superuser=True)


def give(student, course, admin):
    return gifts.give(
        user_id=student.pk, course_id=course.pk, ends_at=None, staff_id=admin.pk, reason="奖励"
    )


def buy(student, course):
    return enrollment.enroll_in_all(
        user_id=student.pk,
        course_ids=[course.pk],
        source=EnrollmentGrant.Source.ORDER,
        reference="paid",
    )


def merge(kept, other, admin):
    merging.merge(kept_id=kept.pk, other_id=other.pk, staff_id=admin.pk, reason="同一个人")
    return "merged"


def test_of_two_gifts_of_one_course_one_is_given(race, student, course, admin):
    both = race(lambda: give(student, course, admin), by=lambda: give(student, course, admin))

    assert (both.undone, both.first, both.second) == (UNDONE, False, True)
    assert Enrollment.objects.count() == 1


def test_a_course_that_is_bought_beside_its_return_is_kept(race, student, course, admin):
    give(student, course, admin)

    both = race(
        lambda: gifts.take_back(
            user_id=student.pk, course_id=course.pk, staff_id=admin.pk, reason="送错了"
        ),
        by=lambda: buy(student, course),
    )

    assert (both.undone, both.first) == (UNDONE, False)
    assert Enrollment.objects.count() == 1


def test_of_two_merges_into_each_other_one_is_refused(race, student, course, admin):
    other = UserFactory()
    give(other, course, admin)

    both = race(lambda: merge(student, other, admin), by=lambda: merge(other, student, admin))

    assert (both.undone, both.first, both.second) == (UNDONE, MergeRefused, "merged")
    assert User.objects.filter(closed_at=None, pk__in=[student.pk, other.pk]).get() == other
    assert Enrollment.objects.get().user_id == other.pk
