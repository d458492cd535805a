"""Who may write to the index now: a row in the database, held for a while and renewed.

A lock of the database itself would stay open during every word with the engine, and on SQLite keep
the whole shop from writing. Who dies holding the row loses it when its time is over.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.db.models import Q
from django.utils import timezone

from luffy_api.apps.search.exceptions import Taken
from luffy_api.apps.search.models import IndexLock

WRITING = "writing"
REBUILDING = "rebuilding"
HOLD = timedelta(seconds=20)
_PAUSE = 0.1


class Lock:
    """A lock that this process holds until `HOLD` after the last renewal."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.owner = uuid4().hex

    def renew(self) -> None:
        """Raises Taken when it was lost, because its time was over."""
        mine = IndexLock.objects.filter(name=self.name, owner=self.owner)
        if not mine.update(until=timezone.now() + HOLD):
            raise Taken(f"the lock {self.name!r} was lost")

    def take(self) -> bool:
        """Whether it is ours now."""
        now = timezone.now()
        IndexLock.objects.get_or_create(name=self.name, defaults={"until": now})
        free = IndexLock.objects.filter(Q(until__lte=now), name=self.name)
        return bool(free.update(owner=self.owner, until=now + HOLD))

    def release(self) -> None:
        """For the next one."""
        mine = IndexLock.objects.filter(name=self.name, owner=self.owner)
        mine.update(owner="", until=timezone.now())


@contextmanager
def hold(name: str, *, patience: timedelta = timedelta()) -> Iterator[Lock]:
    """The lock for as long as the block runs. Raises Taken after waiting `patience`."""
    lock = Lock(name)
    deadline = time.monotonic() + patience.total_seconds()
    while not lock.take():
        if time.monotonic() >= deadline:
            raise Taken(f"another process holds the lock {name!r}")
        time.sleep(_PAUSE)
    try:
        yield lock
    finally:
        lock.release()
