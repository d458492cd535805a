"""One batch of orders: each is claimed, processed, and rescheduled when the provider is away."""

import logging
import time
from collections.abc import Callable, Iterable

from django.db.models import F
from django.utils import timezone

from luffy_api.apps.order.exceptions import GatewayUnavailable, OrderClosed, PaymentDisputed
from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import retry_schedule

logger = logging.getLogger(__name__)

# Batches start every minute: a slow gateway must not pile them up.
BUDGET_SECONDS = 50
# So many failures in a row mean that the gateway is away, not that single orders fail.
MAX_CONSECUTIVE_FAILURES = 3


def run_batch(orders: Iterable[Order], process: Callable[[Order], None]) -> int:
    """Call `process` for each order that no other batch has claimed; return how many succeeded.

    Stops after MAX_CONSECUTIVE_FAILURES or BUDGET_SECONDS; the remaining orders stay due.
    """
    deadline = time.monotonic() + BUDGET_SECONDS
    done = failures = 0
    for order in orders:
        if failures == MAX_CONSECUTIVE_FAILURES or time.monotonic() > deadline:
            break
        if not Order.objects.claim(order, until=timezone.now() + retry_schedule.LEASE):
            continue
        try:
            process(order)
            done, failures = done + 1, 0
        except (GatewayUnavailable, PaymentDisputed) as error:
            failures += isinstance(error, GatewayUnavailable)
            _reschedule(order, error)
        except OrderClosed:
            failures = 0  # paid or closed concurrently: nothing is left to do
    return done


def _reschedule(order: Order, error: Exception) -> None:
    failures = order.query_failures + 1
    logger.warning("order %s: %s, %s in a row", order.out_trade_no, type(error).__name__, failures)
    # Only while it is still scheduled: it may have been paid meanwhile.
    Order.objects.filter(pk=order.pk, next_query_at__isnull=False).update(
        query_failures=F("query_failures") + 1,
        next_query_at=retry_schedule.after_failure(failures=failures, now=timezone.now()),
    )
