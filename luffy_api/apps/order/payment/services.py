"""The single entry point for payments, from whatever source they are reported."""

from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order import locks, selectors
from luffy_api.apps.order.exceptions import (
    OrderClosed,
    OrderNotFound,
    PaymentDisputed,
    PaymentRejected,
)
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.payment import event_log, gateway
from luffy_api.apps.order.payment.interface import Payment, TradeState
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.transactions import retry_deadlocks

Reason = PaymentEvent.Reason


def pay_url(order: Order) -> str:
    """The URL of the cashier, which works until the order expires.

    Raises OrderClosed for an order that cannot be paid now.
    """
    if not order.is_payable:
        paid = order.order_status == OrderStatus.PAID
        raise OrderClosed("订单已支付,无需再次付款" if paid else "订单已失效,请重新下单")
    return gateway.pay_url(order)


def query_and_record(order: Order, *, timeout: float | None = None) -> TradeState:
    """Query the payment provider about an order; a payment that it reports is recorded at once.

    `timeout` in seconds, the configured one by default. Raises GatewayUnavailable without a
    trustworthy answer, PaymentDisputed for a payment that does not match the order. Waits for the
    network: never call it under a lock or in a transaction.
    """
    result = gateway.query_trade(order, timeout=timeout)
    if result.payment is not None:
        try:
            record_payment(result.payment)
        except PaymentRejected as error:
            event_log.log_rejected(result.payment, reason=error.reason)
            raise PaymentDisputed from error
    return result.state


@retry_deadlocks
@transaction.atomic
def record_payment(payment: Payment, *, body: str = "") -> None:
    """Make the order paid, exactly once, and enrol its student in the courses.

    `body` is the notification's text, for the log. Raises PaymentRejected when the order is unknown
    or its amount differs. A payment that was recorded before is logged and changes nothing.
    """
    order = _matching_order(payment)
    reason = _enroll(order) if _mark_paid(order, payment) else _record_repeat(order, payment)
    event_log.log_event(payment, accepted=True, reason=reason, body=body)


@retry_deadlocks
@transaction.atomic
def record_full_refund(payment: Payment, *, body: str = "") -> None:
    """Record that the whole payment was refunded, by whomever; the enrolments of the order end.

    Raises PaymentRejected like `record_payment`. A refund whose payment was never reported is
    recorded as paid and refunded at once: when the provider repeats the payment, it is a repeat.
    """
    order = _matching_order(payment)
    if _mark_paid(order, payment):
        event_log.log_event(payment, accepted=True, reason=Reason.PAID, body=body)
    moved = Order.objects.filter(pk=order.pk, trade_no=payment.trade_no).transition(
        to=OrderStatus.REFUNDED, refund_due=Decimal(0)
    )
    if moved:
        enrollment.end_enrollments(out_trade_no=order.out_trade_no)
    reason = Reason.REFUNDED if moved else Reason.TRADE_CLOSED
    event_log.log_event(payment, accepted=True, reason=reason, body=body)


def _matching_order(payment: Payment) -> Order:
    """The order that a payment is for, locked; raises PaymentRejected when it does not match."""
    try:
        order = locks.lock_order(payment.out_trade_no)
    except OrderNotFound as error:
        raise PaymentRejected(Reason.UNKNOWN_ORDER) from error
    if order.total_amount != payment.total_amount:
        raise PaymentRejected(Reason.AMOUNT_DIFFERS)
    return order


def _mark_paid(order: Order, payment: Payment) -> bool:
    """Move the order to paid; False when it was paid before."""
    return bool(
        Order.objects.filter(pk=order.pk).transition(
            to=OrderStatus.PAID,
            trade_no=payment.trade_no,
            pay_time=payment.paid_at or timezone.now(),
            next_query_at=None,
        )
    )


def _enroll(order: Order) -> Reason:
    """Enrol in every course; the price of those that were owned before becomes a refund due."""
    prices = dict(order.order_courses.values_list("course_id", "real_price"))
    enrolled = enrollment.enroll_in_all(
        user_id=order.user_id,
        course_ids=prices,
        source=Enrollment.Source.ORDER,
        out_trade_no=order.out_trade_no,
    )
    owned_before = sum((price for pk, price in prices.items() if pk not in enrolled), Decimal(0))
    if not owned_before:
        return Reason.PAID
    _add_refund_due(order, owned_before)
    return Reason.PAID_BUT_OWNED


def _record_repeat(order: Order, payment: Payment) -> Reason:
    """The same payment again, or a second trade for one order: a refund is due once for that."""
    if payment.trade_no == order.trade_no:
        return Reason.PARTLY_REFUNDED if payment.refund_fee else Reason.REPEATED
    if selectors.is_known_payment(payment.out_trade_no, trade_no=payment.trade_no):
        return Reason.REPEATED
    _add_refund_due(order, payment.total_amount)
    return Reason.PAID_TWICE


def _add_refund_due(order: Order, amount: Decimal) -> None:
    Order.objects.filter(pk=order.pk).update(refund_due=F("refund_due") + amount)
