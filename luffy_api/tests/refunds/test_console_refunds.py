"""Refunds made on the provider's own pages, told by its notifications in any order."""

from decimal import Decimal
from itertools import permutations

import pytest
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order.models import OrderPayment, PaymentEvent, Refund, RefundStatus
from luffy_api.apps.order.payment import reconciliation, refunds
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory
from luffy_api.tests.fake_gateway import second
from luffy_api.tests.peers import Message
from luffy_api.tests.refunding import (
    courses_of,
    deliver,
    paid_again,
    post,
    refunded_and_due,
    sold,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_violations")]
CONSOLE, STAFF = Refund.Origin.CONSOLE, Refund.Origin.STAFF


@pytest.fixture
def order(fake_alipay):
    """Paid, 100 yuan, for a course that the student had before: all of it is due back."""
    course, student = CourseFactory(price="100.00"), UserFactory()
    gift = EnrollmentGrant.Source.GRANT
    enrollment.enroll(user_id=student.pk, course_id=course.pk, source=gift)
    return sold(fake_alipay, courses=[course], user=student)


def rows() -> list[tuple[str, int, Decimal]]:
    return list(Refund.objects.order_by("id").values_list("origin", "status", "amount"))


def done(origin: str, amount: str) -> tuple[str, int, Decimal]:
    return origin, RefundStatus.REFUNDED, Decimal(amount)


def messages(alipay, order, *amounts: str) -> list[Message]:
    """A notification for each of these refunds in the console, as the trade was then."""
    sent = []
    for amount in amounts:
        assert alipay.refund(order.out_trade_no, Decimal(amount))
        sent.append(alipay.message(order.out_trade_no))
    return sent


def start(order, amount: str | None = None) -> Refund:
    return refunds.start(
        out_trade_no=order.out_trade_no,
        reason="退课",
        origin=STAFF,
        amount=Decimal(amount) if amount else None,
    )


def finish() -> None:
    Refund.objects.filter(status=RefundStatus.PROCESSING).update(next_query_at=timezone.now())
    reconciliation.reconcile()


def test_a_partial_refund_lowers_what_is_due_by_its_amount(fake_alipay, order):
    [message] = messages(fake_alipay, order, "30.00")

    assert post(message)

    assert refunded_and_due(order) == (Decimal("30.00"), Decimal("70.00"))
    assert rows() == [done(CONSOLE, "30.00")]
    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID


def test_what_remains_after_a_partial_refund_is_the_rest(fake_alipay, order):
    for message in messages(fake_alipay, order, "30.00", "70.00"):
        post(message)

    assert rows() == [done(CONSOLE, "30.00"), done(CONSOLE, "70.00")]
    assert refunded_and_due(order) == (Decimal("100.00"), 0)
    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED
    assert len(courses_of(order.user)) == 1  # the gift


@pytest.mark.parametrize("turns", list(permutations((0, 0, 1, 2), 4))[::3])
def test_notifications_in_any_order_and_repeated_count_once(fake_alipay, order, turns):
    sent = messages(fake_alipay, order, "10.00", "20.00", "30.00")

    for turn in turns:
        assert post(sent[turn])

    assert refunded_and_due(order) == (Decimal("60.00"), Decimal("40.00"))


def test_partial_refunds_heard_before_the_payment(fake_alipay):
    order = OrderFactory(courses=[CourseFactory(price="99.00")])
    fake_alipay.sell(order)
    paid = fake_alipay.message(order.out_trade_no)
    [refunded] = messages(fake_alipay, order, "9.00")

    for message in (refunded, paid):
        assert post(message)

    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert rows() == [done(CONSOLE, "9.00")]
    reasons = PaymentEvent.objects.order_by("id").values_list("reason", flat=True)
    assert list(reasons) == ["paid", "partly_refunded", "repeated"]


def test_our_own_refund_is_recognised_by_its_number(fake_alipay, order):
    """The notification is faster than the answer."""
    fake_alipay.mode = "lost"
    refund = start(order, "30.00")

    deliver(fake_alipay, order)

    assert rows() == [done(STAFF, "30.00")]
    refund.refresh_from_db()
    assert refund.next_query_at is None
    fake_alipay.mode = "fine"
    finish()
    assert rows() == [done(STAFF, "30.00")]


def test_our_own_refund_under_way_is_not_taken_for_one_of_the_console(fake_alipay, order):
    """The notification names no number."""
    fake_alipay.mode = "lost"
    start(order, "30.00")

    deliver(fake_alipay, order, out_biz_no=None)
    assert [row[0] for row in rows()] == [STAFF]
    fake_alipay.mode = "fine"
    finish()

    assert rows() == [done(STAFF, "30.00")]


def test_a_refund_of_the_console_beside_our_own_is_added_when_ours_is_known(fake_alipay, order):
    fake_alipay.mode = "mute"
    start(order, "30.00")
    [message] = messages(fake_alipay, order, "30.00")
    post(message)
    assert len(rows()) == 1  # it may be ours

    fake_alipay.mode = "fine"
    finish()

    assert rows() == [done(STAFF, "30.00"), done(CONSOLE, "30.00")]
    assert refunded_and_due(order) == (Decimal("60.00"), Decimal("40.00"))


def test_a_refund_of_the_console_that_leaves_nothing_for_ours(fake_alipay, order):
    fake_alipay.mode = "mute"
    start(order)
    [message] = messages(fake_alipay, order, "100.00")
    post(message)

    fake_alipay.mode = "fine"
    finish()

    assert rows() == [(STAFF, RefundStatus.FAILED, Decimal(100)), done(CONSOLE, "100.00")]
    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED


def test_a_refund_of_the_console_is_also_seen_in_the_answer_to_ours(fake_alipay, order):
    """Its own notification was lost."""
    fake_alipay.refund(order.out_trade_no, Decimal("10.00"))

    start(order, "30.00")

    assert rows() == [done(STAFF, "30.00"), done(CONSOLE, "10.00")]


def test_a_refund_of_a_second_trade_clears_that_debt_only(fake_alipay, order):
    other = paid_again(fake_alipay, order)
    assert refunded_and_due(order) == (0, Decimal("200.00"))
    fake_alipay.refund(second(order.out_trade_no), Decimal("100.00"))

    for _ in range(2):
        deliver(fake_alipay, order, again=True)

    assert refunded_and_due(order) == (Decimal("100.00"), Decimal("100.00"))
    assert Refund.objects.get().payment == other
    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID


def test_a_second_trade_whose_refund_is_heard_first_leaves_no_debt(fake_alipay):
    order = sold(fake_alipay, "99.00")
    fake_alipay.sell(order, again=True)
    paid = fake_alipay.message(second(order.out_trade_no))
    fake_alipay.refund(second(order.out_trade_no))

    assert deliver(fake_alipay, order, again=True)
    assert post(paid)

    assert OrderPayment.objects.count() == 2
    assert refunded_and_due(order) == (Decimal("99.00"), 0)
    assert len(courses_of(order.user)) == 1


def test_no_more_is_believed_than_was_paid(fake_alipay, order):
    deliver(fake_alipay, order, refund_fee="100.01")

    assert rows() == [done(CONSOLE, "100.00")]
