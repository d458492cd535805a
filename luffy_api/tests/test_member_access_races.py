"""A member's first visit of a lesson sends several requests at once; each may open the course."""

from functools import partial
from threading import Barrier

import pytest

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.promotion.membership import opened
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import CourseFactory, MembershipPeriodFactory, SectionFactory
from luffy_api.tests.private_files import store
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ENROLL = enrollment.enroll


class Visit:
    """Asks for some addresses at once; keeps what each was answered."""

    def __init__(self, student, *addresses):
        self.statuses = {}
        acts = [partial(self.ask, logged_in(student), *each) for each in enumerate(addresses)]
        assert at_once(*acts) == ["done"] * len(addresses)

    def ask(self, client, number, address):
        self.statuses[number] = client.get(f"/api/v1/{address}").status_code


@pytest.fixture
def lesson(folders):
    store(folders, "course/videos/a.mp4")
    course = CourseFactory(course_type=Course.CourseType.VIP)
    return SectionFactory(
        chapter__course=course, free_trail=False, video="course/videos/a.mp4", duration=60
    )


def first_visit(student, lesson):
    course = lesson.chapter.course_id
    play = f"course/section/{lesson.pk}/play/"
    return Visit(student, f"course/{course}/", play, play, f"course/{course}/progress/")


def test_the_first_visit_of_a_member_opens_a_course_once(student, lesson, monkeypatch):
    MembershipPeriodFactory(user=student)
    joined = []

    def enroll(**given):
        joined.append(given["course_id"])
        return ENROLL(**given)

    monkeypatch.setattr(enrollment, "enroll", enroll)

    visit = first_visit(student, lesson)

    course = lesson.chapter.course
    assert set(visit.statuses.values()) == {200}
    assert joined == [course.pk]
    assert Enrollment.objects.get(user=student).course == course
    assert EnrollmentGrant.objects.get().source == EnrollmentGrant.Source.MEMBERSHIP
    assert SectionProgress.objects.filter(user=student, section=lesson).count() == 1
    # What was answered before the course was open is asked for again, and then says so.
    again = logged_in(student).get(f"/api/v1/course/{course.pk}/")
    assert again.json()["data"]["owned"] is True


def test_control_without_the_lock_each_request_would_open_it(student, lesson, monkeypatch):
    MembershipPeriodFactory(user=student)
    both_are_there = Barrier(2)
    joined = []

    def enroll(**given):
        joined.append(given["course_id"])
        both_are_there.wait(timeout=30)
        return False

    monkeypatch.setattr(enrollment, "enroll", enroll)
    monkeypatch.setattr(opened, "lock_students", lambda ids: None)
    monkeypatch.setattr(opened, "hold_periods", lambda user_id: None)

    join = partial(opened.join.__wrapped__.__wrapped__, course_id=lesson.chapter.course_id)
    assert at_once(*[partial(join, user_id=student.pk)] * 2) == ["done"] * 2

    assert len(joined) == 2


def test_who_is_no_member_is_refused_each_time(student, lesson):
    visit = first_visit(student, lesson)

    assert sorted(visit.statuses.values()) == [200, 403, 403, 403]
    assert not EnrollmentGrant.objects.exists()
