"""Money whose notification was lost: found by asking, on a schedule and for whoever waits."""

from datetime import timedelta
from threading import BoundedSemaphore

from django.db.models import Q
from django.utils import timezone

from luffy_api.apps.order import asking, rounds, schedule, selectors
from luffy_api.apps.order.exceptions import OrderClosed, PaymentUnknown
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.states import OrderStatus
from luffy_api.libs.alipay_v1 import TradeState

PAGE_PAUSE = timedelta(seconds=3)
PAGE_PATIENCE_SECONDS = 4.0
# While Alipay hangs, waiting pages may hold this many threads of a process and no more.
_page_slots = BoundedSemaphore(4)


def reconcile() -> int:
    """Asks Alipay about the orders whose turn has come; how many gave an answer.

    Safe at any time and twice at once: each order is claimed before it is asked about.
    """
    return rounds.go_through(selectors.orders_to_ask(), _look)


def _look(order: Order) -> None:
    state = asking.ask(order)
    if state is TradeState.PAID:
        return
    if order.order_status == OrderStatus.UNPAID:
        later = schedule.next_query(
            placed_at=order.created_time, expires_at=order.expires_at, now=timezone.now()
        )
    else:
        later = None
        if state is TradeState.WAITING:
            asking.close_trade(order)
    unchanged = Order.objects.filter(pk=order.pk, order_status=order.order_status)
    unchanged.update(next_query_at=later, query_failures=0)


def ask_for_page(order: Order) -> bool:
    """Asks about an order for the page that waits for it; True when the order is worth rereading.

    At most once in 3 seconds for each order, whoever asks and however often, and with little
    patience: what stays unknown is the sweep's.
    """
    if order.next_query_at is None or not _page_slots.acquire(blocking=False):
        return False
    try:
        return _take_turn(order) and _ask_briefly(order)
    finally:
        _page_slots.release()


def _take_turn(order: Order) -> bool:
    now = timezone.now()
    rested = Q(queried_at__isnull=True) | Q(queried_at__lte=now - PAGE_PAUSE)
    return bool(Order.objects.filter(rested, pk=order.pk).update(queried_at=now))


def _ask_briefly(order: Order) -> bool:
    try:
        return asking.ask(order, timeout=PAGE_PATIENCE_SECONDS) is TradeState.PAID
    except (PaymentUnknown, OrderClosed):
        return False
