"""One batch of rows: each is claimed, processed, and rescheduled when the provider is away."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db.models import F
from django.utils import timezone

from luffy_api.apps.order.exceptions import GatewayUnavailable, OrderClosed, PaymentDisputed
from luffy_api.apps.order.models import Order, Refund
from luffy_api.apps.order.payment import retry_schedule

logger = logging.getLogger(__name__)
Row = TypeVar("Row", Order, Refund)

# Batches start every minute: a slow gateway must not pile them up.
BUDGET_SECONDS = 50
# So many failures in a row mean that the gateway is away, not that single orders fail.
MAX_CONSECUTIVE_FAILURES = 3


def run_batch(
    rows: Iterable[Row], process: Callable[[Row], None], *, budget: float = BUDGET_SECONDS
) -> int:
    """Call `process` for each row that no other batch has claimed; return how many succeeded.

    Stops after MAX_CONSECUTIVE_FAILURES or `budget` seconds; the remaining rows stay due.
    """
    deadline = time.monotonic() + budget
    done = failures = 0
    for row in rows:
        if failures == MAX_CONSECUTIVE_FAILURES or time.monotonic() > deadline:
            break
        if not type(row).objects.claim(row, until=timezone.now() + retry_schedule.LEASE):
            continue
        try:
            process(row)
            done, failures = done + 1, 0
        except (GatewayUnavailable, PaymentDisputed) as error:
            failures += isinstance(error, GatewayUnavailable)
            _reschedule(row, error)
        except OrderClosed:
            failures = 0  # paid or closed concurrently: nothing is left to do
    return done


def _reschedule(row: Row, error: Exception) -> None:
    failures = row.query_failures + 1
    kind = row._meta.model_name
    logger.warning("%s %s: %s, %s in a row", kind, row, type(error).__name__, failures)
    # Only while it is still scheduled: it may have been finished meanwhile.
    type(row).objects.filter(pk=row.pk, next_query_at__isnull=False).update(
        query_failures=F("query_failures") + 1,
        next_query_at=retry_schedule.after_failure(failures=failures, now=timezone.now()),
    )
