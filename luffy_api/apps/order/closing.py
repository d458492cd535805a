"""The one UPDATE that closes an unpaid order, with what follows from it for its coupon."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from luffy_api.apps.order import waiting_money
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion import redemptions
from luffy_api.apps.school import selectors as school
from luffy_api.common.transactions import retry_deadlocks

MONEY_WAITS = "学校已经登记了您的线下付款，正在核对，暂时不能取消订单"


@retry_deadlocks
@transaction.atomic
def close(order: Order, *, to: OrderStatus, next_query_at: datetime | None) -> bool:
    """Close an order while its open trade is the one that `order` was loaded with.

    `next_query_at` (UTC) is set for one that may still be paid. Return False when it was moved, or
    its student chose another way to pay, meanwhile: nobody has asked about that trade. Raises
    OfflinePaymentWaits for an order that money by hand holds.
    """
    moved = Order.objects.with_trade_of(order).transition(
        to=to, next_query_at=next_query_at, query_failures=0
    )
    if moved:
        # Behind the UPDATE, which has locked the order as whoever records money does.
        waiting_money.require_none(order, MONEY_WAITS)
    if moved and order.coupon_claim_id:
        redemptions.order_closed(order.out_trade_no, may_be_paid=next_query_at is not None)
    return bool(moved)


@retry_deadlocks
@transaction.atomic
def schedule(order: Order, later: datetime | None) -> None:
    """When a batch asks about an order next (UTC), unless it was moved meanwhile.

    A closed order that nobody asks about any more cannot be paid.
    """
    unchanged: QuerySet[Order] = Order.objects.filter(pk=order.pk, order_status=order.order_status)
    updated = unchanged.update(next_query_at=later, query_failures=0)
    if updated and later is None and order.coupon_claim_id:
        redemptions.payment_ruled_out(order.out_trade_no)


def mark_coupon_used(order: Order) -> None:
    """In the transaction in which an order has become paid. No query without a coupon."""
    if order.coupon_claim_id:
        redemptions.mark_used(order.out_trade_no)


def return_coupon(order: Order) -> None:
    """In the transaction in which all money of an order went back, if the school wants it so."""
    if order.coupon_claim_id and school.refund_returns_coupon():
        redemptions.give_back(order.out_trade_no)
