"""Due rows of every sort and provider, asked about several at once, beside other processes.

Each provider has a lane of its own, so that one which hangs delays no other. A lane takes the sorts
of rows in turn and of each the longest due first. It claims a few at a time: the claims are
committed before anybody is asked, and a row whose process dies is due again when its lease is over.
A lane begins with one thread, doubles them while answers come, up to GATEWAY_CONCURRENCY, and goes
back to one when none comes; after three failures in a row it ends, and what it has claimed and not
asked about is due as before.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread
from typing import Any, Generic

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import close_old_connections, connections, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from luffy_api.apps.order import locks
from luffy_api.apps.order.models import PayType
from luffy_api.apps.order.payment import gateway, slots
from luffy_api.apps.order.payment.batch import (
    BUDGET_SECONDS,
    MAX_CONSECUTIVE_FAILURES,
    Answer,
    Row,
    failures_after,
    process_claimed,
)
from luffy_api.apps.order.payment.retry_schedule import LEASE
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)
# A row that has waited longer in its lane than this is left to the end of its lease: whoever asks
# has the other half for it.
MAX_WAIT = LEASE / 2
# Of a row that others have locked, and seconds between.
CLAIM_ATTEMPTS = 5
CLAIM_PAUSE = 0.02


@dataclass(frozen=True)
class Sort(Generic[Row]):
    """Rows of one kind: which are due at a moment, and what is done with one that was claimed.

    `of_provider` are the rows about which only this provider is asked, of None all others.
    """

    due: Callable[[], "QuerySet[Row]"]
    of_provider: Callable[[PayType | None], Q]
    process: Callable[[Row], None]
    related: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Claim:
    """A row that is ours until `until`; it was due at `due_at`. UTC."""

    sort: Sort[Any]
    row: Any
    due_at: datetime
    until: datetime

    @property
    def is_fresh(self) -> bool:
        return self.until - timezone.now() > LEASE - MAX_WAIT

    def give_back(self) -> None:
        """The row is due as before, unless something has happened to it."""
        ours = type(self.row).objects.filter(pk=self.row.pk, next_query_at=self.until)
        ours.update(next_query_at=self.due_at)


def process_due(
    sorts: Sequence[Sort[Any]],
    *,
    budget: float = BUDGET_SECONDS,
    on_backlog: Callable[[], None] = lambda: None,
) -> int:
    """Ask about all rows that are due, for `budget` seconds; return how many were answered.

    Safe to run at any time and in many processes at once. Calls `on_backlog` once when there is
    more than this process can do at the same moment. An error that is nobody's answer is raised at
    the end, when the other rows were asked about.
    """
    run = _Run(time.monotonic() + budget, on_backlog)
    lanes = [_Lane(run, sorts, provider) for provider in (*gateway.PROVIDERS, None)]
    try:
        waiting = [lane for lane in lanes if lane.claim()]
        for lane in waiting[1:]:
            lane.add_thread()
        for lane in waiting[:1]:
            lane.add_myself()
        run.join()
    finally:
        run.is_over = True
        run.join()
        for lane in lanes:
            lane.give_back()
    if run.errors:
        raise run.errors[0]
    return sum(lane.answered for lane in lanes)


class _Run:
    """What the lanes of one batch share."""

    def __init__(self, deadline: float, on_backlog: Callable[[], None]) -> None:
        self.deadline = deadline
        self.is_over = False
        self.errors: list[Exception] = []
        self._threads: list[Thread] = []
        self._on_backlog = on_backlog
        self._has_backlog = False

    def start(self, work: Callable[[], None]) -> None:
        """Run `work` in a thread of its own, within the limits of this task and under its id.

        Raises RuntimeError when no thread is left.
        """
        thread = Thread(target=copy_context().run, args=[_with_connections, work], daemon=True)
        thread.start()
        self._threads.append(thread)

    def join(self) -> None:
        """Wait for all threads; one that starts another is waited for after that."""
        while self._threads:
            self._threads.pop().join()

    def note_backlog(self) -> None:
        """There is more due than this process can do at once."""
        if not self._has_backlog:
            self._has_backlog = True
            self._on_backlog()


def _with_connections(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connections.close_all()


class _Lane:
    """The rows about which one provider is asked, or those about which several are."""

    def __init__(self, run: _Run, sorts: Sequence[Sort[Any]], provider: PayType | None) -> None:
        self.answered = 0
        self._run = run
        self._provider = provider
        self._sorts = deque(sorts)
        self._claims: deque[_Claim] = deque()
        self._lock = Lock()
        self._width, self._threads, self._failures = 1, 0, 0

    def claim(self) -> bool:
        """Claim the next rows of the next sort that has some; whether there are any."""
        while self._sorts and not self._claims:
            sort, wanted = self._sorts.popleft(), 2 * self._width
            claims = _claimed(sort, self._provider, limit=wanted)
            self._claims.extend(claims)
            if claims:
                self._sorts.append(sort)
        return bool(self._claims)

    def add_thread(self) -> None:
        """Work in one more thread; in this one when no thread can be started."""
        self._threads += 1
        try:
            self._run.start(self._work)
        except RuntimeError:
            self._work()

    def add_myself(self) -> None:
        """Work in this thread."""
        self._threads += 1
        self._work()

    def give_back(self) -> None:
        """Rows that were claimed and not asked about are due as before."""
        try:
            while self._claims:
                self._claims.popleft().give_back()
        except DatabaseFault as error:
            # Their lease will end by itself.
            logger.warning("claims were not given back: %s", error)

    def _work(self) -> None:
        with slots.limited():
            while (claim := self._next()) is not None:
                if claim.is_fresh:
                    self._note(self._ask(claim))

    def _next(self) -> _Claim | None:
        """The next row; None when this thread is to end."""
        with self._lock:
            try:
                if not self._is_over() and self._threads <= self._width and self.claim():
                    return self._claims.popleft()
            except Exception as error:
                self._note_error(error)
            self._threads -= 1
            return None

    def _is_over(self) -> bool:
        late = time.monotonic() > self._run.deadline
        return late or self._run.is_over or self._failures >= MAX_CONSECUTIVE_FAILURES

    def _ask(self, claim: _Claim) -> Answer:
        try:
            return process_claimed(claim.row, claim.sort.process)
        except Exception as error:
            # One row that cannot be processed stops no other; of a database that is away the next
            # ones tell.
            self._note_error(error)
            close_old_connections()
            return Answer.UNKNOWN

    def _note(self, answer: Answer) -> None:
        with self._lock:
            self.answered += answer is Answer.ANSWERED
            self._failures = failures_after(answer, self._failures)
            limit = settings.GATEWAY_CONCURRENCY
            self._width = 1 if self._failures else min(limit, 2 * self._width)
            # Another thread is worth its connection when there is a row for it.
            free = 0 if self._is_over() else self._width - self._threads
            missing = max(0, min(free, len(self._claims) - 1))
            self._threads += missing
        for _ in range(missing):
            self._add_counted()
        if self._width == limit <= len(self._claims):
            self._run.note_backlog()

    def _add_counted(self) -> None:
        try:
            self._run.start(self._work)
        except RuntimeError:
            with self._lock:
                self._threads -= 1  # those that there are go on

    def _note_error(self, error: Exception) -> None:
        logger.exception("a batch failed: %s", type(error).__name__)
        self._run.errors.append(error)


def _claimed(sort: Sort[Any], provider: PayType | None, *, limit: int) -> list[_Claim]:
    """Claim the longest due rows, `limit` at most, that no other process has; read them anew."""
    due = sort.due().filter(sort.of_provider(provider))
    until, due_at = _claim_unlocked(due, limit)
    if not due_at:
        return []
    mine = due.model.objects.filter(pk__in=due_at, next_query_at=until)
    rows = {row.pk: row for row in mine.select_related(*sort.related)}
    return [_Claim(sort, rows[pk], due_at[pk], until) for pk in due_at if pk in rows]


def _claim_unlocked(due: "QuerySet[Any]", limit: int) -> tuple[datetime, dict[int, datetime]]:
    """The same as `_claim`, once more after a moment when others have locked all that is due.

    A rival locks what it looks at, not only what it takes, until its COMMIT.
    """
    until, due_at = timezone.now(), dict[int, datetime]()
    for _ in range(CLAIM_ATTEMPTS):
        if not due.exists():
            break  # most minutes nothing is due, and a claim is a transaction that writes
        until, due_at = _claim(due, limit)
        if due_at:
            break
        time.sleep(CLAIM_PAUSE)
    return until, due_at


@retry_deadlocks
@transaction.atomic
def _claim(due: "QuerySet[Any]", limit: int) -> tuple[datetime, dict[int, datetime]]:
    """When the leases end, and when each row was due, by id.

    Of two nodes of a database cluster that claim the same rows one fails at COMMIT, and takes the
    next ones.
    """
    due_at = locks.lock_due(due, limit=limit)
    until = timezone.now() + LEASE
    if due_at:
        due.model.objects.filter(pk__in=due_at).postpone(until)
    return until, due_at
