"""One round of a sweep: each order is claimed, acted upon, and put off when Alipay is away."""

import logging
import time
from collections.abc import Callable, Iterable

from django.db.models import F
from django.utils import timezone

from luffy_api.apps.order import schedule
from luffy_api.apps.order.exceptions import OrderClosed, PaymentDisputed, PaymentUnknown
from luffy_api.apps.order.models import Order

logger = logging.getLogger(__name__)

# Rounds begin every minute: a slow gateway must not pile them up.
BUDGET_SECONDS = 50
# So many unknown answers in a row mean that the gateway is away, not that the orders are odd.
PATIENCE = 3


def go_through(orders: Iterable[Order], act: Callable[[Order], None]) -> int:
    """Calls `act` for each order that no other round has claimed; how often it went well."""
    deadline = time.monotonic() + BUDGET_SECONDS
    done = unknown = 0
    for order in orders:
        if unknown == PATIENCE or time.monotonic() > deadline:
            break
        if not Order.objects.claim(order, until=timezone.now() + schedule.CLAIM):
            continue
        try:
            act(order)
            done, unknown = done + 1, 0
        except (PaymentUnknown, PaymentDisputed) as fault:
            unknown += isinstance(fault, PaymentUnknown)
            _put_off(order, fault)
        except OrderClosed:
            unknown = 0  # paid or closed at this very moment: nothing is left to do
    return done


def _put_off(order: Order, fault: Exception) -> None:
    failures = order.query_failures + 1
    logger.warning("order %s: %s, %s in a row", order.out_trade_no, type(fault).__name__, failures)
    # Only while it is on a list at all: it may have been paid meanwhile.
    Order.objects.filter(pk=order.pk, next_query_at__isnull=False).update(
        query_failures=F("query_failures") + 1,
        next_query_at=schedule.after_failure(failures=failures, now=timezone.now()),
    )
