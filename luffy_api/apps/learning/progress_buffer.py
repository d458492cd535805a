"""Reports of players on their way to the database: many become one transaction.

They wait for some seconds in Redis, for all processes and machines; where there is none, or while
it is away, each process keeps its own. Each process flushes every few seconds and when it ends; who
reads the progress of a student flushes theirs first.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from prometheus_client import Gauge

from luffy_api.apps.learning import locks, study_days
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.learning.pending import Advance, LocalStore, Pending, PendingRows, RedisStore
from luffy_api.apps.learning.watch_time import WatchState
from luffy_api.common import metrics
from luffy_api.common.redis_circuit import circuit
from luffy_api.common.transactions import retry_deadlocks

# Students of one transaction, most of whom have one row.
BATCH = 200
# While a process flushes what waits in Redis the others need not.
TURN_SECONDS = 3.0
REDIS, PROCESS = "redis", "process"

WAITING = Gauge(
    "luffy_progress_waiting",
    "Students whose progress waited for the database at the last flush.",
    ["store"],
    multiprocess_mode="livemax",
    registry=metrics.REGISTRY,
)
SINCE = Gauge(
    "luffy_progress_waiting_since_timestamp_seconds",
    "Since when the first of them has waited (Unix time), 0 for none.",
    ["store"],
    multiprocess_mode="livemax",
    registry=metrics.REGISTRY,
)

_local = LocalStore()
_redis = RedisStore()
clear_local = _local.clear


def state_of(row: SectionProgress) -> WatchState:
    """Where a row stands."""
    return WatchState(row.position, row.watched, row.budget, row.reported_at)


def report(*, user_id: int, row_id: int, advance: Advance) -> Pending:
    """Replace what waits for a row by what `advance` makes of it (None: nothing waits).

    Raises ConcurrentUpdate. Where memory is full the row is written at once.
    """
    if not settings.REDIS_URL:
        return _report_here(user_id, row_id, advance)
    return circuit.call(
        lambda: _redis.report(user_id, row_id, advance),
        lambda: _report_here(user_id, row_id, advance),
    )


def _report_here(user_id: int, row_id: int, advance: Advance) -> Pending:
    pending = _local.report(user_id, row_id, advance, limit=settings.PROGRESS_BUFFER_ROWS)
    if pending is None:
        pending = advance(None)
        _write({user_id: {row_id: pending}})
    return pending


def flush() -> None:
    """Write what waits in this process, and in Redis if no other process has just done so."""
    _flush_here()
    if settings.REDIS_URL:
        circuit.call(_flush_redis_in_turn, lambda: None)


def flush_all() -> None:
    """Write everything that waits: this process ends."""
    _flush_here()
    if settings.REDIS_URL:
        circuit.call(_flush_redis, lambda: None)


def flush_student(user_id: int) -> None:
    """Write what waits of one student, whose progress is read next. No query if nothing does."""
    _flush_student(_local, user_id)
    if settings.REDIS_URL:
        circuit.call(lambda: _flush_student(_redis, user_id), lambda: None)


def _flush_student(store: LocalStore | RedisStore, user_id: int) -> None:
    if rows := store.of(user_id):
        late = _write({user_id: rows})
        store.remove(user_id, rows, late=late)


def _flush_here() -> None:
    _flush(_local, PROCESS)


def _flush_redis_in_turn() -> None:
    if _redis.take_turn(TURN_SECONDS):
        _flush_redis()


def _flush_redis() -> None:
    _flush(_redis, REDIS)


def _flush(store: LocalStore | RedisStore, name: str) -> None:
    """Everything that waits now; what comes meanwhile waits for the next time."""
    count, since = store.backlog()
    metrics.show(WAITING, count, name)
    metrics.show(SINCE, since, name)
    for _ in range(-(-count // BATCH)):
        students = store.oldest(BATCH)
        late = _write(students) if students else set()
        for user_id, rows in students.items():
            store.remove(user_id, rows, late=late)


@retry_deadlocks
@transaction.atomic
def _write(students: Mapping[int, PendingRows]) -> set[int]:
    """One transaction. Rows that were deleted meanwhile are left out.

    Return the ids of those for which something waited that `Pending.is_before` their count.
    """
    pending = {
        (user_id, pk): each for user_id, rows in students.items() for pk, each in rows.items()
    }
    changed, gains, late = [], [], set()
    for row in locks.lock_progress([pk for _, pk in pending]):
        # A restored database may have given the id to somebody else.
        found = pending.get((row.user_id, row.pk))
        if found and (gain := _apply(found, row)):
            gains.append(gain)
            changed.append(row)
            if found.is_before(row.counted_from):
                late.add(row.pk)
    # In the order of the reports, so that `updated_time` says which section was the last.
    changed.sort(key=lambda row: row.reported_at or row.updated_time)
    SectionProgress.objects.put(changed)
    study_days.add(gains)
    return late


def _apply(found: Pending, row: Any) -> study_days.Gain | None:
    """Change a row of `lock_progress` by what waited for it; None if that says nothing new."""
    before = state_of(row)
    after = found.onto(before, row.counted_from).state
    watched, furthest = after.seconds - before.seconds, after
    if found.is_before(row.counted_from):
        # The last seconds of a study period that is over by now.
        furthest = found.state
        watched = max(0, furthest.seconds - (row.earlier or 0))
        row.earlier = max(furthest.seconds, row.earlier or 0)
    elif after == before:
        return None
    moment = furthest.reported_at or timezone.now()
    row.position, row.watched, row.budget = after.position, after.seconds, after.budget
    row.reported_at = after.reported_at
    if row.done_at is None and furthest.is_done(row.duration):
        row.done_at = moment
    return study_days.Gain(row.user_id, row.section_id, moment, watched)
