"""Reads of the catalogue from a replica of the database, where DATABASE_REPLICA_URL names one.

What may be read there is said twice: by the views that are marked with `catalogue_read`, and by the
models that their app allows. All else is read from the primary, as is a request that has written,
one of staff, and what one student has or has paid: what was just bought is seen at once. A replica
that is behind, away or silent is not used, and a request during which it fails is done again on the
primary, so that nobody gets an error or an old 404 because of it.
"""

import functools
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection, connections
from django.db.models import Model
from rest_framework.request import Request

from luffy_api.common import metrics
from luffy_api.common.database_limits import Allowance, limited
from luffy_api.common.exceptions import NotFound
from luffy_api.common.mysql.gtid import ReplicaLag

logger = logging.getLogger(__name__)

Action = TypeVar("Action", bound=Callable[..., Any])

PRIMARY, ALIAS = "default", "replica"
# Seconds that a request may wait for the replica; after that it has its whole time for the primary.
READ_SECONDS = 1.0
# Seconds for one look at both databases, between two looks, and for which a look is good.
LOOK_SECONDS = 1.0
LOOK_INTERVAL = 1.0
GOOD_FOR = 3.0
# Nobody looks any more when nobody has asked for so long.
IDLE_SECONDS = 10.0
# After a failed read the replica has to wait for so long, doubled each time up to the second.
FIRST_PAUSE, MAX_PAUSE = 1.0, 30.0

_allowed: set[type[Model]] = set()


@dataclass
class _Reading:
    """A request that reads the catalogue; from its first write on it reads the primary."""

    on_replica: bool = True


_reading: ContextVar[_Reading | None] = ContextVar("replica_reading", default=None)
_primary_only: ContextVar[bool] = ContextVar("primary_only", default=False)


def allow(*models: type[Model]) -> None:
    """Let rows of these models be read from the replica: nothing about money, access or people."""
    _allowed.update(models)


def is_configured() -> bool:
    """Whether there is a replica at all."""
    return ALIAS in settings.DATABASES


class ReplicaRouter:
    """Django's router: which database a query goes to."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """The replica for the catalogue, in requests that may read it there."""
        reading = _reading.get()
        return ALIAS if reading and reading.on_replica and model in _allowed else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        """The primary; whoever has written reads it too."""
        if reading := _reading.get():
            reading.on_replica = False
        return PRIMARY

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """A row of the replica is one of the primary."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """What is migrated on the primary comes by itself."""
        return False if db == ALIAS else None


class ReplicaWatch:
    """Knows whether the replica may be read, without letting a request wait for the answer.

    `look` returns the seconds by which it is behind; any error of it means that nobody can tell.
    """

    def __init__(self, look: Callable[[], float]) -> None:
        self._look = look
        self._pause = FIRST_PAUSE
        self.forget()

    def forget(self) -> None:
        """Know nothing yet. Also for a forked child, which does not inherit the thread."""
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._lag, self._looked_at = inf, -inf
        self._asked_at = self._failed_at = self._trusted_at = -inf

    @property
    def lag(self) -> float:
        """Seconds by which the replica is behind; infinite when that is not known."""
        return self._lag if time.monotonic() - self._looked_at < GOOD_FOR else inf

    def is_usable(self) -> bool:
        """Whether it may be read now."""
        now = self._asked_at = time.monotonic()
        if self._thread is None:
            self._start()
        usable = now >= self._trusted_at and self.lag <= settings.DATABASE_REPLICA_MAX_LAG
        metrics.show(metrics.CIRCUIT_OPEN, int(not usable), metrics.REPLICA)
        return usable

    def note_failure(self, error: Exception) -> None:
        """A read of the replica has failed: it is left alone for a while."""
        now = time.monotonic()
        with self._lock:
            lasting = now - self._failed_at < 2 * MAX_PAUSE
            self._pause = min(MAX_PAUSE, 2 * self._pause) if lasting else FIRST_PAUSE
            self._failed_at, self._trusted_at = now, now + self._pause
        logger.warning("the replica of the database failed: %s", type(error).__name__)

    def _start(self) -> None:
        with self._lock:
            if self._thread is not None:
                return
            self._thread = threading.Thread(target=self._run, name="replica-watch", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:
                self._thread = None  # without a thread nobody looks, and the primary is read

    def _run(self) -> None:
        try:
            while time.monotonic() - self._asked_at < IDLE_SECONDS:
                self._look_once()
                time.sleep(LOOK_INTERVAL)
        finally:
            connections.close_all()
            self._thread = None

    def _look_once(self) -> None:
        try:
            with limited(Allowance(LOOK_SECONDS, 2 * LOOK_SECONDS)):
                lag = self._look()
        except Exception as error:
            connections.close_all()
            if self._lag != inf:
                logger.warning("the replica cannot be used: %s", type(error).__name__)
            lag = inf
        self._lag, self._looked_at = lag, time.monotonic()
        metrics.show(metrics.REPLICA_LAG, lag, metrics.REPLICA)


watch = ReplicaWatch(ReplicaLag(primary=PRIMARY, replica=ALIAS))
os.register_at_fork(after_in_child=watch.forget)


def catalogue_read(action: Action) -> Action:
    """Mark an action of a view that only reads the catalogue; it may be called twice."""

    @functools.wraps(action)
    def read(view: Any, request: Request, *args: Any, **kwargs: Any) -> Any:
        if _may_use_replica(request):
            try:
                with _from_replica():
                    return action(view, request, *args, **kwargs)
            except NotFound:
                pass  # it may have come a moment ago
            except DatabaseFault as error:
                connections[ALIAS].close()
                watch.note_failure(error)
                metrics.count(metrics.FALLBACKS, metrics.REPLICA)
        return action(view, request, *args, **kwargs)

    return cast(Action, read)


@contextmanager
def only_primary() -> Iterator[None]:
    """The block reads the primary, as do views in it: what it makes is kept as the newest."""
    token, reading = _primary_only.set(True), _reading.set(None)
    try:
        yield
    finally:
        _reading.reset(reading)
        _primary_only.reset(token)


def _may_use_replica(request: Request) -> bool:
    if not is_configured() or connection.in_atomic_block or _primary_only.get():
        return False
    if request.user.is_staff:
        return False
    usable = watch.is_usable()
    if not usable:
        metrics.count(metrics.FALLBACKS, metrics.REPLICA)
    return usable


@contextmanager
def _from_replica() -> Iterator[None]:
    token = _reading.set(_Reading())
    try:
        with limited(Allowance(READ_SECONDS, READ_SECONDS)):
            yield
    finally:
        _reading.reset(token)
