"""Writes the log of payment messages (PaymentEvent)."""

from luffy_api.apps.order.models import PaymentEvent
from luffy_api.apps.order.payment.interface import Payment

# Anyone can post a forged message: enough of it to recognise, too little to fill a disk.
MAX_FORGED_LENGTH = 2000


def log_event(payment: Payment, *, accepted: bool, reason: str, body: str = "") -> None:
    """Log a genuine message; `body` is its text as received, empty for an answer to a query."""
    PaymentEvent.objects.create(
        source=payment.source,
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
