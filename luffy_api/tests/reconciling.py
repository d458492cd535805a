"""Payments and refunds in our books and at the local gateway, whose bills are compared."""

from datetime import UTC, date, datetime

from luffy_api.apps.alipay_sandbox.models import SandboxRefund, SandboxTrade, TradeStatus
from luffy_api.apps.order.models import (
    Bill,
    BillDifference,
    OrderPayment,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.payment import bills
from luffy_api.tests.factories import OrderFactory, OrderPaymentFactory

DAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # the next day in Shanghai
PAID_AT = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


def ours(number: str, at: datetime = PAID_AT, amount: str = "88.00", **fields) -> OrderPayment:
    """A payment in our books."""
    order = OrderFactory(
        out_trade_no=number, total_amount=amount, order_status=1, trade_no=f"T{number}", pay_time=at
    )
    return OrderPaymentFactory(order=order, paid_at=at, amount=amount, **fields)


def theirs(number: str, at: datetime = PAID_AT, amount: str = "88.00", **fields) -> SandboxTrade:
    """A paid trade at the gateway."""
    return SandboxTrade.objects.create(
        **{
            "out_trade_no": number,
            "trade_no": f"T{number}",
            "subject": "课程",
            "total_amount": amount,
            "status": TradeStatus.PAID,
            "created_at": at,
            "paid_at": at,
            **fields,
        }
    )


def both(number: str, at: datetime = PAID_AT, amount: str = "88.00") -> OrderPayment:
    theirs(number, at, amount)
    return ours(number, at, amount)


def refund(payment: OrderPayment, amount: str = "8.00", at: datetime = PAID_AT, **fields) -> Refund:
    """A refund in our books."""
    values = {
        "order": payment.order,
        "amount": amount,
        "finished_at": at,
        "status": RefundStatus.REFUNDED,
        "origin": Refund.Origin.STAFF,
        "reason": "退",
    }
    return Refund.objects.create(payment=payment, **{**values, **fields})


def refunded(
    number: str, request_no: str, amount: str = "8.00", at: datetime = PAID_AT, fault: str = ""
) -> None:
    """A refund at the gateway."""
    SandboxRefund.objects.create(
        trade=SandboxTrade.objects.get(out_trade_no=number),
        request_no=request_no,
        amount=amount,
        created_at=at,
        bill_fault=fault,
    )


def reconcile(day: date = DAY) -> Bill:
    return bills.reconcile(pay_type=PayType.ALIPAY, day=day)


def results() -> dict[str, str]:
    """Order or request number and result of each difference."""
    rows = BillDifference.objects.order_by("id")
    return {row.request_no or row.out_trade_no: row.get_result_display() for row in rows}
