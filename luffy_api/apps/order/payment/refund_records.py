"""What is written when it is known what became of a refund, from whatever source."""

import logging
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order import closing, invoices, locks, memberships
from luffy_api.apps.order.models import Order, OrderPayment, Refund, RefundStatus
from luffy_api.apps.order.payment import (
    event_log,
    guessed_refunds,
    refund_amounts,
    waiting_requests,
)
from luffy_api.apps.order.payment.interface import RefundResult
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)


@retry_deadlocks
@transaction.atomic
def record_refunded(refund: Refund, result: RefundResult) -> bool:
    """Record that a refund was carried out; False when that was known.

    One that had FAILED too, when the provider tells of its number that it went back after all:
    staff would refund the same money again. Nothing is recorded beyond what was paid.
    """
    payment = _lock(refund)
    refund.refresh_from_db(fields=["status"])
    if result.refunded_total is not None:
        _hear_total(payment, result.refunded_total)
    finished = _finish_once(
        refund, total=result.refunded_total, answer=result.word, finished_at=result.finished_at
    )
    if finished:
        event_log.log_refund(refund)
    _log_console_refund(payment)
    return finished


@retry_deadlocks
@transaction.atomic
def record_failed(refund: Refund, *, answer: str) -> None:
    """Record that the provider refused a refund, for the reason `answer`; no money moved."""
    payment = _lock(refund)
    failed = Refund.objects.filter(pk=refund.pk).transition(
        to=RefundStatus.FAILED, finished_at=timezone.now(), gateway_answer=answer[:200]
    )
    if failed:
        refund.refresh_from_db()
        event_log.log_refund(refund)
        event_log.note_refund(refund, "failed")
    _log_console_refund(payment)


@retry_deadlocks
@transaction.atomic
def record_console_refund(payment: OrderPayment, result: RefundResult, *, request_no: str) -> bool:
    """Record one refund by the provider's own pages, of which it told the number; once.

    It happened, whatever of ours is PROCESSING, but no more is believed than was paid. Return False
    when it was known.
    """
    locks.lock_order(payment.order.out_trade_no)
    if result.amount is None or Refund.objects.filter(out_request_no=request_no).exists():
        return False
    amount = min(result.amount, payment.amount - refund_amounts.refunded_amount(payment))
    if amount <= 0:
        return False
    _create_console_refund(
        payment,
        amount,
        out_request_no=request_no,
        gateway_answer=result.word[:200],
        finished_at=result.finished_at or timezone.now(),
    )
    return True


def record_reported(payment: OrderPayment, *, refunded_total: Decimal, request_no: str) -> bool:
    """Record what a notification says about the refunds of a payment; False when it was known.

    `refunded_total` is the sum of all of them in yuan, `request_no` the number of the one that it
    is about. Our own refunds are recognised by theirs, also one that had FAILED, whose money may be
    in a row already that an earlier sum has made. What they do not account for went back by the
    provider's own pages. The caller has locked the order.
    """
    own = Refund.objects.filter(payment=payment, out_request_no=request_no).first()
    _hear_total(payment, refunded_total)
    finished = own is not None and _finish_once(own, total=refunded_total)
    return bool(_add_console_refund(payment)) or finished


def _lock(refund: Refund) -> OrderPayment:
    order = locks.lock_order(refund.order.out_trade_no)
    return order.payments.get(pk=refund.payment_id)


def _finish(refund: Refund, *, answer: str = "", finished_at: datetime | None = None) -> bool:
    moved = Refund.objects.filter(pk=refund.pk).transition(
        to=RefundStatus.REFUNDED,
        finished_at=finished_at or timezone.now(),
        gateway_answer=answer[:200],
    )
    if moved:
        refund.refresh_from_db()
        _follow(refund)
        event_log.note_refund(refund, "done")
    return bool(moved)


def _finish_once(
    refund: Refund,
    *,
    total: Decimal | None,
    answer: str = "",
    finished_at: datetime | None = None,
) -> bool:
    """Finish a refund; of one that had FAILED the money may be in a row that a sum has made.

    `total` is the provider's sum (yuan) that the refund is in; None where it told of no sum.
    """
    if refund.status != RefundStatus.FAILED:
        return _finish(refund, answer=answer, finished_at=finished_at)
    payment = refund.payment
    payment.refresh_from_db(fields=["heard_refunds"])
    heard = payment.amount if total is None else max(total, payment.heard_refunds)
    has_room, heard_at = guessed_refunds.make_room(refund, total=heard)
    if not has_room:
        logger.error("refund %s went back after it had failed: more than was paid", refund.pk)
        return False
    return _finish(refund, answer=answer, finished_at=heard_at or finished_at)


def _hear_total(payment: OrderPayment, refunded_total: Decimal) -> None:
    """Keep the greatest sum: messages come in any order, and refunds are never taken back."""
    heard = min(refunded_total, payment.amount)
    OrderPayment.objects.filter(pk=payment.pk, heard_refunds__lt=heard).update(heard_refunds=heard)


def _log_console_refund(payment: OrderPayment) -> None:
    """Where no notification is logged that tells of it."""
    refund = _add_console_refund(payment)
    if refund is not None:
        event_log.log_refund(refund)


def _add_console_refund(payment: OrderPayment) -> Refund | None:
    """Add the refund that the provider's sum has and our rows do not.

    Ours that are still PROCESSING may be in the sum or not: what they could account for is added
    when they have failed.
    """
    payment.refresh_from_db(fields=["heard_refunds"])
    missing = payment.heard_refunds - (payment.amount - refund_amounts.left_amount(payment))
    if missing <= 0:
        return None
    return _create_console_refund(payment, missing, finished_at=timezone.now())


def _create_console_refund(payment: OrderPayment, amount: Decimal, **details: Any) -> Refund:
    refund: Refund = Refund.objects.create(
        order_id=payment.order_id,
        payment=payment,
        amount=amount,
        reason="在支付平台后台退款",
        origin=Refund.Origin.CONSOLE,
        status=RefundStatus.REFUNDED,
        **details,
    )
    _follow(refund)
    event_log.note_refund(refund, "done")
    return refund


def _follow(refund: Refund) -> None:
    """What follows from money that went back: less access, and what has become too much."""
    _end_access(refund)
    waiting_requests.fit_to_rest(refund.payment)
    invoices.mark_for_reversal(refund.order)


def _end_access(refund: Refund) -> None:
    """The grant of a refunded course ends, or the membership that was refunded by days.

    All that the order gave when its payment went back whole.
    """
    number, course_id = refund.order.out_trade_no, refund.course_id
    if refund_amounts.refunded_amount(refund.payment) >= refund.payment.amount:
        paid = Order.objects.filter(pk=refund.order_id)
        if refund.payment.is_own and paid.transition(to=OrderStatus.REFUNDED):
            enrollment.end_grants(source=EnrollmentGrant.Source.ORDER, reference=number)
            memberships.end(refund.order)
            closing.return_coupon(refund.order)
    elif refund.ends_membership:
        memberships.end(refund.order)
    elif course_id is not None:
        enrollment.end_grants(
            source=EnrollmentGrant.Source.ORDER, reference=number, course_ids=[course_id]
        )
