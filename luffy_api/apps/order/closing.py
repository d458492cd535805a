"""Closing orders that nobody paid: by their owner, or because their time is over."""

from django.utils import timezone

from luffy_api.apps.order import asking, rounds, schedule, selectors
from luffy_api.apps.order.exceptions import OrderClosed
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.states import OrderStatus
from luffy_api.libs.alipay_v1 import TradeState


def cancel(*, user_id: int, out_trade_no: str) -> Order:
    """Cancels an unpaid order of this student: asks Alipay, closes the trade there, then here.

    Raises OrderNotFound, and like `close_unpaid`.
    """
    order = selectors.my_order(user_id=user_id, out_trade_no=out_trade_no)
    close_unpaid(order, to=OrderStatus.CANCELLED)
    return selectors.my_order(user_id=user_id, out_trade_no=out_trade_no)


def close_unpaid(order: Order, *, to: OrderStatus) -> None:
    """Closes an unpaid order, at Alipay first: what is paid is never closed.

    Raises OrderClosed (it is paid after all, or was closed before) and PaymentUnknown. Nothing is
    locked while Alipay is asked, so call it outside any transaction; the conditional move decides.
    """
    if order.order_status != OrderStatus.UNPAID:
        raise OrderClosed
    state = asking.ask(order)
    if state is TradeState.PAID:
        raise OrderClosed("订单已支付,不能取消")
    if state is TradeState.WAITING:
        asking.close_trade(order)
    # Nothing could be closed at Alipay for a buyer who has not opened the cashier yet, and whose
    # address of it still works: one more look when it no longer does.
    unseen = state is TradeState.NOT_FOUND
    later = schedule.last_look(expires_at=order.expires_at, now=timezone.now()) if unseen else None
    if not Order.objects.filter(pk=order.pk).move(to=to, next_query_at=later, query_failures=0):
        raise OrderClosed("订单状态刚刚发生了变化,请刷新后查看")


def close_expired() -> int:
    """Closes the orders whose time is over; how many it closed. Safe at any time and twice at once.

    An order that Alipay gives no answer about stays for a later round; one that is paid after all
    becomes paid.
    """
    return rounds.go_through(selectors.expired_orders(), _expire)


def _expire(order: Order) -> None:
    close_unpaid(order, to=OrderStatus.EXPIRED)
