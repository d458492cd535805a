"""Notifications that a payment provider posts."""

from collections.abc import Sequence
from enum import Enum

from luffy_api.apps.order import metrics
from luffy_api.apps.order.exceptions import NotificationRejected, OrderNotRecreated, PaymentRejected
from luffy_api.apps.order.models import PaymentEvent, PayType
from luffy_api.apps.order.payment import event_log, gateway, recreation, refund_notices, services
from luffy_api.apps.order.payment.interface import Notification, NotificationKind, Payment


class Receipt(Enum):
    """What became of a notification; each is committed."""

    ACCEPTED = "accepted"
    FORGED = "forged"  # its sender did not prove itself
    REJECTED = "rejected"  # genuine or not, it fits no order of ours


def receive_notification(
    fields: Sequence[tuple[str, str]],
    *,
    body: str,
    raw: bytes = b"",
    pay_type: PayType = PayType.ALIPAY,
) -> Receipt:
    """Verify, record and log a notification.

    `fields` are the raw (name, value) pairs of the form, or of the headers for WeChat Pay, which
    signs the bytes `raw`; `body` is the text for the log. A repeated notification is accepted again
    and changes nothing.
    """
    try:
        notification = gateway.parse_notification(fields, body=raw, pay_type=pay_type)
    except NotificationRejected as error:
        event_log.log_forged(body, reason=error.reason)
        metrics.count_notification(pay_type, str(error.reason))
        return Receipt.FORGED if error.is_forged else Receipt.REJECTED
    body = notification.text or body
    try:
        _record(notification, body)
    except PaymentRejected as error:
        event_log.log_rejected(notification.payment, reason=error.reason, body=body)
        metrics.count_notification(pay_type, str(error.reason))
        return Receipt.REJECTED
    metrics.count_notification(pay_type, metrics.ACCEPTED)
    return Receipt.ACCEPTED


def _record(notification: Notification, body: str) -> None:
    payment, kind = notification.payment, notification.kind
    if kind is NotificationKind.PAID:
        _record_payment(payment, body)
    elif kind is NotificationKind.REFUNDED_IN_FULL:
        services.record_full_refund(payment, body=body)
    elif kind is NotificationKind.REFUND and notification.refund:
        refund_notices.record(payment, notification.refund, body=body)
    elif kind is NotificationKind.CLOSED:
        services.record_closed_notification(
            payment, trade_status=notification.trade_status, body=body
        )
    else:
        event_log.log_event(payment, accepted=True, reason=notification.trade_status, body=body)


def _record_payment(payment: Payment, body: str) -> None:
    """A payment; of an order whose row was lost with a database, which is made again."""
    try:
        services.record_payment(payment, body=body)
    except PaymentRejected as error:
        if error.reason != PaymentEvent.Reason.UNKNOWN_ORDER or not payment.reference:
            raise
        try:
            recreation.recreate(payment)
        except OrderNotRecreated as lost:
            raise error from lost
        services.record_payment(payment, body=body)
