"""A refund that the provider had refused, and of which it then tells that the money went back."""

from decimal import Decimal

import pytest
from django.utils import timezone

from luffy_api.apps.order import membership_repair
from luffy_api.apps.order.models import Order, PaymentEvent, Refund, RefundStatus
from luffy_api.apps.order.payment.event_log import log_refund
from luffy_api.apps.order.payment.interface import RefundResult, RefundState
from luffy_api.apps.order.payment.refund_records import record_refunded
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.tests.factories import MembershipTermFactory
from luffy_api.tests.fake_gateway import FINISHED, PAID, FakeGateway
from luffy_api.tests.memberships import days_left, ordered
from luffy_api.tests.refunding import (
    course,
    courses_of,
    deliver,
    post,
    refunded_and_due,
    sold,
    start,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("no_violations"),
    pytest.mark.any_database,
]


def refused(gateway: FakeGateway, order: Order, **how) -> Refund:
    trade = gateway.trades[order.out_trade_no]
    trade.status = FINISHED  # can no longer be refunded
    refund = start(order, **how)
    assert refund.status == RefundStatus.FAILED
    trade.status = PAID
    return refund


def give_back(gateway: FakeGateway, refund: Refund) -> None:
    """Its money moves, and both are told twice."""
    number = refund.order.out_trade_no
    assert gateway.give_back(gateway.trades[number], refund.out_request_no, refund.amount)
    for notice in gateway.notices(number) * 2:
        assert post(notice.message)


def rows() -> list[tuple[int, Decimal]]:
    return list(Refund.objects.order_by("id").values_list("status", "amount"))


def test_a_membership_that_is_refunded_by_days_ends(fake_gateway, student):
    order = ordered(student.pk, MembershipTermFactory(months=0, days=30))
    Order.objects.filter(pk=order.pk).update(pay_type=fake_gateway.peer.pay_type)
    order.refresh_from_db()
    fake_gateway.sell(order)
    assert deliver(fake_gateway, order)
    refund = refused(fake_gateway, order, by_days=True)

    give_back(fake_gateway, refund)

    assert rows() == [(RefundStatus.REFUNDED, refund.amount)]
    assert MembershipPeriod.objects.get().ended_at
    assert days_left(student.pk) == 0
    assert membership_repair.repair() == 0
    MembershipPeriod.objects.update(ended_at=None)
    assert membership_repair.repair() == 1
    assert days_left(student.pk) == 0


def test_the_course_whose_line_is_refunded_is_closed(fake_gateway, student):
    order = sold(fake_gateway, "30.00", "69.00", user=student)
    back = course("30.00")
    refund = refused(fake_gateway, order, course_id=back.pk)

    give_back(fake_gateway, refund)

    assert rows() == [(RefundStatus.REFUNDED, Decimal("30.00"))]
    assert courses_of(student) == {course("69.00").pk}


def test_money_that_is_in_a_row_already_is_not_counted_again(fake_alipay, student):
    """A notification without the number of the refund has come first."""
    order = sold(fake_alipay, "30.00", "69.00", user=student)
    refund = refused(fake_alipay, order, course_id=course("30.00").pk)
    assert fake_alipay.give_back(
        fake_alipay.trades[order.out_trade_no], refund.out_request_no, refund.amount
    )
    assert deliver(fake_alipay, order, out_biz_no=None)
    [_, concluded] = Refund.objects.order_by("id")
    assert (concluded.origin, concluded.amount) == (Refund.Origin.CONSOLE, Decimal("30.00"))
    for _ in range(2):
        assert deliver(fake_alipay, order)

    assert rows() == [(RefundStatus.REFUNDED, Decimal("30.00"))]
    assert courses_of(student) == {course("69.00").pk}
    refund.refresh_from_db()
    # The figures of that day have it, and are counted again.
    assert refund.finished_at == concluded.finished_at
    assert refund.updated_time > concluded.updated_time


@pytest.mark.parametrize("late", [True, False])
def test_a_sum_that_holds_both_is_told_before_the_number(fake_alipay, student, late):
    """In one row with a refund of the console; ours is told by an older sum, or by the same."""
    order = sold(fake_alipay, "30.00", "69.00", user=student)
    refund = refused(fake_alipay, order, course_id=course("30.00").pk)
    number, trade = order.out_trade_no, fake_alipay.trades[order.out_trade_no]
    assert fake_alipay.give_back(trade, refund.out_request_no, refund.amount)
    own = fake_alipay.message(number)
    assert fake_alipay.refund(number, Decimal("20.00"))
    assert deliver(fake_alipay, order)
    assert rows() == [
        (RefundStatus.FAILED, Decimal("30.00")),
        (RefundStatus.REFUNDED, Decimal("50.00")),
    ]
    assert len(courses_of(student)) == 2

    for _ in range(2):
        assert post(own) if late else deliver(fake_alipay, order, out_biz_no=refund.out_request_no)

    assert rows() == [
        (RefundStatus.REFUNDED, Decimal("30.00")),
        (RefundStatus.REFUNDED, Decimal("20.00")),
    ]
    assert courses_of(student) == {course("69.00").pk}
    assert (RefundStatus.REFUNDED, "console") in Refund.objects.values_list("status", "origin")
    assert refunded_and_due(order) == (Decimal("50.00"), 0)
    texts = PaymentEvent.objects.values_list("message", flat=True)
    assert any(f"其中 30.00 元属于退款单 {refund.out_request_no}" in text for text in texts)


def test_both_were_the_whole_payment(fake_alipay, student):
    order = sold(fake_alipay, "30.00", "69.00", user=student)
    refund = refused(fake_alipay, order, course_id=course("30.00").pk)
    number, trade = order.out_trade_no, fake_alipay.trades[order.out_trade_no]
    assert fake_alipay.give_back(trade, refund.out_request_no, refund.amount)
    own = fake_alipay.message(number)
    assert fake_alipay.refund(number)
    assert deliver(fake_alipay, order)
    assert courses_of(student) == set()

    assert post(own)

    assert rows() == [
        (RefundStatus.REFUNDED, Decimal("30.00")),
        (RefundStatus.REFUNDED, Decimal("69.00")),
    ]
    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED


def test_it_may_be_spread_over_several_sums(fake_alipay, student):
    """Rows of 10 and 15 yuan have it: the newer is taken first."""
    order = sold(fake_alipay, "30.00", "69.00", user=student)
    refund = refused(fake_alipay, order, amount=Decimal("20.00"))
    for total in ("10.00", "25.00"):
        assert deliver(fake_alipay, order, refund_fee=total, out_biz_no="console-1")
    assert deliver(fake_alipay, order, refund_fee="25.00", out_biz_no=refund.out_request_no)

    assert rows() == [
        (RefundStatus.REFUNDED, Decimal("20.00")),
        (RefundStatus.REFUNDED, Decimal("5.00")),
    ]


def test_what_a_sum_has_no_room_for_is_left_to_staff(fake_wechatpay, student, caplog):
    """WeChat Pay tells each refund by its number: none of them is another's money."""
    order = sold(fake_wechatpay, "30.00", "69.00", user=student)
    refund = refused(fake_wechatpay, order, course_id=course("30.00").pk)
    paid = order.payments.get()
    Refund.objects.create(
        order=order,
        payment=paid,
        amount=Decimal("80.00"),
        reason="在支付平台后台退款",
        origin=Refund.Origin.CONSOLE,
        status=RefundStatus.REFUNDED,
        finished_at=timezone.now(),
    )
    log_refund(Refund.objects.get(amount="80.00"))

    result = RefundResult(RefundState.SUCCEEDED, amount=refund.amount)
    assert not record_refunded(refund, result)

    assert "more than was paid" in caplog.text
    assert rows()[0] == (RefundStatus.FAILED, Decimal("30.00"))


def test_what_the_console_gave_back_beside_it_has_a_row_of_its_own(fake_alipay, student):
    """The notification about the refund of the console was lost."""
    order = sold(fake_alipay, "30.00", "69.00", user=student)
    refund = refused(fake_alipay, order, course_id=course("30.00").pk)
    assert fake_alipay.refund(order.out_trade_no, Decimal("30.00"))

    give_back(fake_alipay, refund)

    assert rows() == [(RefundStatus.REFUNDED, Decimal("30.00"))] * 2
    assert courses_of(student) == {course("69.00").pk}
