"""Paying an open order: whether its courses are still for sale, and its cashier still works."""

from luffy_api.apps.course import selectors as course_selectors
from luffy_api.apps.order import cancellation, memberships, selectors
from luffy_api.apps.order.exceptions import AlreadyOwned, GatewayUnavailable, NotForSale
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import reconciliation
from luffy_api.apps.order.states import OrderStatus


def pay_again(*, user_id: int, out_trade_no: str) -> Order:
    """An order of this student as it is now, to be paid by `payment.cashier`.

    Raises OrderNotFound, AlreadyOwned, and NotForSale after closing the order. Waits for the
    network.
    """
    return resume(selectors.my_order(user_id=user_id, out_trade_no=out_trade_no))


def resume(order: Order) -> Order:
    """The same order after a look at its courses and its trade; raises like `pay_again`."""
    try:
        _require_for_sale(order)
    except NotForSale:
        _close_withdrawn(order)
        raise
    return follow_trade(order)


def _require_for_sale(order: Order) -> None:
    """Raise NotForSale or AlreadyOwned when a payable order could not be placed any more.

    An order that is not payable is judged by `payment.cashier`. Three queries.
    """
    if not order.is_payable:
        return
    course_ids = list(order.order_courses.order_by("id").values_list("course_id", flat=True))
    if not course_ids:
        memberships.require_for_sale(order)
    courses = course_selectors.for_sale(user_id=order.user_id, course_ids=course_ids)
    if owned := [each.course.pk for each in courses if each.owned]:
        raise AlreadyOwned(owned)
    if missing := sorted(set(course_ids) - {each.course.pk for each in courses}):
        raise NotForSale(missing)


def _close_withdrawn(order: Order) -> None:
    """Cancel an open order whose course is not for sale any more, so that nobody pays it.

    Without an answer of the payment provider it is left to its time limit. Raises OrderClosed when
    it turns out to be paid.
    """
    try:
        cancellation.close_unpaid(order, to=OrderStatus.CANCELLED)
    except GatewayUnavailable:
        return


def follow_trade(order: Order) -> Order:
    """The order after a look at its trade, which may have been paid or closed elsewhere.

    Not more often than the status page does; without an answer the order is taken as it is.
    """
    if not order.is_payable or not reconciliation.query_for_status_page(order):
        return order
    return selectors.my_order(user_id=order.user_id, out_trade_no=order.out_trade_no)
