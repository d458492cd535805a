"""Writes the log of payment messages (PaymentEvent), and lines of the server's own log."""

import logging
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from luffy_api.apps.order import metrics
from luffy_api.apps.order.models import OrderPayment, PaymentEvent, Refund, RefundStatus
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.common.metrics import count
from luffy_api.common.prepared_insert import Columns, PreparedInsert
from luffy_api.common.prepared_query import PreparedValues, SmallInteger
from luffy_api.common.replies import Reply

logger = logging.getLogger(__name__)
Reason = PaymentEvent.Reason

# Anyone can post a forged message: enough of it to recognise, too little to fill a disk.
MAX_FORGED_LENGTH = 2000


def log_event(payment: Payment, *, accepted: bool, reason: str, body: str = "") -> None:
    """Log a genuine message; `body` is its text as received, empty for an answer to a query."""
    _insert.send([_event(payment, accepted=accepted, reason=reason, body=body)])


def log_repeat(payment: Payment, *, body: str = "") -> bool:
    """Log a message that only repeats a payment which is committed; return whether it is one.

    One statement, without a lock: the row of a payment is never changed. Most notifications are
    repeats, and they need not wait for each other.
    """
    return not payment.refund_fee and _insert.one_if(*_repeat(payment, body))


def send_repeat(payment: Payment, *, body: str) -> Reply:
    """The same together with the next statement; it counts one row for a repeat."""
    return _insert.send_if(*_repeat(payment, body))


def _repeat(payment: Payment, body: str) -> tuple[Columns, PreparedValues, int, str, Decimal, str]:
    event = _event(payment, accepted=True, reason=Reason.REPEATED, body=body)
    amount, number = payment.total_amount, payment.out_trade_no
    return event, _recorded, payment.pay_type, payment.trade_no, amount, number


def _build_recorded(
    pay_type: int, trade_no: str, amount: Decimal, out_trade_no: str
) -> QuerySet[OrderPayment, tuple[int]]:
    rows = OrderPayment.objects.filter(pay_type=pay_type, trade_no=trade_no, amount=amount)
    return rows.filter(order__out_trade_no=out_trade_no).order_by().values_list("pk")


_recorded = PreparedValues(_build_recorded, SmallInteger, str, Decimal, str)
_insert = PreparedInsert(PaymentEvent)


def _event(payment: Payment, *, accepted: bool, reason: str, body: str) -> Columns:
    return _insert.columns(
        source=str(payment.source),
        out_trade_no=payment.out_trade_no,
        trade_no=payment.trade_no,
        total_amount=payment.total_amount,
        accepted=accepted,
        reason=str(reason),
        message=body,
    )


def log_rejected(payment: Payment, *, reason: str, body: str = "") -> None:
    """Log a genuine message that matches no order, for a person to look at."""
    log_event(payment, accepted=False, reason=reason, body=body)


def log_forged(body: str, *, reason: str) -> None:
    """Log the beginning of a message that was not proved genuine; it names no order."""
    PaymentEvent.objects.create(
        source=PaymentEvent.Source.NOTIFICATION,
        accepted=False,
        reason=str(reason),
        message=body[:MAX_FORGED_LENGTH],
    )


def log_refund(refund: Refund) -> None:
    """Log the provider's answer about a refund that is REFUNDED or FAILED."""
    _log_about(refund, _reason(refund), refund.gateway_answer)


def log_request(refund: Refund, reason: PaymentEvent.Reason, text: str) -> None:
    """Log what money that went back did to a request that waits for its decision."""
    _log_about(refund, reason, text)


def log_correction(refund: Refund, text: str) -> None:
    """Log that a refund that was concluded from a sum is less than that."""
    _log_about(refund, Reason.PARTLY_REFUNDED, text)


def _log_about(refund: Refund, reason: PaymentEvent.Reason, text: str) -> None:
    PaymentEvent.objects.create(
        source=PaymentEvent.Source.REFUND,
        out_trade_no=refund.order.out_trade_no,
        trade_no=refund.payment.trade_no,
        total_amount=refund.amount,
        accepted=True,
        reason=reason,
        message=f"{refund.out_request_no} {text}".strip(),
    )


def note_payment(out_trade_no: str, amount: Decimal) -> None:
    """After the commit, write a line about money that came; it names no person."""
    line = "order %s paid, %s yuan"
    transaction.on_commit(partial(logger.info, line, out_trade_no, amount))


def note_refund(refund: Refund, what: str) -> None:
    """After the commit, count what became of a refund, with a line that names no person."""
    numbers = (refund.out_request_no, refund.order.out_trade_no)
    line = "refund %s of order %s %s, %s yuan"
    transaction.on_commit(partial(logger.info, line, *numbers, what, refund.amount))
    transaction.on_commit(partial(count, metrics.REFUNDS, what))


def _reason(refund: Refund) -> PaymentEvent.Reason:
    if refund.status == RefundStatus.FAILED:
        return Reason.REFUND_FAILED
    whole = refund.amount == refund.payment.amount
    return Reason.REFUNDED if whole else Reason.PARTLY_REFUNDED
