"""Notifications that a payment provider posts."""

from collections.abc import Sequence

from luffy_api.apps.order.exceptions import NotificationRejected, PaymentRejected
from luffy_api.apps.order.payment import event_log, gateway, services
from luffy_api.apps.order.payment.interface import Notification, NotificationKind


def receive_notification(fields: Sequence[tuple[str, str]], *, body: str) -> bool:
    """Verify, record and log a notification; False when it was rejected.

    `fields` are the raw (name, value) pairs of the form, `body` its text. Everything is committed
    when this returns. A repeated notification is accepted again and changes nothing.
    """
    try:
        notification = gateway.parse_notification(fields)
    except NotificationRejected as error:
        event_log.log_forged(body, reason=error.reason)
        return False
    try:
        _record(notification, body)
    except PaymentRejected as error:
        event_log.log_rejected(notification.payment, reason=error.reason, body=body)
        return False
    return True


def _record(notification: Notification, body: str) -> None:
    payment, kind = notification.payment, notification.kind
    if kind is NotificationKind.PAID:
        services.record_payment(payment, body=body)
    elif kind is NotificationKind.REFUNDED_IN_FULL:
        services.record_full_refund(payment, body=body)
    elif kind is NotificationKind.CLOSED:
        services.record_closed_notification(
            payment, trade_status=notification.trade_status, body=body
        )
    else:
        event_log.log_event(payment, accepted=True, reason=notification.trade_status, body=body)
