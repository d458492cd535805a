"""Reads of orders."""

from django.utils import timezone

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order.exceptions import OrderNotFound
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.querysets import OrderQuerySet
from luffy_api.apps.order.states import OrderStatus

EXPIRED_AT_ONCE = 50


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


def owned_courses(order: Order) -> list[int]:
    """Those courses of an order that its student has already, by id. One query."""
    ids = order.order_courses.values("course_id")
    owned = Enrollment.objects.filter(user_id=order.user_id, course_id__in=ids)
    return list(owned.order_by("course_id").values_list("course_id", flat=True))


def open_order(*, basket: str) -> Order | None:
    """The order that is open for a basket, locked until the transaction ends."""
    return Order.objects.select_for_update().filter(open_basket=basket).first()


def expired_orders() -> OrderQuerySet:
    """Unpaid orders out of time, the oldest first, as many as one round should ask about."""
    late = Order.objects.filter(order_status=OrderStatus.UNPAID, expires_at__lte=timezone.now())
    return late.order_by("expires_at")[:EXPIRED_AT_ONCE]
