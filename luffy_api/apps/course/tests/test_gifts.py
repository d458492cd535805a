"""Courses that staff give and take back: what was bought stays, and everything is in the log."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.exceptions import (
    AlreadyEnrolled,
    CourseNotFound,
    GiftEndsInThePast,
    NothingToTakeBack,
    StudentNotFound,
)
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.apps.course.tests.giving import buy, give, take
from luffy_api.tests.back_office import log_of
from luffy_api.tests.counting import students
from luffy_api.tests.factories import CourseFactory, UserFactory

Source = EnrollmentGrant.Source
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def teacher():
    """Who gives."""
    return UserFactory(is_staff=True)


@pytest.fixture
def course():
    return CourseFactory(name="爬虫")


def test_a_gift_is_given_once_and_undone(student, course, teacher):
    assert [give(student, course, teacher) for _ in range(2)] == [True, False]
    assert Enrollment.objects.get().user == student

    assert take(student, course, teacher)

    assert not Enrollment.objects.exists()
    assert students() == [0]
    assert log_of(student) == [
        "赠送课程《爬虫》，永久有效，原因：补偿",
        "收回课程《爬虫》，原因：送错人",
    ]
    assert {entry.user for entry in LogEntry.objects.all()} == {teacher}


def test_a_gift_that_was_undone_can_be_given_again(student, course, teacher):
    give(student, course, teacher)
    take(student, course, teacher)

    assert give(student, course, teacher)
    assert Enrollment.objects.filter(user=student, course=course).exists()


def test_the_end_of_a_gift_can_be_changed(student, course, teacher):
    give(student, course, teacher)
    later = timezone.now() + timedelta(days=30)

    assert give(student, course, teacher, ends_at=later)

    assert EnrollmentGrant.objects.get().ends_at == later
    assert "至 20" in log_of(student)[-1]


def test_what_was_bought_is_not_taken(student, course, teacher):
    buy(student, course)

    with pytest.raises(NothingToTakeBack):
        take(student, course, teacher)

    assert Enrollment.objects.get().user == student
    assert log_of(student) == []


def test_a_gift_of_what_was_bought_since_goes_and_the_course_stays(student, course, teacher):
    give(student, course, teacher)
    buy(student, course)

    assert not take(student, course, teacher)

    assert Enrollment.objects.get().course == course
    [grant] = EnrollmentGrant.objects.live()
    assert grant.source == Source.ORDER
    assert "课程保留" in log_of(student)[-1]


def test_a_free_course_that_was_joined_can_be_taken(student, teacher):
    course = CourseFactory(free=True)
    enrollment.join_free_course(user_id=student.pk, course_id=course.pk)

    assert take(student, course, teacher)
    assert not Enrollment.objects.exists()


def test_another_students_gift_is_left_alone(student, course, teacher):
    other = UserFactory()
    for each in (student, other):
        give(each, course, teacher)

    take(student, course, teacher)

    assert Enrollment.objects.get().user == other


def test_what_nobody_can_be_given_is_refused(student, course, teacher):
    past = timezone.now() - timedelta(minutes=1)
    closed = UserFactory(is_active=False)
    gone = CourseFactory(is_delete=True)
    for error, act in [
        (GiftEndsInThePast, lambda: give(student, course, teacher, ends_at=past)),
        (StudentNotFound, lambda: give(closed, course, teacher)),
        (CourseNotFound, lambda: give(student, gone, teacher)),
        (NothingToTakeBack, lambda: take(student, course, teacher)),
    ]:
        with pytest.raises(error):
            act()
    buy(student, course)
    with pytest.raises(AlreadyEnrolled):
        give(student, course, teacher)
    assert not LogEntry.objects.exists()


# --- Lists -------------------------------------------------------------------------------------
