"""Refunds: what their completion does to the order and to the student's courses."""

from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order.models import Order, OrderPayment, Refund, RefundStatus
from luffy_api.apps.order.states import OrderStatus


def record_console_refund(payment: OrderPayment) -> bool:
    """Record that the rest of a payment went back by the provider's own pages.

    The caller has locked the order. Return False when all of it had gone back before.
    """
    rest = payment.amount - refunded_amount(payment)
    if rest <= 0:
        return False
    Refund.objects.create(
        order_id=payment.order_id,
        payment=payment,
        amount=rest,
        reason="在支付平台后台退款",
        origin=Refund.Origin.CONSOLE,
        status=RefundStatus.REFUNDED,
        finished_at=timezone.now(),
    )
    _end_access(payment)
    return True


def refunded_amount(payment: OrderPayment) -> Decimal:
    """The yuan that went back on a payment."""
    total = payment.refunds.refunded().aggregate(total=Sum("amount"))["total"]
    return total or Decimal("0.00")


def _end_access(payment: OrderPayment) -> None:
    """The order is refunded when its own payment went back as a whole; its grants end."""
    if refunded_amount(payment) < payment.amount:
        return
    own = Order.objects.filter(pk=payment.order_id, trade_no=payment.trade_no)
    if own.filter(pay_type=payment.pay_type).transition(to=OrderStatus.REFUNDED):
        enrollment.end_grants(
            source=EnrollmentGrant.Source.ORDER, reference=payment.order.out_trade_no
        )
