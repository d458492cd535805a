"""Two clicks at once, two courses at once, a refund at the same moment."""

import threading

import pytest
from django.db import IntegrityError
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.exceptions import NotEnrolled
from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.learning import certificates
from luffy_api.apps.learning.exceptions import NameRefused
from luffy_api.apps.learning.models import CourseCertificate
from luffy_api.apps.user import account_deletion
from luffy_api.apps.user.exceptions import LoginFailed
from luffy_api.tests.factories import (
    CertificateFactory,
    EnrollmentFactory,
    ProgressFactory,
    SectionFactory,
    UserFactory,
)
from luffy_api.tests.processes.clients import in_threads

pytestmark = pytest.mark.django_db(transaction=True)
CLICKS = 6


def finished(student):
    course = EnrollmentFactory(user=student).course
    section = SectionFactory(course=course)
    ProgressFactory(user=student, section=section, position=0, done_at=timezone.now())
    return course


def test_many_clicks_are_one_certificate():
    student = UserFactory()
    course = finished(student)

    def click(number):
        return certificates.issue(user_id=student.pk, course_id=course.pk, name="王小明").number

    numbers = in_threads(click, CLICKS)

    [row] = CourseCertificate.objects.all()
    assert numbers == [row.number] * CLICKS


def test_control_without_the_lock_the_database_refuses_the_second():
    student = UserFactory()
    course = finished(student)
    looked = threading.Barrier(CLICKS)

    def click(number):
        assert not CourseCertificate.objects.filter(user=student, course=course).exists()
        looked.wait(60)
        try:
            CertificateFactory(user=student, course=course)
        except IntegrityError:
            return "refused"
        return "issued"

    assert sorted(in_threads(click, CLICKS)) == ["issued"] + ["refused"] * (CLICKS - 1)


def test_two_courses_at_once_get_one_name():
    student = UserFactory()
    courses = [finished(student) for _ in range(4)]

    def click(number):
        try:
            certificates.issue(
                user_id=student.pk, course_id=courses[number].pk, name="甲乙丙丁"[number] * 2
            )
        except NameRefused:
            return False
        return True

    assert in_threads(click, 4).count(True) == 1
    assert CourseCertificate.objects.count() == 1


@pytest.mark.parametrize("end", ["refund", "closing"])
def test_what_ends_the_right_is_before_or_after_the_certificate(end):
    student = UserFactory()
    course = finished(student)

    def act(number):
        if number == 0 and end == "refund":
            enrollment.end_grants(source=EnrollmentGrant.Source.ORDER, reference="")
        elif number == 0:
            account_deletion.close(student.pk)
        else:
            try:
                certificates.issue(user_id=student.pk, course_id=course.pk, name="王小明")
            except (NotEnrolled, LoginFailed):
                return False
        return True

    in_threads(act, 3)

    rows = CourseCertificate.objects.all()
    # The closing leaves no full name, whoever was first.
    assert {row.name for row in rows} <= ({"王小明"} if end == "refund" else {"王*明"})
    with pytest.raises((NotEnrolled, LoginFailed)):
        certificates.issue(user_id=student.pk, course_id=course.pk, name="王小明")
