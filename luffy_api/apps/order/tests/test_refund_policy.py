"""The school's rule: what a student may ask back, to the second and to the percent."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order import student_refunds
from luffy_api.apps.order.exceptions import (
    NothingToRefund,
    RefundNotAllowed,
    RefundPending,
)
from luffy_api.apps.order.models import Refund, RefundStatus
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.apps.order.payment.services import record_payment
from luffy_api.apps.order.selectors import my_order
from luffy_api.apps.school.models import SchoolSettings
from luffy_api.tests.factories import (
    CourseFactory,
    EnrollmentFactory,
    OrderFactory,
    ProgressFactory,
    RefundFactory,
    SectionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def order(student):
    """Two courses, of 99 and 50 yuan, paid just now; the second has videos of 100 seconds."""
    courses = [CourseFactory(price="99.00"), CourseFactory(name="爬虫", price="50.00")]
    SectionFactory(course=courses[1], duration=100)
    return paid(OrderFactory(user=student, courses=courses, total_amount="149.00"))


def paid(order, trade_no="T1", paid_at=None):
    """The order after the message that a trade has paid it."""
    order.refresh_from_db()
    record_payment(
        Payment(
            out_trade_no=order.out_trade_no,
            trade_no=trade_no,
            total_amount=order.total_amount,
            paid_at=paid_at or timezone.now(),
            source="notification",
        )
    )
    order.refresh_from_db()
    return order


def options(order):
    return student_refunds.options(my_order(user_id=order.user_id, out_trade_no=order.out_trade_no))


def ask(order, course_id=None):
    return student_refunds.request(
        user_id=order.user_id,
        out_trade_no=order.out_trade_no,
        reason="买错了",
        course_id=course_id,
    )


def watch(order, seconds, **changes):
    """The student has watched so much of the order's second course."""
    course = order.order_courses.last().course
    section = course.coursechapters.get().coursesections.get()
    section.__class__.objects.filter(pk=section.pk).update(**changes)
    ProgressFactory(user=order.user, section=section, position=seconds)


def rule(**changes):
    SchoolSettings.objects.create(pk=1, **changes)


def test_what_is_shown_before_asking_is_what_is_asked_for(order):
    first, second = options(order).lines
    assert (first.amount, second.amount) == (99, 50)
    assert options(order).whole.amount == 149

    refund = ask(order, second.course)

    assert (refund.amount, refund.course_id, refund.status) == (50, second.course, 0)
    assert ask(order, first.course).amount == 99


@pytest.mark.parametrize(("late", "allowed"), [(timedelta(), True), (timedelta(seconds=1), False)])
def test_the_last_moment_of_the_last_day_is_in_time(order, late, allowed):
    with time_machine.travel(order.pay_time + timedelta(days=7) + late, tick=False):
        shown = options(order)
        assert [line.allowed for line in shown.lines] == [allowed, allowed]
        assert shown.whole.allowed is allowed
        if allowed:
            assert ask(order).amount == 149
        else:
            assert shown.whole.why == "付款已超过 7 天，不能自己申请退款，请联系客服"
            with pytest.raises(RefundNotAllowed, match="付款已超过 7 天"):
                ask(order)


@pytest.mark.parametrize(("seconds", "allowed"), [(20, True), (21, False)])
def test_the_last_percent_is_allowed(order, seconds, allowed):
    watch(order, seconds)
    first, second = options(order).lines

    assert (first.allowed, second.allowed) == (True, allowed)
    assert options(order).whole.allowed is allowed
    if not allowed:
        assert second.why == "《爬虫》已观看超过 20%，不能自己申请退款，请联系客服"
        with pytest.raises(RefundNotAllowed, match="《爬虫》已观看超过 20%"):
            ask(order)
        with pytest.raises(RefundNotAllowed):
            ask(order, second.course)


def test_of_a_whole_order_each_course_has_to_fit_that_did_not_go_back(order):
    watch(order, 90)
    _, second = options(order).lines
    line = {"payment": order.payments.get(), "order": order, "course_id": second.course}
    RefundFactory(**line, amount=50, refunded=True, origin="staff")

    assert [each.why for each in options(order).lines] == ["", "没有可退的款项"]
    assert (options(order).whole.amount, options(order).whole.why) == (99, "")
    assert ask(order).amount == 99


def test_a_free_section_counts_like_any_other(order):
    watch(order, 21, free_trail=True)

    assert [line.allowed for line in options(order).lines] == [True, False]


def test_a_course_without_videos_knows_only_the_days(order):
    rule(refund_watched_percent=0)

    first, second = options(order).lines

    assert (first.allowed, second.allowed) == (True, True)
    watch(order, 1)
    assert options(order).lines[1].allowed is False


def test_without_days_only_staff_can_start_one(order):
    rule(refund_days=0)

    with time_machine.travel(order.pay_time, tick=False):
        assert options(order).whole.why == "本校的课程不能自己申请退款，请联系客服"
        with pytest.raises(RefundNotAllowed):
            ask(order)
    assert not Refund.objects.exists()


def test_the_rule_of_the_school_is_shown(order):
    rule(refund_days=3, refund_watched_percent=5)

    assert (options(order).days, options(order).watched_percent) == (3, 5)


def test_the_price_of_a_course_owned_before_may_always_be_asked_back(student, order):
    course = EnrollmentFactory(user=student, source=EnrollmentGrant.Source.GRANT).course
    owned = OrderFactory(user=student, courses=[course], total_amount="99.00")
    paid(owned, "T2", paid_at=timezone.now() - timedelta(days=300))

    assert options(owned).lines[0].allowed
    assert ask(owned, course.pk).amount == 99


def test_a_second_payment_may_always_be_asked_back_and_goes_first(order):
    rule(refund_days=0)
    paid(order, "T2")

    assert (options(order).whole.amount, options(order).whole.allowed) == (149, True)
    assert [line.allowed for line in options(order).lines] == [False, False]
    assert ask(order).payment.trade_no == "T2"
    with pytest.raises(RefundPending):
        ask(order)


def test_a_second_payment_of_a_refunded_order_may_be_asked_back(order):
    paid(order, "T2")
    RefundFactory(payment=order.payments.get(trade_no="T1"), refunded=True)
    order.__class__.objects.filter(pk=order.pk).update(order_status=4)

    assert (options(order).whole.amount, options(order).whole.allowed) == (149, True)
    assert [line.amount for line in options(order).lines] == [0, 0]
    assert ask(order).payment.trade_no == "T2"


def test_money_that_is_asked_for_is_not_asked_for_again(order):
    first, _ = options(order).lines
    ask(order, first.course)

    assert [line.why for line in options(order).lines] == [student_refunds.PENDING, ""]
    assert options(order).whole.why == student_refunds.PENDING
    for course in (first.course, None):
        with pytest.raises(RefundPending):
            ask(order, course)


def test_after_a_part_went_back_no_more_than_the_rest_is_asked_for(order):
    RefundFactory(payment=order.payments.get(), amount=120, refunded=True)

    assert [line.amount for line in options(order).lines] == [29, 29]
    assert options(order).whole.amount == 29
    assert ask(order, options(order).lines[0].course).amount == 29


def test_while_a_refund_is_under_way_its_course_is_gone(order):
    first, _ = options(order).lines
    RefundFactory(
        payment=order.payments.get(),
        course_id=first.course,
        amount=99,
        status=RefundStatus.PROCESSING,
    )

    assert [line.amount for line in options(order).lines] == [0, 50]
    with pytest.raises((NothingToRefund, RefundPending)):
        ask(order, first.course)


@pytest.mark.parametrize("status", [0, 2, 3])
def test_of_an_unpaid_order_nothing_goes_back(student, status):
    order = OrderFactory(user=student, order_status=status)

    assert [line.why for line in options(order).lines] == ["没有可退的款项"]
    assert (options(order).whole.amount, options(order).whole.allowed) == (0, False)
    with pytest.raises(NothingToRefund):
        ask(order)
