"""Refunds that were concluded from a sum: what the provider's sum had and our rows did not.

They stand for refunds by the provider's own pages. A refund of ours that had failed here and went
back there is in such a sum too, and its number may be told after it: its money is then taken out of
them, so that it is in one row, and what follows from it (its course is closed) follows.
"""

from datetime import datetime
from decimal import Decimal

from luffy_api.apps.order.models import OrderPayment, Refund
from luffy_api.apps.order.payment import event_log, refund_amounts


def make_room(refund: Refund, *, total: Decimal) -> tuple[bool, datetime | None]:
    """Take out of concluded rows what a sum of the provider (yuan) had of a refund of ours.

    Whether there is room for it, and when its money was first heard of (UTC), None for now. The
    sum is the greatest that was told. Nothing is taken from rows whose numbers were told: of a
    payment that has these no sums are. The caller has locked the order.
    """
    payment = refund.payment
    known = refund_amounts.refunded_amount(payment)
    excess = known + refund.amount - min(total, payment.amount)
    if excess <= 0:
        return True, None
    rows = _concluded(payment, excess)
    if sum(row.amount for row in rows) < excess:
        return False, None
    for row in rows:
        taken = min(row.amount, excess)
        _take(row, taken, refund)
        excess -= taken
    return True, rows[0].finished_at


def _concluded(payment: OrderPayment, excess: Decimal) -> list[Refund]:
    """The newest row that has so much by itself, else all of them, the newest first."""
    if not payment.heard_refunds:
        return []
    rows = Refund.objects.refunded().filter(payment=payment, origin=Refund.Origin.CONSOLE)
    found = list(rows.select_related("order", "payment").order_by("-pk"))
    return next(([row] for row in found if row.amount >= excess), found)


def _take(row: Refund, amount: Decimal, refund: Refund) -> None:
    """Figures of its day follow from the refund, which is finished then (`make_room`).

    `updated_time` stays: its student was told of that money.
    """
    event_log.log_correction(row, f"其中 {amount:.2f} 元属于退款单 {refund.out_request_no}")
    kept = Refund.objects.filter(pk=row.pk)
    if row.amount == amount:
        kept.delete()
    else:
        kept.update(amount=row.amount - amount)
