"""Closing unpaid orders: cancelled by their owner, or expired."""

from collections.abc import Callable

from django.utils import timezone

from luffy_api.apps.order import closing, selectors, waiting_money
from luffy_api.apps.order.exceptions import OfflinePaymentWaits, OrderClosed
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import due_rows, gateway, order_sorts, retry_schedule, services
from luffy_api.apps.order.payment.interface import TradeState
from luffy_api.apps.order.states import OrderStatus


def cancel(*, user_id: int, out_trade_no: str) -> Order:
    """Cancel an unpaid order of this student, at the payment provider and here.

    Raises OrderNotFound, and like `close_unpaid`.
    """
    order = selectors.my_order(user_id=user_id, out_trade_no=out_trade_no)
    waiting_money.require_none(order, closing.MONEY_WAITS)
    close_unpaid(order, to=OrderStatus.CANCELLED)
    return selectors.my_order(user_id=user_id, out_trade_no=out_trade_no)


def close_unpaid(order: Order, *, to: OrderStatus) -> None:
    """Close an unpaid order at the payment provider, then here; a paid one is never closed.

    Raises OrderClosed (it is paid after all, or was closed before), OfflinePaymentWaits (staff
    check money for it, and their decision ends it) and GatewayUnavailable. Waits
    for the network without any lock, so call it outside of transactions; the conditional transition
    decides between concurrent callers.
    """
    if order.order_status != OrderStatus.UNPAID:
        raise OrderClosed
    state = services.query_and_record(order)
    if state is TradeState.PAID:
        raise OrderClosed("订单已支付，不能取消")
    if state is TradeState.WAITING:
        gateway.close_trade(order)
    # A buyer who has not opened the cashier yet still holds a pay URL that works, and the provider
    # has no trade to close: query once more when the URL has expired.
    unseen = state is TradeState.NOT_FOUND or services.has_open_trades(order)
    final = retry_schedule.final_query(expires_at=order.expires_at, now=timezone.now())
    moved = closing.close(order, to=to, next_query_at=final if unseen else None)
    if not moved:
        raise OrderClosed("订单状态刚刚发生了变化，请刷新后查看")


def close_expired(*, on_backlog: Callable[[], None] = lambda: None) -> int:
    """Close the orders whose time limit has passed; return how many were closed.

    Safe to run at any time and concurrently. An order without a trustworthy answer stays for a
    later batch, and so does one for which staff check money by hand; one that turns out to be paid
    becomes paid. `on_backlog` is that of `due_rows.process_due`.
    """
    return due_rows.process_due(
        [order_sorts.sort(selectors.expired_orders, _expire)], on_backlog=on_backlog
    )


def _expire(order: Order) -> None:
    try:
        close_unpaid(order, to=OrderStatus.EXPIRED)
    except OfflinePaymentWaits:
        closing.schedule(order, timezone.now() + retry_schedule.MAX_RETRY)
