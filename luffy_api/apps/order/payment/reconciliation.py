"""Payments whose notification was lost, and open refunds: asked about on a schedule.

A page that waits for its payment asks too.
"""

from collections.abc import Callable
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any

from django.db.models import Q
from django.utils import timezone

from luffy_api.apps.order import closing, selectors
from luffy_api.apps.order.exceptions import GatewayUnavailable, OrderClosed
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import (
    batch,
    due_rows,
    gateway,
    order_sorts,
    refunds,
    retry_schedule,
    services,
)
from luffy_api.apps.order.payment.interface import TradeState
from luffy_api.apps.order.states import OrderStatus

PAID_STATES = (OrderStatus.PAID, OrderStatus.REFUNDED)
STATUS_PAGE_INTERVAL = timedelta(seconds=3)
STATUS_PAGE_TIMEOUT_SECONDS = 4.0
# While the provider hangs, status pages may hold this many threads of a process and no more.
_status_page_slots = BoundedSemaphore(4)


def reconcile(*, on_backlog: Callable[[], None] = lambda: None) -> int:
    """Query the refunds and the orders that are due; return how many queries were answered.

    Safe to run at any time and concurrently: each row is claimed before it is queried. `on_backlog`
    is that of `due_rows.process_due`.
    """
    sorts: list[due_rows.Sort[Any]] = [
        refunds.OPEN_REFUNDS,
        order_sorts.sort(selectors.open_orders_due, _query),
        order_sorts.sort(selectors.settled_orders_due, _query),
    ]
    return due_rows.process_due(sorts, on_backlog=on_backlog)


def query_all_open(*, budget: float) -> None:
    """Query every order that awaits a query, due or not, for `budget` seconds at most.

    For a database that is older than what the providers know; see `payment.recovery`.
    """
    waiting = Order.objects.filter(next_query_at__isnull=False).order_by("pk")
    batch.run_batch(waiting.iterator(), _query, budget=budget)


def _query(order: Order) -> None:
    if order.order_status in PAID_STATES:
        _query_other_trades(order)
    else:
        _query_open_trade(order)


def _query_other_trades(order: Order) -> None:
    """Of a paid order: trades that the student left, or that money by hand has overtaken."""
    services.settle_earlier_trades(order)
    closing.schedule(order, services.next_query_of_paid(order))


def _query_open_trade(order: Order) -> None:
    state = services.query_and_record(order)
    if state is TradeState.PAID:
        return
    if state is TradeState.CLOSED and services.record_closed_trade(order):
        return
    if order.order_status == OrderStatus.UNPAID:
        later = retry_schedule.next_query(
            placed_at=order.created_time, expires_at=order.expires_at, now=timezone.now()
        )
    else:
        later = None
        if state is TradeState.WAITING:
            gateway.close_trade(order)
    closing.schedule(order, later)


def query_for_status_page(order: Order) -> bool:
    """Query an order for a page that waits for its payment; True when it should be read again.

    At most once in 3 seconds for each order, whoever asks, and with a short timeout: what stays
    unknown is left to the next batch.
    """
    if not _is_awaited(order) or not _status_page_slots.acquire(blocking=False):
        return False
    try:
        return _rate_limit(order) and _query_with_short_timeout(order)
    finally:
        _status_page_slots.release()


def _is_awaited(order: Order) -> bool:
    return order.next_query_at is not None and order.order_status not in PAID_STATES


def _rate_limit(order: Order) -> bool:
    """True for one caller in each interval."""
    now = timezone.now()
    due = Q(queried_at__isnull=True) | Q(queried_at__lte=now - STATUS_PAGE_INTERVAL)
    return bool(Order.objects.filter(due, pk=order.pk).update(queried_at=now))


def _query_with_short_timeout(order: Order) -> bool:
    try:
        state = services.query_and_record(order, timeout=STATUS_PAGE_TIMEOUT_SECONDS)
    except (GatewayUnavailable, OrderClosed):
        return False
    if state is TradeState.CLOSED:
        return services.record_closed_trade(order)
    return state is TradeState.PAID
