"""Reads of orders."""

from luffy_api.apps.order.exceptions import OrderNotFound
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.querysets import OrderQuerySet
from luffy_api.apps.order.states import OrderStatus


def my_orders(*, user_id: int, status: OrderStatus | None = None) -> OrderQuerySet:
    """A student's orders, the newest first; three queries for a page."""
    orders = Order.objects.of(user_id).with_courses()
    return orders if status is None else orders.filter(order_status=status)


def my_order(*, user_id: int, out_trade_no: str) -> Order:
    """One of the student's orders. Raises OrderNotFound for anyone else's."""
    order = Order.objects.of(user_id).with_courses().filter(out_trade_no=out_trade_no).first()
    if order is None:
        raise OrderNotFound
    return order


def any_order(*, out_trade_no: str) -> Order:
    """An order by its number, whoever owns it. Raises OrderNotFound."""
    order = Order.objects.with_courses().filter(out_trade_no=out_trade_no).first()
    if order is None:
        raise OrderNotFound
    return order
