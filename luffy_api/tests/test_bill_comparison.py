"""The bill of a day against our books: what agrees, what differs, and on which day it counts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from luffy_api.apps.alipay_sandbox.models import SandboxTrade, TradeStatus
from luffy_api.apps.order.models import (
    BillDifference,
    BillLine,
    BillResult,
    Order,
    OrderPayment,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.tests.factories import OrderFactory
from luffy_api.tests.reconciling import (
    DAY,
    NOON,
    PAID_AT,
    both,
    ours,
    reconcile,
    refund,
    refunded,
    results,
    theirs,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("day_after")]


def test_a_day_that_agrees():
    payment = both("N1")
    both("N2", amount="12.00")
    refunded("N1", refund(payment).out_request_no)

    bill = reconcile()

    assert results() == {}
    assert (bill.payment_count, bill.payment_amount) == (2, Decimal("100.00"))
    assert (bill.refund_count, bill.refund_amount) == (1, Decimal("8.00"))
    assert (bill.fee, bill.net) == (Decimal("0.60"), Decimal("91.40"))
    assert (bill.matched, bill.problem) == (3, "")
    assert set(BillLine.objects.current().values_list("result", flat=True)) == {BillResult.MATCHED}


def test_a_further_trade_of_an_order_that_changed_its_way_to_pay_agrees():
    """The bill has the number of the trade, which is not that of the order."""
    theirs("N1_2")
    payment = ours("N1")
    OrderPayment.objects.filter(pk=payment.pk).update(trade_no="TN1_2")

    assert reconcile().matched == 1
    assert results() == {}


def test_each_difference_of_a_payment():
    theirs("OURS-LOST")
    ours("NEVER-PAID")
    both("OMITTED")
    both("AMOUNT")
    both("ORDER")
    both("FINE")
    for number, fault in (("OMITTED", "omitted"), ("AMOUNT", "amount"), ("ORDER", "order")):
        SandboxTrade.objects.filter(out_trade_no=number).update(bill_fault=fault)

    bill = reconcile()

    assert results() == {
        "OURS-LOST": "我方缺",
        "AMOUNT": "金额不同",
        "OTHERORDER": "状态不同",
        "NEVER-PAID": "对方缺",
        "OMITTED": "对方缺",
    }
    counts = (bill.matched, bill.missing_ours, bill.missing_theirs)
    assert counts == (1, 1, 2)
    assert (bill.amount_differs, bill.status_differs) == (1, 1)
    amount = BillDifference.objects.get(result=BillResult.AMOUNT_DIFFERS)
    assert (amount.our_amount, amount.their_amount) == (Decimal("88.00"), Decimal("89.00"))


def test_each_difference_of_a_refund():
    payment = both("N1", amount="1000.00")
    refunded("N1", "CONSOLE")  # made in the console, and we were never told
    refund(payment, out_request_no="NEVER")
    refunded("N1", refund(payment, out_request_no="OMITTED").out_request_no, fault="omitted")
    refunded("N1", refund(payment, out_request_no="AMOUNT").out_request_no, amount="9.00")
    for status in (RefundStatus.FAILED, RefundStatus.PROCESSING):
        mine = refund(payment, out_request_no=status.name, status=status, finished_at=None)
        refunded("N1", mine.out_request_no)
    refunded("N1", refund(payment, out_request_no="FINE").out_request_no)

    reconcile()

    assert results() == {
        "CONSOLE": "我方缺",
        "AMOUNT": "金额不同",
        "FAILED": "状态不同",
        "PROCESSING": "状态不同",
        "NEVER": "对方缺",
        "OMITTED": "对方缺",
    }
    assert BillDifference.objects.get(request_no="FAILED").our_status == "失败"


def test_a_refund_in_the_console_that_we_recognised_matches_once():
    payment = both("N1")
    refund(payment, origin=Refund.Origin.CONSOLE, out_request_no="OURS")
    refunded("N1", "2026030100001")
    refunded("N1", "2026030100002")

    reconcile()

    assert results() == {"2026030100002": "我方缺"}


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 2, 28, 16, 0, tzinfo=UTC),
        datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC),
    ],
)
def test_both_ends_of_the_day_belong_to_it(at):
    both("N1", at)
    ours("LOST", at)

    bill = reconcile()

    assert (bill.matched, bill.missing_theirs) == (1, 1)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 2, 28, 15, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 1, 16, 0, tzinfo=UTC),
    ],
)
def test_the_seconds_beside_the_day_do_not(at):
    both("N1")
    ours("OTHER-DAY", at)
    theirs("THEIRS", at)

    assert reconcile().matched == 1
    assert results() == {}


def test_midnight_between_the_gateway_and_us_is_no_difference():
    # Paid at 23:59:59 there; our row has 00:00:05 of the next day.
    theirs("N1", datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC))
    payment = ours("N1", datetime(2026, 3, 1, 16, 0, 5, tzinfo=UTC))
    both("N2", datetime(2026, 3, 2, 4, tzinfo=UTC))
    # Given back at 23:59:58 there, known to us at 00:00:01; and the other way round.
    refunded("N1", "R1", at=datetime(2026, 3, 1, 15, 59, 58, tzinfo=UTC))
    refund(payment, out_request_no="R1", at=datetime(2026, 3, 1, 16, 0, 1, tzinfo=UTC))
    refunded("N1", "R2", at=datetime(2026, 3, 1, 16, 0, 1, tzinfo=UTC))
    refund(payment, out_request_no="R2", at=datetime(2026, 3, 1, 15, 59, 58, tzinfo=UTC))

    with time_machine.travel(NOON + timedelta(days=1)):
        assert reconcile(DAY).matched == 2
        assert reconcile(DAY + timedelta(days=1)).matched == 2

    assert results() == {}


def test_money_of_another_method_is_not_expected_in_this_bill():
    both("N1")
    ours("CASH", pay_type=PayType.WECHAT)

    reconcile()

    assert results() == {}


def many(count: int) -> None:
    """Payments on both sides, in few statements."""
    pairs = [(f"N{number}", f"TN{number}") for number in range(count)]
    order = OrderFactory()
    orders = [
        Order(
            user_id=order.user_id,
            out_trade_no=number,
            trade_no=trade_no,
            subject="课程",
            total_amount="88.00",
            order_status=1,
            pay_time=PAID_AT,
            expires_at=PAID_AT,
        )
        for number, trade_no in pairs
    ]
    Order.objects.bulk_create(orders)
    ids = dict(Order.objects.values_list("out_trade_no", "pk"))
    paid = {"amount": "88.00", "paid_at": PAID_AT, "pay_type": PayType.ALIPAY}
    OrderPayment.objects.bulk_create(
        OrderPayment(order_id=ids[number], trade_no=trade_no, **paid) for number, trade_no in pairs
    )
    SandboxTrade.objects.bulk_create(
        SandboxTrade(
            out_trade_no=number,
            trade_no=trade_no,
            subject="课程",
            total_amount="88.00",
            status=TradeStatus.PAID,
            paid_at=PAID_AT,
        )
        for number, trade_no in pairs
    )


def test_a_long_bill_needs_few_queries(django_assert_max_num_queries):
    many(1200)

    with django_assert_max_num_queries(80):
        assert reconcile().matched == 1200
