"""学习期限: what is kept when it is over, who is told before, and what may be bought again."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from luffy_api.apps.course import account_moves, enrollment, gifts, period_reminders
from luffy_api.apps.course.exceptions import AlreadyEnrolled
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.apps.inbox.models import Kind, Message
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.order import (
    integrity,
)
from luffy_api.apps.order.models import Order
from luffy_api.tests.factories import (
    CourseFactory,
    SectionFactory,
    UserFactory,
)
from luffy_api.tests.refunding import deliver, finish, refunded_and_due, start
from luffy_api.tests.study_periods.periods import (
    DAY,
    END,
    NOON,
    at,
    authenticated,
    bought,
    ordered,
    place,
)

pytestmark = pytest.mark.django_db(transaction=True)
MINE, ENDED = "/api/v1/course/mine/", "/api/v1/course/mine/ended/"


def test_after_the_end_progress_is_kept_and_it_may_be_bought_again(
    student, student_api, api, course, fake_alipay
):
    stranger_api = authenticated(UserFactory())
    section = SectionFactory(course=course)
    with at(NOON):
        bought(fake_alipay, student, course)
        SectionProgress.objects.create(user=student, section=section, position=9)
        [row] = student_api.get(MINE).json()["data"]["results"]
        assert row["ends_at"] == "2027-02-28T12:00:00+08:00"
        assert student_api.get(ENDED).json()["data"] == []
        assert place(student_api, course).status_code == 409  # it runs: nothing to buy
    with at(END):
        enrollment.end_expired_grants()
        assert student_api.get(MINE).json()["data"]["results"] == []
        [row] = student_api.get(ENDED).json()["data"]
        assert (row["id"], row["ends_at"]) == (course.pk, "2027-02-28T12:00:00+08:00")
        assert row["progress"]["section_id"] == section.pk
        assert not student_api.get(f"/api/v1/course/{course.pk}/").json()["data"]["owned"]
        assert stranger_api.get(ENDED).json()["data"] == []
        assert api.get(ENDED).status_code == 401
        again = bought(fake_alipay, student, course)
        assert student_api.get(ENDED).json()["data"] == []
        [row] = student_api.get(MINE).json()["data"]["results"]
        assert row["ends_at"] == "2027-03-28T12:00:00+08:00"
        assert row["progress"]["section_id"] == section.pk
        assert refunded_and_due(again) == (0, 0)
        assert list(integrity.run_checks()) == []


def test_what_was_paid_twice_is_owed_after_the_first_period(student, course, fake_alipay):
    with at(NOON):
        first, second = ordered(student, course), None
        Order.objects.update(open_cart_key=None)
        second = ordered(student, course)
        for order in (first, second):
            fake_alipay.sell(order)
        assert deliver(fake_alipay, first)
    with at(NOON + 20 * DAY):
        assert deliver(fake_alipay, second)
        assert refunded_and_due(second) == (0, 99)
    with at(END + DAY):
        enrollment.end_expired_grants()
        assert refunded_and_due(second) == (0, 99)
        assert refunded_and_due(first) == (0, 0)


def test_a_refunded_course_has_not_expired(student, student_api, course, fake_alipay):
    order = bought(fake_alipay, student, course)

    start(order)
    finish()

    with at(timezone.now() + 400 * DAY):
        assert student_api.get(ENDED).json()["data"] == []
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_ended_courses_costs_the_same_whatever_its_length(
    student, student_api, django_assert_num_queries, count
):
    months = {each.pk: 1 for each in CourseFactory.create_batch(count, study_months=1)}
    with at(NOON):
        source = EnrollmentGrant.Source.FREE
        enrollment.enroll_in_all(
            user_id=student.pk, course_ids=months, source=source, study_months=months
        )
    with at(END):
        enrollment.end_expired_grants()
        student_api.get(ENDED)  # renders the cards
        with django_assert_num_queries(6):  # three of them for the cards
            assert len(student_api.get(ENDED).json()["data"]) == count


def test_staff_prolong_a_period_by_a_gift(student, course, fake_alipay):
    with at(NOON):
        bought(fake_alipay, student, course)
        gift = {"user_id": student.pk, "course_id": course.pk, "staff_id": student.pk}
        with pytest.raises(AlreadyEnrolled):
            gifts.give(**gift, ends_at=END, reason="同期")
        assert gifts.give(**gift, ends_at=END + 30 * DAY, reason="延期")
    with at(END + DAY):
        enrollment.end_expired_grants()
        assert Enrollment.objects.filter(user=student).exists()
        assert enrollment.ended_courses(student.pk) == []


def test_the_end_is_told_once_a_week_before(student, course, fake_alipay):
    other = CourseFactory(name="另一门", study_months=1)
    prolonged = CourseFactory(study_months=1)
    with at(NOON):
        bought(fake_alipay, student, course, other, prolonged, total="297.00")
        gift = {"user_id": student.pk, "course_id": prolonged.pk, "staff_id": student.pk}
        gifts.give(**gift, ends_at=END + DAY, reason="延期")
    with at(END - 8 * DAY):
        assert period_reminders.remind() == 0
    with at(END - 7 * DAY):
        call_command("remind_study_periods")
        assert [period_reminders.remind() for _ in range(2)] == [0, 0]
        message = Message.objects.get(kind=Kind.COURSE_EXPIRING)
    assert message.title == "您的 2 门课程将于 2027-02-28 起到期"
    assert "《数据分析》（2027-02-28 12:00）" in message.text
    assert "《另一门》" in message.text
    assert message.link == "/user/courses"


def test_a_single_course_that_ends_is_a_page(student, course, fake_alipay):
    with at(NOON):
        bought(fake_alipay, student, course)
    with at(END - 7 * DAY):
        period_reminders.remind()
    assert Message.objects.get(kind=Kind.COURSE_EXPIRING).link == f"/course/{course.pk}"


def test_nobody_is_told_of_what_was_refunded(student, course, fake_alipay):
    order = bought(fake_alipay, student, course)
    start(order)
    finish()
    with at(timezone.now() + 25 * DAY):
        assert period_reminders.remind() == 0


def test_of_merged_accounts_the_later_end_stays(student):
    free, target = CourseFactory(free=True, study_months=1), UserFactory()
    for moment, user in ((NOON, student), (NOON + DAY, target)):
        with at(moment):
            enrollment.join_free_course(user_id=user.pk, course_id=free.pk)

    with transaction.atomic():
        account_moves.move(source_id=target.pk, target_id=student.pk)

    grant = EnrollmentGrant.objects.get()
    assert grant.ends_at == grant.study_ends_at > END
