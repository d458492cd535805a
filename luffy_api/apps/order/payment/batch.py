"""One row after another: each is claimed, processed, and rescheduled when the provider is away."""

import logging
import time
from collections.abc import Callable, Iterable
from enum import Enum
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


class Answer(Enum):
    """What came of a row: ANSWERED, SETTLED by somebody else, DISPUTED, or UNKNOWN."""

    ANSWERED = 1
    SETTLED = 2
    DISPUTED = 3
    UNKNOWN = 4


def run_batch(
    rows: Iterable[Row], process: Callable[[Row], None], *, budget: float = BUDGET_SECONDS
) -> int:
    """Call `process` for each row that nobody else has claimed; return how many succeeded.

    Stops after MAX_CONSECUTIVE_FAILURES or `budget` seconds; the remaining rows stay due. What is
    due on a schedule is asked about by `due_rows`, several at once.
    """
    deadline = time.monotonic() + budget
    done = failures = 0
    for row in rows:
        if failures == MAX_CONSECUTIVE_FAILURES or time.monotonic() > deadline:
            break
        if not type(row).objects.claim(row, until=timezone.now() + retry_schedule.LEASE):
            continue
        answer = process_claimed(row, process)
        done += answer is Answer.ANSWERED
        failures = failures_after(answer, failures)
    return done


def process_claimed(row: Row, process: Callable[[Row], None]) -> Answer:
    """Call `process` for a row whose claim is committed; schedule it anew without an answer."""
    try:
        process(row)
    except GatewayUnavailable as error:
        _reschedule(row, error)
        return Answer.UNKNOWN
    except PaymentDisputed as error:
        _reschedule(row, error)
        return Answer.DISPUTED
    except OrderClosed:
        return Answer.SETTLED  # paid or closed concurrently: nothing is left to do
    return Answer.ANSWERED


def failures_after(answer: Answer, failures: int) -> int:
    """How many failures in a row there are after this answer; a dispute says nothing."""
    if answer is Answer.DISPUTED:
        return failures
    return failures + 1 if answer is Answer.UNKNOWN else 0


def _reschedule(row: Row, error: Exception) -> None:
    failures = row.query_failures + 1
    kind = row._meta.model_name
    logger.warning("%s %s: %s, %s in a row", kind, row, type(error).__name__, failures)
    # Only while it is still scheduled: it may have been finished meanwhile.
    type(row).objects.filter(pk=row.pk, next_query_at__isnull=False).update(
        query_failures=F("query_failures") + 1,
        next_query_at=retry_schedule.after_failure(failures=failures, now=timezone.now()),
    )
