"""Reasons for enrollments: they overlap, end and come again; students are counted once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.tests.counting import count_students, students
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.processes.clients import in_threads

Source = EnrollmentGrant.Source
pytestmark = pytest.mark.django_db


@pytest.fixture
def student():
    return UserFactory()


@pytest.fixture
def course():
    return CourseFactory()


def buy(student, course, number: str) -> set[int]:
    return enrollment.enroll_in_all(
        user_id=student.pk, course_ids=[course.pk], source=Source.ORDER, reference=number
    )


def refund(number: str, *courses) -> set[int]:
    ids = [course.pk for course in courses] or None
    return enrollment.end_grants(source=Source.ORDER, reference=number, course_ids=ids)


def give(student, course, ends_at=None) -> bool:
    return enrollment.enroll(
        user_id=student.pk, course_id=course.pk, source=Source.GRANT, ends_at=ends_at
    )


def counted(course) -> tuple[int, int]:
    """Students as counted, and those who have the course."""
    count_students()
    course.refresh_from_db()
    return course.students, Enrollment.objects.filter(course=course).count()


def pass_time() -> None:
    """Every grant that has an end is over."""
    ended = EnrollmentGrant.objects.filter(ends_at__isnull=False)
    ended.update(ends_at=timezone.now() - timedelta(seconds=1))


def test_a_course_stays_until_its_last_reason_has_ended(student, course):
    assert buy(student, course, "A") == {course.pk}
    assert buy(student, course, "B") == set()
    assert give(student, course) is False
    assert counted(course) == (1, 1)

    assert refund("A") == set()
    assert refund("B") == set()
    assert counted(course) == (1, 1)

    enrollment.end_grants(source=Source.GRANT, reference="")
    assert counted(course) == (0, 0)


def test_a_reason_that_has_ended_ends_once(student, course):
    buy(student, course, "A")

    assert refund("A") == {course.pk}
    ended = EnrollmentGrant.objects.get().ends_at
    assert refund("A") == set()

    assert EnrollmentGrant.objects.get().ends_at == ended
    assert counted(course) == (0, 0)


def test_one_course_of_an_order_ends_alone(student, course):
    other = CourseFactory()
    both = [course.pk, other.pk]
    enrollment.enroll_in_all(
        user_id=student.pk, course_ids=both, source=Source.ORDER, reference="A"
    )

    assert refund("A", course) == {course.pk}

    assert (counted(course), counted(other)) == ((0, 0), (1, 1))


def test_other_students_keep_the_course(student, course):
    stranger = UserFactory()
    buy(student, course, "A")
    buy(stranger, course, "B")

    refund("A")

    assert counted(course) == (1, 1)
    assert Enrollment.objects.get().user == stranger


def test_a_gift_with_an_end_goes_when_it_is_over(student, course):
    give(student, course, ends_at=timezone.now() + timedelta(days=1))
    assert enrollment.end_expired_grants() == 0
    assert counted(course) == (1, 1)

    pass_time()

    assert enrollment.end_expired_grants() == 1
    assert enrollment.end_expired_grants() == 0
    assert counted(course) == (0, 0)


def test_a_course_that_was_bought_too_survives_the_end_of_the_gift(student, course):
    give(student, course, ends_at=timezone.now() + timedelta(days=1))
    buy(student, course, "A")
    pass_time()

    assert enrollment.end_expired_grants() == 0
    assert counted(course) == (1, 1)

    refund("A")
    assert counted(course) == (0, 0)


def test_a_gift_that_is_over_and_not_ended_yet_gives_nothing_to_a_refund(student, course):
    give(student, course, ends_at=timezone.now() + timedelta(days=1))
    buy(student, course, "A")
    pass_time()

    assert refund("A") == {course.pk}


def test_a_reason_may_come_again(student, course):
    give(student, course, ends_at=timezone.now() + timedelta(days=1))
    pass_time()
    enrollment.end_expired_grants()

    assert give(student, course) is True

    assert EnrollmentGrant.objects.get().ends_at is None
    assert counted(course) == (1, 1)
    assert enrollment.end_expired_grants() == 0


def test_the_end_in_the_back_office_is_that_of_the_gift(client, student, course):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    end = localtime(timezone.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    form = {"user": student.username, "course": course.pk}
    when = {"ends_at_0": f"{end:%Y-%m-%d}", "ends_at_1": f"{end:%H:%M}"}

    response = client.post(reverse("admin:course_enrollment_add"), form | when)

    assert response.status_code == 302
    grant = EnrollmentGrant.objects.get()
    assert (grant.user, grant.course, grant.source) == (student, course, Source.GRANT)
    assert grant.ends_at == end
    assert counted(course) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_reasons_that_end_together_leave_nothing(student, course):
    buy(student, course, "A")
    buy(student, course, "B")

    lost = in_threads(lambda turn: refund("AB"[turn]), 2)

    assert sorted(map(len, lost)) == [0, 1]
    assert counted(course) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_batches_that_run_together_count_a_student_once(course):
    for student in UserFactory.create_batch(3):
        give(student, course, ends_at=timezone.now() + timedelta(days=1))
    pass_time()

    ended = in_threads(lambda turn: enrollment.end_expired_grants(), 4)

    assert sum(ended) == 3
    assert counted(course) == (0, 0)
    assert students() == [0]
