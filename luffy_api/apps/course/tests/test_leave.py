"""DELETE course/{id}/enroll/: leave a free course; what was paid for or given stays."""

from contextlib import suppress
from threading import Barrier

import pytest

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.exceptions import NotEnrolled, NotJoinedFree
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.tests.counting import count_students
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory
from luffy_api.tests.processes.clients import in_threads

pytestmark = pytest.mark.django_db
Source = EnrollmentGrant.Source


def leave(client, pk):
    return client.delete(f"/api/v1/course/{pk}/enroll/")


@pytest.fixture
def joined(student, student_api):
    course = CourseFactory(free=True)
    student_api.post(f"/api/v1/course/{course.pk}/enroll/")
    return course


def test_a_free_course_is_left_and_counts_one_student_less(student_api, joined):
    answer = leave(student_api, joined.pk)

    assert (answer.status_code, answer.json()["msg"]) == (200, "已退出课程")
    assert not Enrollment.objects.exists()
    assert not EnrollmentGrant.objects.live().exists()
    count_students()
    joined.refresh_from_db()
    assert joined.students == 0


def test_it_can_be_joined_again(student, student_api, joined):
    leave(student_api, joined.pk)
    student_api.post(f"/api/v1/course/{joined.pk}/enroll/")
    assert Enrollment.objects.get().user == student


def test_leaving_twice_is_refused_and_changes_nothing_more(student_api, joined):
    assert [leave(student_api, joined.pk).status_code for _ in range(2)] == [200, 403]


@pytest.mark.parametrize("source", [Source.ORDER, Source.GRANT])
def test_what_was_paid_for_or_given_stays(student, student_api, source):
    course = EnrollmentFactory(user=student, source=source, reference="A").course

    answer = leave(student_api, course.pk)

    assert (answer.status_code, answer.json()["code"]) == (409, 1009)
    assert EnrollmentGrant.objects.live().count() == 1


def test_of_two_rights_only_the_free_one_is_taken(student, student_api, joined):
    enrollment.enroll_in_all(
        user_id=student.pk, course_ids=[joined.pk], source=Source.ORDER, reference="A"
    )

    answer = leave(student_api, joined.pk)

    assert answer.json()["msg"] == "已取消免费加入，您另有的学习权益仍然保留"
    assert Enrollment.objects.get().course == joined
    assert [grant.source for grant in EnrollmentGrant.objects.live()] == [Source.ORDER]


def test_strangers_and_visitors_leave_nothing(api, stranger_api, joined):
    assert leave(api, joined.pk).status_code == 401
    answer = leave(stranger_api, joined.pk)
    assert (answer.status_code, answer.json()["code"]) == (403, 3001)
    assert Enrollment.objects.count() == 1


def test_a_withdrawn_course_can_be_left_too(student_api, joined):
    joined.is_show = False
    joined.save()
    assert leave(student_api, joined.pk).status_code == 200


@pytest.mark.parametrize("pk", [0, 10**6, 2**63])
def test_an_unknown_course(student_api, pk):
    assert leave(student_api, pk).status_code == 404


def test_whose_only_right_is_a_free_one_may_leave(student, joined):
    bought = EnrollmentFactory(user=student, reference="A").course
    enrollment.enroll(user_id=student.pk, course_id=bought.pk, source=Source.FREE)
    ids = [joined.pk, bought.pk]
    held = enrollment.holdings(user_id=student.pk, course_ids=ids)
    assert {pk for pk in ids if held[pk].is_only_joined} == {joined.pk}


@pytest.mark.django_db(transaction=True)
def test_who_pays_while_leaving_keeps_the_course(student, joined):
    together = Barrier(4)

    def act(number):
        together.wait(timeout=30)
        if number == 0:
            enrollment.enroll_in_all(
                user_id=student.pk, course_ids=[joined.pk], source=Source.ORDER, reference="A"
            )
            return
        with suppress(NotEnrolled, NotJoinedFree):
            enrollment.leave_free_course(user_id=student.pk, course_id=joined.pk)

    in_threads(act, 4)
    count_students()

    joined.refresh_from_db()
    assert Enrollment.objects.count() == 1
    assert joined.students == 1
    assert [grant.source for grant in EnrollmentGrant.objects.live()] == [Source.ORDER]
