"""Paying an open order: whether its courses are still for sale, and its cashier still works."""

from luffy_api.apps.order import cancellation, payability, selectors, waiting_money
from luffy_api.apps.order.exceptions import GatewayUnavailable, NotForSale
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import reconciliation
from luffy_api.apps.order.states import OrderStatus


def pay_again(*, user_id: int, out_trade_no: str) -> Order:
    """An order of this student as it is now, to be paid by `payment.cashier`.

    Raises OrderNotFound, AlreadyOwned, OfflinePaymentWaits, and NotForSale after closing the order.
    Waits for the network.
    """
    return resume(selectors.my_order(user_id=user_id, out_trade_no=out_trade_no))


def resume(order: Order) -> Order:
    """The same order after a look at its courses and its trade; raises like `pay_again`."""
    try:
        _require_no_obstacle(order)
    except NotForSale:
        _close_withdrawn(order)
        raise
    return _follow_trade(order)


def _require_no_obstacle(order: Order) -> None:
    """Raise what `payability` finds against paying an order that is payable by itself.

    One that is not is judged by `payment.cashier`, unless money that came for it is checked.
    """
    if not order.is_payable:
        waiting_money.require_none(order)
    elif obstacle := payability.obstacle(order):
        raise obstacle


def _close_withdrawn(order: Order) -> None:
    """Cancel an open order whose course is not for sale any more, so that nobody pays it.

    Without an answer of the payment provider it is left to its time limit. Raises OrderClosed when
    it turns out to be paid.
    """
    try:
        cancellation.close_unpaid(order, to=OrderStatus.CANCELLED)
    except GatewayUnavailable:
        return


def _follow_trade(order: Order) -> Order:
    """The order after a look at its trade, which may have been paid or closed elsewhere.

    Not more often than the status page does; without an answer the order is taken as it is.
    """
    if order.is_payable and reconciliation.query_for_status_page(order):
        order = selectors.my_order(user_id=order.user_id, out_trade_no=order.out_trade_no)
    if order.is_payable:
        payability.mark_payable(order)
    return order
