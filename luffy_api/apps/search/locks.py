"""Locks of the search index: a row in the database, held for LOCK_TTL and extended.

A lock of the database itself would stay open during every request to the engine, and on SQLite keep
the whole shop from writing. A process that dies loses its lock when the time is over.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.db.models import Q
from django.utils import timezone

from luffy_api.apps.search.exceptions import LockNotAcquired
from luffy_api.apps.search.models import IndexLock
from luffy_api.common.transactions import retry_deadlocks

WRITING = "writing"
REBUILDING = "rebuilding"
LOCK_TTL = timedelta(seconds=20)
_RETRY_SECONDS = 0.1


class Lock:
    """A lock that this process holds until `LOCK_TTL` after it was acquired or extended."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.owner = uuid4().hex

    @retry_deadlocks  # of get_or_create
    def try_acquire(self) -> bool:
        """Acquire the lock if it is free or expired; return whether that succeeded."""
        now = timezone.now()
        IndexLock.objects.get_or_create(name=self.name, defaults={"until": now})
        free = IndexLock.objects.filter(Q(until__lte=now), name=self.name)
        return bool(free.update(owner=self.owner, until=now + LOCK_TTL))

    def extend(self) -> None:
        """Hold the lock for another LOCK_TTL. Raises LockNotAcquired when somebody else has it."""
        mine = IndexLock.objects.filter(name=self.name, owner=self.owner)
        if not mine.update(until=timezone.now() + LOCK_TTL):
            raise LockNotAcquired(f"the lock {self.name!r} was lost")

    def release(self) -> None:
        """Free the lock, if this process still holds it."""
        mine = IndexLock.objects.filter(name=self.name, owner=self.owner)
        mine.update(owner="", until=timezone.now())


@contextmanager
def acquire(name: str, *, timeout: timedelta = timedelta()) -> Iterator[Lock]:
    """Hold a lock for the duration of the block.

    Raises LockNotAcquired when it is not free within `timeout`.
    """
    lock = Lock(name)
    deadline = time.monotonic() + timeout.total_seconds()
    while not lock.try_acquire():
        if time.monotonic() >= deadline:
            raise LockNotAcquired(f"another process holds the lock {name!r}")
        time.sleep(_RETRY_SECONDS)
    try:
        yield lock
    finally:
        lock.release()
