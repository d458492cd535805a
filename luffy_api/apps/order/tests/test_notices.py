"""Messages about payments and refunds: once each, and not a statement of the payment more."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from luffy_api.apps.inbox import scheduled_notices
from luffy_api.apps.inbox.models import Checkpoint, Delivery, Kind, Message, MessageKind
from luffy_api.apps.order import checkout, notices
from luffy_api.apps.order.models import Order, PaymentEvent, PayType, Refund, RefundStatus
from luffy_api.apps.order.payment import services
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    CourseFactory,
    EnrollmentFactory,
    MembershipTermFactory,
    OrderFactory,
    RefundFactory,
    UserFactory,
)
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db


def pay(order, trade_no=None):
    services.record_payment(
        Payment(
            out_trade_no=order.out_trade_no,
            trade_no=trade_no or f"t{order.pk}",
            total_amount=order.total_amount,
            paid_at=None,
            source=PaymentEvent.Source.NOTIFICATION,
        )
    )
    return order


def told(user):
    """(kind, title) of each message, as the student's page has them."""
    rows = logged_in(user).get("/api/v1/inbox/").json()["data"]["results"]
    return [(row["kind"], row["title"]) for row in rows]


@pytest.fixture(autouse=True)
def begun():
    """Both jobs are running since a while."""
    notices.tell()


def test_a_buyer_is_told_once_and_nobody_else(student):
    stranger = UserFactory()
    order = pay(OrderFactory(user=student, subject="爬虫"))
    pay(order)  # the notification is repeated
    OrderFactory(user=stranger)

    assert (notices.tell(), notices.tell()) == (1, 0)

    assert told(student) == [(Kind.BOUGHT, "购买成功：爬虫")]
    assert told(stranger) == []
    message = Message.objects.get()
    assert "99.00 元" in message.text
    assert order.out_trade_no in message.text
    assert message.link == f"/user/orders/{order.out_trade_no}"


def test_a_new_member_is_told_what_the_membership_opens(student):
    term = MembershipTermFactory()
    pay(
        checkout.place_order(
            user_id=student.pk, course_ids=[], total_amount=term.price, term_id=term.pk
        )
    )

    assert notices.tell() == 1

    text = Message.objects.get().text
    assert "VIP专享课程在课程页加入后即可学习" in text
    assert "我的课程" not in text


def test_of_a_second_payment_of_the_same_order_nothing_is_told(student):
    order = pay(OrderFactory(user=student))
    notices.tell()
    pay(order, trade_no="second")

    assert notices.tell() == 0


def test_who_had_the_course_already_hears_that_the_money_comes_back(student):
    course = CourseFactory()
    EnrollmentFactory(user=student, course=course)
    pay(OrderFactory(user=student, courses=[course]))

    assert notices.tell() == 1

    assert "款项将会退回" in Message.objects.get().text


def test_a_payment_that_went_back_before_anything_was_told_is_told_as_a_refund_only(student):
    order = pay(OrderFactory(user=student, subject="爬虫"))
    RefundFactory(payment=order.payments.get(), refunded=True)
    Order.objects.filter(pk=order.pk).update(order_status=4)

    assert notices.tell() == 1

    assert told(student) == [(Kind.REFUNDED, "已退款：爬虫")]


def test_no_provider_gives_back_what_was_paid_by_hand(student):
    order = pay(OrderFactory(user=student, subject="爬虫"))
    order.payments.update(pay_type=PayType.OFFLINE)
    RefundFactory(payment=order.payments.get(), refunded=True)

    notices.tell()

    message = Message.objects.get(title="已退款：爬虫")
    assert "已由学校退还给您" in message.text
    assert "支付平台" not in message.text
    assert message.link == f"/user/orders/{order.out_trade_no}"


def test_a_refund_of_a_course_is_told_when_the_money_has_gone_back(student):
    course = CourseFactory(name="爬虫")
    order = pay(OrderFactory(user=student, courses=[course]))
    notices.tell()
    refund = RefundFactory(payment=order.payments.get(), course=course, amount=Decimal("9.90"))
    assert notices.tell() == 0
    Refund.objects.filter(pk=refund.pk).transition(to=RefundStatus.PROCESSING)
    assert notices.tell() == 0
    # The provider tells of it two days later.
    Refund.objects.filter(pk=refund.pk).transition(
        to=RefundStatus.REFUNDED, finished_at=timezone.now() - timedelta(days=2)
    )

    assert (notices.tell(), notices.tell()) == (1, 0)

    assert told(student)[0] == (Kind.REFUNDED, "已退款：爬虫")
    assert "9.90 元" in Message.objects.latest("pk").text


def test_what_was_recorded_while_no_job_ran_is_told_afterwards(student):
    order = pay(OrderFactory(user=student))
    # Several steps ago, with more of them before it.
    long_ago = timezone.now() - 6 * scheduled_notices.STEP
    PaymentEvent.objects.filter(out_trade_no=order.out_trade_no).update(created_time=long_ago)
    Checkpoint.objects.update(since=long_ago - 3 * scheduled_notices.STEP)

    assert notices.tell() == 1


def test_orders_from_before_the_first_run_are_not_told(student):
    order = pay(OrderFactory(user=student))
    Checkpoint.objects.all().delete()
    PaymentEvent.objects.update(created_time=timezone.now() - timedelta(hours=1))

    assert notices.tell() == 0
    assert Order.objects.get(pk=order.pk).order_status == 1


def test_a_transaction_that_ends_late_is_not_missed(student):
    """Its row has the time at which it began, and is seen after later ones."""
    order = pay(OrderFactory(user=student))
    Checkpoint.objects.update(since=timezone.now() + timedelta(seconds=30))

    assert notices.tell() == 1
    assert told(student)
    assert order.user_id == student.pk


def test_a_kind_that_is_off_tells_nothing_and_a_closed_account_hears_nothing(student):
    gone = UserFactory(closed_at=timezone.now(), is_active=False)
    pay(OrderFactory(user=gone))
    assert notices.tell() == 0
    MessageKind.objects.create(kind=Kind.BOUGHT, is_on=False)
    pay(OrderFactory(user=student))

    assert notices.tell() == 0
    assert not Message.objects.exists()


@pytest.mark.parametrize("count", [1, 12])
def test_a_fixed_number_of_queries(count, django_assert_max_num_queries):
    for _ in range(count):
        pay(OrderFactory())
    # A savepoint, the checkpoint, events, orders, kind, known, people, two inserts, its new time.
    with django_assert_max_num_queries(13):
        assert scheduled_notices.run(notices.BOUGHT) == count


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_each_buyer_once():
    for _ in range(30):
        pay(OrderFactory())

    outcomes = at_once(notices.tell, notices.tell, notices.tell)

    assert outcomes == ["done"] * 3
    assert Message.objects.filter(kind=Kind.BOUGHT).count() == 30
    assert Delivery.objects.count() == 30
