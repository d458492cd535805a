"""The number of students: written by many at once, folded into the course by several at once."""

import threading
import time
from inspect import unwrap

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import F

from luffy_api.apps.course import enrollment, student_counts
from luffy_api.apps.course.locks import lock_courses
from luffy_api.apps.course.models import Course, EnrollmentGrant, StudentCountChange
from luffy_api.common import background
from luffy_api.tests.counting import students
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.processes.clients import in_threads

pytestmark = pytest.mark.django_db
only_mariadb = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one write lock")


def buy(course: Course) -> str:
    """Another student buys the course; the number of the order."""
    user = UserFactory()
    enrollment.enroll_in_all(
        user_id=user.pk,
        course_ids=[course.pk],
        source=EnrollmentGrant.Source.ORDER,
        reference=user.username,
    )
    return user.username


def refund(number: str) -> None:
    enrollment.end_grants(source=EnrollmentGrant.Source.ORDER, reference=number)


def test_buyers_and_refunds_are_counted_exactly_and_once():
    course, other = CourseFactory(students=500), CourseFactory()
    numbers = [buy(course) for _ in range(3)] + [buy(other)]
    refund(numbers[0])

    assert student_counts.fold() == 5
    assert student_counts.fold() == 0

    assert students() == [1, 502]


@pytest.mark.parametrize("buyers", [1, 5])
def test_a_fixed_number_of_queries_for_each_course(django_assert_num_queries, buyers):
    course = CourseFactory()
    for _ in range(buyers):
        buy(course)

    # What waits, those that nobody has locked, the course, that they are counted, and published
    with django_assert_num_queries(5 + 2):  # the test is a transaction already: a savepoint
        student_counts.fold()


def test_more_changes_than_are_read_at_once(monkeypatch):
    monkeypatch.setattr(student_counts, "BATCH", 2)
    courses = CourseFactory.create_batch(2)
    for course in [*courses, *courses, courses[0]]:
        buy(course)

    assert student_counts.fold() == 5
    assert students() == [2, 3]


def test_a_number_that_the_school_has_set_too_low_does_not_fall_below_zero():
    course = CourseFactory()
    number = buy(course)
    student_counts.fold()
    Course.objects.update(students=0)
    refund(number)

    assert students() == [0]


def test_a_form_that_was_read_before_does_not_undo_the_count():
    course = CourseFactory(name="爬虫")
    read = Course.objects.get()
    deferred = Course.objects.only("name").get()
    buy(course)
    student_counts.fold()

    for form in (read, deferred):
        form.name = "爬虫进阶"
        form.save()

    assert Course.objects.values_list("name", "students").get() == ("爬虫进阶", 1)


@pytest.mark.django_db(transaction=True)
def test_the_release_before_counts_beside_this_one():
    course = CourseFactory()

    def sell(number: int) -> None:
        if number % 2:
            buy(course)
            student_counts.fold()
        else:
            with transaction.atomic():
                lock_courses([course.pk])
                Course.objects.filter(pk=course.pk).update(students=F("students") + 1)

    in_threads(sell, 6)

    assert students() == [6]


@pytest.mark.django_db(transaction=True)
def test_several_who_fold_at_once_count_each_change_once():
    course = CourseFactory()
    for _ in range(10):
        buy(course)

    folded = in_threads(lambda _: student_counts.fold(), 4)

    # A shop of another test may be folding beside them.
    assert sum(folded) <= 10
    assert students() == [10]


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_a_change_is_counted_twice(monkeypatch):
    course, together = CourseFactory(), threading.Barrier(2)
    buy(course)

    def look_together(pks):
        found = list(StudentCountChange.objects.filter(pk__in=pks))
        together.wait(timeout=30)
        return found

    monkeypatch.setattr(student_counts, "lock_student_changes", look_together)
    monkeypatch.setattr(student_counts, "_fold_course", unwrap(student_counts._fold_course))

    in_threads(lambda _: student_counts.fold(), 2)

    assert students() == [2]


def buy_beside_an_open_purchase(course: Course) -> bool:
    """Whether a second student can buy while the purchase of a first one is not committed."""
    held, done, bought = threading.Event(), threading.Event(), threading.Event()

    def act(number: int) -> None:
        if number == 0:
            with transaction.atomic():
                buy(course)
                held.set()
                done.wait(timeout=30)
        elif number == 1:
            held.wait(timeout=30)
            buy(course)
            bought.set()
        else:
            bought.wait(timeout=5)
            done.set()

    began = time.monotonic()
    in_threads(act, 3)
    return time.monotonic() - began < 5


@only_mariadb
@pytest.mark.django_db(transaction=True)
def test_a_buyer_does_not_wait_for_another_one():
    assert buy_beside_an_open_purchase(CourseFactory())


@only_mariadb
@pytest.mark.django_db(transaction=True)
def test_control_under_the_lock_of_the_course_a_buyer_waits(monkeypatch):
    course = CourseFactory()
    monkeypatch.setattr(enrollment, "lock_students", lambda ids: lock_courses([course.pk]))

    assert not buy_beside_an_open_purchase(course)


def test_a_job_that_fails_stops_no_other_and_is_logged_once(monkeypatch, caplog):
    done: list[str] = []

    def away() -> None:
        raise OperationalError("the database is away")

    def fault() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(background, "_jobs", [away, fault, lambda: done.append("last")])
    monkeypatch.setattr(background, "_logged_at", {})
    for _ in range(2):
        background.run_once()

    assert done == ["last", "last"]
    told = [record for record in caplog.records if "failed" in record.getMessage()]
    assert [bool(record.exc_info) for record in told] == [False, True]
