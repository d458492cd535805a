"""POST course/{id}/enroll/: join what costs nothing now."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.tests.counting import count_students
from luffy_api.tests.factories import (
    CourseFactory,
    DiscountFactory,
    EnrollmentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def join(client, pk):
    return client.post(f"/api/v1/course/{pk}/enroll/")


def test_a_free_course_is_joined_and_counts_a_student(student, student_api):
    course = CourseFactory(free=True, students=7)
    answer = join(student_api, course.pk)
    assert (answer.status_code, answer.json()["code"]) == (200, 100)
    [enrollment] = Enrollment.objects.all()
    assert (enrollment.user, enrollment.course) == (student, course)
    assert EnrollmentGrant.objects.get().source == EnrollmentGrant.Source.FREE
    count_students()
    course.refresh_from_db()
    assert course.students == 8


def test_joining_twice_is_fine_and_counts_once(student_api):
    course = CourseFactory(free=True)
    assert [join(student_api, course.pk).status_code for _ in range(3)] == [200, 200, 200]
    count_students()
    course.refresh_from_db()
    assert course.students == 1


def test_a_paid_course_that_is_free_for_a_while_can_be_joined(student_api):
    course = CourseFactory(price=99)
    DiscountFactory(courses=[course], discount_type=1, value=0)
    assert join(student_api, course.pk).status_code == 200


def test_a_course_that_costs_something_is_refused(student_api):
    answer = join(student_api, CourseFactory(price="0.01").pk)
    assert (answer.status_code, answer.json()["code"]) == (400, 3002)
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(Course.Status.ANNOUNCED, (409, 4003)), (Course.Status.OFFLINE, (404, 1004))],
)
def test_what_is_not_on_sale_cannot_be_joined(student_api, status, refusal):
    answer = join(student_api, CourseFactory(free=True, status=status).pk)
    assert (answer.status_code, answer.json()["code"]) == refusal
    assert not Enrollment.objects.exists()


def test_an_owner_of_a_withdrawn_course_is_not_turned_away(student, student_api):
    course = CourseFactory(status=Course.Status.OFFLINE)
    EnrollmentFactory(user=student, course=course)
    assert join(student_api, course.pk).status_code == 200


def test_a_visitor_is_asked_to_log_in(api):
    answer = join(api, CourseFactory(free=True).pk)
    assert (answer.status_code, answer.json()["code"]) == (401, 1001)
    assert answer["WWW-Authenticate"]


@pytest.mark.parametrize("pk", [0, 10**6, 2**63])
def test_an_unknown_course(student_api, pk):
    assert join(student_api, pk).status_code == 404


def test_a_hidden_course(student_api):
    assert join(student_api, CourseFactory(free=True, is_show=False).pk).status_code == 404


@pytest.mark.parametrize("others", [0, 9])
def test_a_fixed_number_of_queries(student_api, django_assert_num_queries, others):
    course = CourseFactory(free=True)
    EnrollmentFactory.create_batch(others, course=course)
    with django_assert_num_queries(8):
        join(student_api, course.pk)


def at_once(count, work):
    """Runs work(0..count-1) in threads that start together; their results."""
    barrier = Barrier(count)

    def run(number):
        barrier.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_the_same_student_joining_at_once_counts_once():
    user, course = UserFactory(), CourseFactory(free=True)
    joined = at_once(6, lambda _: enrollment.join_free_course(user_id=user.pk, course_id=course.pk))
    count_students()
    course.refresh_from_db()
    assert sorted(joined) == [False] * 5 + [True]
    assert (course.students, Enrollment.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_many_students_joining_at_once_all_count():
    users, course = UserFactory.create_batch(6), CourseFactory(free=True)
    at_once(6, lambda n: enrollment.join_free_course(user_id=users[n].pk, course_id=course.pk))
    count_students()
    course.refresh_from_db()
    assert (course.students, Enrollment.objects.count()) == (6, 6)
