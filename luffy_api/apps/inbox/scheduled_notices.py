"""Tells what has happened meanwhile, apart from the transactions in which it happened.

A payment costs not a statement more for it. A run reads a little of what it has read before,
since a transaction that began earlier may end later; what was told is known by its `submission`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.inbox import locks
from luffy_api.apps.inbox.notifications import MAX_NOTICES, Notice, notify_many
from luffy_api.common.transactions import retry_deadlocks

# No transaction lasts so long, nor do the clocks of two machines differ by so much.
OVERLAP = timedelta(minutes=3)
# What one transaction reads at most; a school that had none for days is told of them bit by bit.
STEP = timedelta(minutes=5)
# Seconds between two, in which others get SQLite's only write lock.
PAUSE = 0.01

# Notices of what happened from one moment (UTC) until before another, in a fixed number of queries.
Find = Callable[[datetime, datetime], Sequence[Notice]]


@dataclass(frozen=True)
class Source:
    """`name` is unique among all checkpoints."""

    name: str
    find: Find


def run(source: Source) -> int:
    """Tell what is new; return how many students were told. Safe at any time and concurrently."""
    told = 0
    while True:
        more, is_done = _step(source)
        told += more
        if is_done:
            return told
        time.sleep(PAUSE)


@retry_deadlocks
@transaction.atomic
def _step(source: Source) -> tuple[int, bool]:
    checkpoint = locks.lock_checkpoint(source.name)
    now = timezone.now()
    until = min(now, checkpoint.since + STEP)
    notices = source.find(checkpoint.since - OVERLAP, until)
    starts = range(0, len(notices), MAX_NOTICES)
    told = sum(notify_many(notices[start : start + MAX_NOTICES]) for start in starts)
    checkpoint.since = until
    checkpoint.save(update_fields=["since", "updated_time"])
    return told, until == now
