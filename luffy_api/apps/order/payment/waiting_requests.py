"""Requests that wait for a decision while money of the same payment goes back without them."""

from decimal import Decimal

from django.utils import timezone

from luffy_api.apps.order.models import OrderPayment, PaymentEvent, Refund, RefundStatus
from luffy_api.apps.order.payment import event_log, refund_amounts

Reason = PaymentEvent.Reason
CLOSED = "这笔付款已经全部退回，申请随之结束"


def fit_to_rest(payment: OrderPayment) -> None:
    """Lower the requests on a payment to what is left of it, and close them when nothing is.

    Nobody could agree to them as they are. What is only under way does not count: it may fail. The
    caller has locked the order, as whoever decides about a request does.
    """
    rest = payment.amount - refund_amounts.refunded_amount(payment)
    requests = Refund.objects.filter(payment=payment, status=RefundStatus.REQUESTED)
    for request in requests.filter(amount__gt=rest).select_related("order", "payment"):
        if rest > 0:
            _lower(request, rest)
        else:
            _close(request)


def _lower(request: Refund, rest: Decimal) -> None:
    asked, request.amount = request.amount, rest
    request.save(update_fields=["amount", "updated_time"])
    text = f"申请 {asked:.2f} 元，可退的只剩 {rest:.2f} 元"
    event_log.log_request(request, Reason.REQUEST_LOWERED, text)
    event_log.note_refund(request, "lowered")


def _close(request: Refund) -> None:
    Refund.objects.filter(pk=request.pk).transition(
        to=RefundStatus.REJECTED, decided_at=timezone.now(), answer=CLOSED
    )
    event_log.log_request(request, Reason.REQUEST_CLOSED, CLOSED)
    event_log.note_refund(request, "closed")
