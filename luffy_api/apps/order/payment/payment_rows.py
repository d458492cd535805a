"""The rows of payments that came in."""

from django.utils import timezone

from luffy_api.apps.order.models import OrderPayment
from luffy_api.apps.order.payment import event_log
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.common.prepared_insert import PreparedInsert


def send(order_id: int, payment: Payment) -> None:
    """Add the row of a payment with the next statement or COMMIT, and its line of the log.

    IntegrityError is raised there, for one that is recorded already.
    """
    _insert.send(
        [
            _insert.columns(
                order_id=order_id,
                pay_type=int(payment.pay_type),
                trade_no=payment.trade_no,
                amount=payment.total_amount,
                paid_at=payment.paid_at or timezone.now(),
            )
        ]
    )
    event_log.note_payment(payment.out_trade_no, payment.total_amount)


_insert = PreparedInsert(OrderPayment)
