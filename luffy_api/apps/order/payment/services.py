"""The single entry point for payments, from whatever source they are reported."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.order import closing, locks
from luffy_api.apps.order.exceptions import (
    OfflinePaymentWaits,
    OrderNotFound,
    PaymentDisputed,
    PaymentRejected,
)
from luffy_api.apps.order.models import (
    Order,
    OrderPayment,
    OrderQuerySet,
    PaymentEvent,
    PayType,
)
from luffy_api.apps.order.payment import (
    delivery,
    event_log,
    gateway,
    optimistic,
    payment_rows,
    refund_records,
    retry_schedule,
)
from luffy_api.apps.order.payment.interface import Payment, TradeResult, TradeState
from luffy_api.apps.order.states import ALLOWED_SOURCES, OrderStatus
from luffy_api.common.prepared_query import PreparedUpdate
from luffy_api.common.transactions import retry_deadlocks

Reason = PaymentEvent.Reason
logger = logging.getLogger(__name__)


def query_and_record(order: Order, *, timeout: float | None = None) -> TradeState:
    """Query the payment provider about an order; a payment that it reports is recorded at once.

    `timeout` in seconds, the configured one by default. Raises GatewayUnavailable without a
    trustworthy answer, PaymentDisputed for a payment that does not match the order. Waits for the
    network: never call it under a lock or in a transaction. Asks about earlier trades too.
    """
    result = gateway.query_trade(order, timeout=timeout)
    _record_result(result)
    paid_before = settle_earlier_trades(order, timeout=timeout)
    return TradeState.PAID if paid_before else result.state


def settle_earlier_trades(order: Order, *, timeout: float | None = None) -> bool:
    """Ask about the trades that were left for another way to pay, and close those that wait.

    Return True when one of them turned out to be paid. Raises like `query_and_record`, also when
    one cannot be closed. No query for an order that never had another trade.
    """
    if order.trade_count == 1:
        return False
    paid = False
    for trade in order.earlier_trades.open():
        pay_type = PayType(trade.pay_type)
        result = gateway.query_number(pay_type, trade.number, timeout=timeout)
        _record_result(result)
        if result.state is TradeState.WAITING:
            gateway.close_number(pay_type, trade.number)
        # Of a trade that its buyer never opened there is nothing to close, and its address works
        # until the order's time limit.
        over = retry_schedule.is_over(expires_at=order.expires_at, now=timezone.now())
        if result.state is not TradeState.NOT_FOUND or over:
            order.earlier_trades.filter(pk=trade.pk).update(is_open=False)
        paid = paid or result.state is TradeState.PAID
    return paid


def has_open_trades(order: Order) -> bool:
    """Whether a trade that was left for another way to pay may still be paid."""
    return order.trade_count > 1 and order.earlier_trades.open().exists()


def _record_result(result: TradeResult) -> None:
    if result.payment is None:
        return
    try:
        record_payment(result.payment)
    except PaymentRejected as error:
        event_log.log_rejected(result.payment, reason=error.reason)
        raise PaymentDisputed from error


def record_closed_trade(order: Order) -> bool:
    """Close an unpaid order whose trade the provider has closed; return whether it was open.

    Not when it has another trade meanwhile, or staff check money by hand for it. One that was left
    for another way to pay, and may still be paid, is asked about once more when its time limit is
    over.
    """
    to = OrderStatus.CANCELLED if order.is_payable else OrderStatus.EXPIRED
    final = retry_schedule.final_query(expires_at=order.expires_at, now=timezone.now())
    try:
        moved = closing.close(order, to=to, next_query_at=final if has_open_trades(order) else None)
    except OfflinePaymentWaits:
        return False
    if moved:
        closed = partial(logger.info, "order %s: closed with its trade", order.out_trade_no)
        transaction.on_commit(closed)
    return moved


@retry_deadlocks
@transaction.atomic
def record_closed_notification(payment: Payment, *, trade_status: str, body: str = "") -> None:
    """Log that a trade was closed unpaid, and close its order if it is unpaid.

    Raises PaymentRejected like `record_payment`.
    """
    order = _matching_order(payment)
    if (order.pay_type, order.trade_number) == (payment.pay_type, payment.number):
        record_closed_trade(order)
    event_log.log_event(payment, accepted=True, reason=trade_status, body=body)


def record_payment(payment: Payment, *, body: str = "") -> None:
    """Make the order paid, exactly once, and enrol its student in the courses.

    `body` is the notification's text, for the log. Raises PaymentRejected when the order is
    unknown, its amount differs, or the trade paid another order. A payment that was recorded before
    is logged and changes nothing.
    """
    if optimistic.is_possible(payment):
        done = optimistic.record(payment, body=body)
    else:
        done = event_log.log_repeat(payment, body=body)
    if done:
        return
    with _one_order_for_each_trade(payment):
        _record_payment(payment, body)


@retry_deadlocks
@transaction.atomic
def _record_payment(payment: Payment, body: str) -> None:
    # Never changed, so they need no lock, and travel with it.
    sold = delivery.send_sold_courses(payment.out_trade_no)
    order = _matching_order(payment)
    moved = _mark_paid(order, payment)
    reason = delivery.deliver(order, sold.rows) if moved else _record_repeat(order, payment)
    event_log.log_event(payment, accepted=True, reason=reason, body=body)
    if payment.refund_fee and _record_refunds(payment) and reason is not Reason.PARTLY_REFUNDED:
        event_log.log_event(payment, accepted=True, reason=Reason.PARTLY_REFUNDED, body=body)


def record_full_refund(payment: Payment, *, body: str = "") -> None:
    """Record that the whole payment was refunded, by whomever; the grants of the order end.

    Raises PaymentRejected like `record_payment`. A refund whose payment was never reported is
    recorded as paid and refunded at once: when the provider repeats the payment, it is a repeat.
    """
    with _one_order_for_each_trade(payment):
        _record_full_refund(payment, body)


@retry_deadlocks
@transaction.atomic
def _record_full_refund(payment: Payment, body: str) -> None:
    order = _matching_order(payment)
    paid = Reason.PAID if _mark_paid(order, payment) else _record_repeat(order, payment)
    if paid in (Reason.PAID, Reason.PAID_TWICE):
        event_log.log_event(payment, accepted=True, reason=paid, body=body)
    reason = Reason.REFUNDED if _record_refunds(payment) else Reason.TRADE_CLOSED
    event_log.log_event(payment, accepted=True, reason=reason, body=body)


def _record_refunds(payment: Payment) -> bool:
    """Refunds that a message reports, of a payment that is recorded; False when they were known."""
    recorded = OrderPayment.objects.get(pay_type=payment.pay_type, trade_no=payment.trade_no)
    return refund_records.record_reported(
        recorded,
        refunded_total=payment.refund_fee or Decimal(0),
        request_no=payment.refund_request_no,
    )


def _matching_order(payment: Payment) -> Order:
    """The order that a payment is for, locked; raises PaymentRejected when it does not match."""
    try:
        order = locks.lock_order(payment.out_trade_no)
    except OrderNotFound as error:
        raise PaymentRejected(Reason.UNKNOWN_ORDER) from error
    if order.total_amount != payment.total_amount:
        raise PaymentRejected(Reason.AMOUNT_DIFFERS)
    return order


@contextmanager
def _one_order_for_each_trade(payment: Payment) -> Iterator[None]:
    """Raise PaymentRejected when the unique number of the trade paid another order."""
    try:
        yield
    except IntegrityError:
        trades = OrderPayment.objects.filter(pay_type=payment.pay_type, trade_no=payment.trade_no)
        if trades.exclude(order__out_trade_no=payment.out_trade_no).exists():
            raise PaymentRejected(Reason.TRADE_OF_ANOTHER_ORDER) from None
        raise


def _mark_paid(order: Order, payment: Payment) -> bool:
    """Move the order, which is locked, to paid; False when it was paid before.

    The lock has shown what may be done; the UPDATE looks at it once more.
    """
    if order.order_status not in ALLOWED_SOURCES[OrderStatus.PAID]:
        return False
    now = timezone.now()
    make_paid(order.pk, payment.trade_no, payment.pay_type, payment.paid_at or now, now)
    _add_payment(order, payment)
    closing.mark_coupon_used(order)
    _watch_other_trades(order, payment)
    return True


def _build_make_paid(
    pk: int, trade_no: str, pay_type: int, pay_time: datetime, now: datetime
) -> tuple[OrderQuerySet, dict[str, Any]]:
    values = {"trade_no": trade_no, "pay_type": pay_type, "pay_time": pay_time}
    rows, moved = Order.objects.filter(pk=pk).transition_to(OrderStatus.PAID, now=now)
    return rows, {**moved, **values, "next_query_at": None}


make_paid = PreparedUpdate(_build_make_paid, int, str, int, datetime, datetime).send_one


def _watch_other_trades(order: Order, payment: Payment) -> None:
    """Schedule queries about the trades in which a paid order may be paid once more.

    `order` is as it was before. Its open trade is one of them unless it is this one that paid: the
    money came by hand, or in a trade that the student had left for another way to pay.
    """
    paid = (payment.pay_type, payment.number or payment.out_trade_no)
    may_be_open = order.next_query_at is not None
    if may_be_open and paid != (order.pay_type, order.trade_number):
        order.earlier_trades.create(pay_type=order.pay_type, number=order.trade_number)
        order.trade_count += 1
    if order.trade_count > 1:
        later = next_query_of_paid(order)
        Order.objects.filter(pk=order.pk).update(next_query_at=later, trade_count=order.trade_count)


def next_query_of_paid(order: Order) -> datetime | None:
    """When to ask again about the trades that a paid order has open; None without any."""
    latest = order.earlier_trades.open().last() if order.trade_count > 1 else None
    if latest is None:
        return None
    return retry_schedule.next_query_of_trade(
        left_at=latest.created_time, expires_at=order.expires_at, now=timezone.now()
    )


def _add_payment(order: Order, payment: Payment) -> None:
    payment_rows.send(order.pk, payment)


def _record_repeat(order: Order, payment: Payment) -> Reason:
    """The same payment again, or a second trade for one order, which is recorded once."""
    known = order.payments.filter(pay_type=payment.pay_type, trade_no=payment.trade_no)
    if known.exists():
        return Reason.PARTLY_REFUNDED if payment.refund_fee else Reason.REPEATED
    _add_payment(order, payment)
    return Reason.PAID_TWICE
