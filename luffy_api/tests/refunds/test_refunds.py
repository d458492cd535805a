"""Refunds that staff or the command start, carried out by a gateway with books of its own."""

from decimal import Decimal

import pytest

from luffy_api.apps.order import exceptions
from luffy_api.apps.order.models import Order, PayType, Refund, RefundStatus
from luffy_api.apps.order.payment import (
    event_log,
    reconciliation,
    refund_requests,
    refunds,
)
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.counting import count_students, students
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory
from luffy_api.tests.fake_gateway import second as second_trade
from luffy_api.tests.refunding import (
    ask,
    course,
    courses_of,
    events,
    paid_again,
    refunded_and_due,
    sold,
    start,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_violations")]


def test_all_of_an_order_goes_back_and_its_access_ends(order, trade):
    refund = start(order)

    assert (refund.status, refund.amount) == (RefundStatus.REFUNDED, Decimal("99.00"))
    assert trade.refunds == {refund.out_request_no: Decimal("99.00")}
    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED
    assert courses_of(order.user) == set()
    assert set(students()) == {0}
    assert refunded_and_due(order) == (Decimal("99.00"), Decimal(0))
    assert events() == [("notification", "paid"), ("refund", "refunded")]


def test_one_course_goes_back_and_the_others_stay(order, trade):
    refund = start(order, course_id=course("30.00").pk)

    assert trade.refunds == {refund.out_request_no: Decimal("30.00")}
    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert courses_of(order.user) == {course("69.00").pk}
    count_students()
    assert course("30.00").students == 0
    assert events()[-1] == ("refund", "partly_refunded")


def test_an_order_is_refunded_when_its_last_course_goes_back(order, trade):
    for price in ("30.00", "69.00"):
        start(order, course_id=course(price).pk)

    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED
    assert trade.left == 0
    assert courses_of(order.user) == set()


def test_an_amount_goes_back_and_the_access_stays_until_all_did(order):
    start(order, amount=Decimal("98.99"))
    assert len(courses_of(order.user)) == 2

    last = start(order)

    assert last.amount == Decimal("0.01")
    assert courses_of(order.user) == set()


def test_a_course_gets_no_more_than_what_is_left(order):
    start(order, amount=Decimal("80.00"))

    refund = start(order, course_id=course("69.00").pk)

    assert refund.amount == Decimal("19.00")


def test_a_second_payment_goes_back_and_nothing_else_changes(fake_alipay, order):
    other = paid_again(fake_alipay, order)
    assert refunded_and_due(order) == (0, Decimal("99.00"))

    start(order, payment_id=other.pk)

    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert len(courses_of(order.user)) == 2
    assert refunded_and_due(order) == (Decimal("99.00"), 0)
    assert fake_alipay.trades[second_trade(order.out_trade_no)].left == 0
    assert fake_alipay.trades[order.out_trade_no].refunds == {}


@pytest.mark.parametrize(
    "amount", ["0", "-1", "0.001", "99.01", "1e9", "NaN", "Infinity", "-Infinity"]
)
def test_an_impossible_amount_is_refused(order, trade, amount):
    with pytest.raises(exceptions.InvalidRefund):
        start(order, amount=Decimal(amount))

    assert not Refund.objects.exists()
    assert trade.refunds == {}


def test_a_course_of_another_order_is_refused(order):
    with pytest.raises(exceptions.InvalidRefund, match="没有这门课程"):
        start(order, course_id=CourseFactory().pk)


def test_amount_and_course_together_are_refused(order):
    with pytest.raises(exceptions.InvalidRefund):
        start(order, amount=Decimal("1.00"), course_id=course("30.00").pk)


def test_a_second_payment_has_no_courses(fake_alipay, order):
    other = paid_again(fake_alipay, order)

    with pytest.raises(exceptions.InvalidRefund):
        start(order, payment_id=other.pk, course_id=course("30.00").pk)


def test_a_payment_of_another_order_is_refused(fake_alipay, order):
    other = sold(fake_alipay, "1.00")

    with pytest.raises(exceptions.InvalidRefund):
        start(order, payment_id=other.payments.get().pk)


def test_an_unpaid_order_and_an_unknown_one_are_refused(fake_alipay):
    with pytest.raises(exceptions.NothingToRefund):
        start(OrderFactory(open_cart_key="open"))
    with pytest.raises(exceptions.OrderNotFound):
        refunds.start(out_trade_no="unknown", reason="", origin=Refund.Origin.STAFF)


def test_nothing_is_left_after_all_went_back(order, trade):
    start(order)

    for how in ({}, {"amount": Decimal("0.01")}, {"course_id": course("30.00").pk}):
        with pytest.raises(exceptions.NothingToRefund):
            start(order, **how)
    assert len(trade.refunds) == 1


def test_a_course_goes_back_once(order, trade):
    start(order, course_id=course("30.00").pk)

    with pytest.raises(exceptions.NothingToRefund, match="已经退款"):
        start(order, course_id=course("30.00").pk)
    assert len(trade.refunds) == 1


class TestByHand:
    """Money that was paid by bank transfer or in cash: no provider can give it back."""

    @pytest.fixture
    def order(self, order):
        order.payments.update(pay_type=PayType.OFFLINE)
        Order.objects.update(pay_type=PayType.OFFLINE)
        return order

    def test_it_waits_until_staff_have_given_it_back(self, order, trade):
        refund = start(order)
        assert (refund.status, refund.next_query_at) == (RefundStatus.PROCESSING, None)
        assert reconciliation.reconcile() == 0

        done = refunds.record_by_hand(refund_id=refund.pk, staff=UserFactory(), answer="农行 0815")

        assert (done.status, done.gateway_answer) == (RefundStatus.REFUNDED, "农行 0815")
        assert courses_of(order.user) == set()
        assert trade.refunds == {}
        with pytest.raises(exceptions.RefundDecided):
            refunds.record_by_hand(refund_id=refund.pk, staff=UserFactory(), answer="again")
        with pytest.raises(exceptions.RefundNotFound):
            refunds.record_by_hand(refund_id=10**9, staff=UserFactory(), answer="")


def test_what_a_provider_gives_back_is_not_recorded_by_hand(fake_alipay, order):
    fake_alipay.mode = "mute"
    refund = start(order)

    with pytest.raises(exceptions.RefundDecided):
        refunds.record_by_hand(refund_id=refund.pk, staff=UserFactory(), answer="by hand")


@pytest.mark.django_db(transaction=True)
def test_payments_and_refunds_are_lines_of_the_log(fake_alipay, caplog):
    caplog.set_level("INFO")
    order = sold(fake_alipay, "30.00", "69.00")

    refund = start(order, course_id=course("30.00").pk)
    asked = ask(order)
    refund_requests.withdraw(user_id=order.user_id, out_trade_no=order.out_trade_no)

    number = order.out_trade_no
    ours = [each for each in caplog.records if each.name == event_log.logger.name]
    assert [record.getMessage() for record in ours] == [
        f"order {number} paid, 99.00 yuan",
        f"refund {refund.out_request_no} of order {number} done, 30.00 yuan",
        f"refund {asked.out_request_no} of order {number} requested, 69.00 yuan",
        f"refund {asked.out_request_no} of order {number} withdrawn, 69.00 yuan",
    ]
