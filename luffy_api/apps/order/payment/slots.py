"""How many calls of a payment provider the batches of one process make at the same moment."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from threading import Lock, Semaphore

from django.conf import settings

from luffy_api.apps.order.exceptions import GatewayUnavailable
from luffy_api.apps.order.models import PayType

# A call waits no longer for those before it; every call of a provider has a shorter timeout.
WAIT_SECONDS = 30.0

_limited: ContextVar[bool] = ContextVar("gateway_calls_limited", default=False)


class Slots:
    """A semaphore that serves in the order of arrival.

    With threading's own the thread that gives a slot back takes it again before the others wake.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: deque[Semaphore] = deque()
        self._lock = Lock()

    def acquire(self, *, timeout: float) -> bool:
        """Take a slot; False when none came within so many seconds."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = Semaphore(0)
            self._waiting.append(turn)
        if turn.acquire(timeout=timeout):
            return True
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        return True  # it came at the last moment

    def release(self) -> None:
        """Give a slot back, to who waits longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


@contextmanager
def limited() -> Iterator[None]:
    """Calls of the block take turns with those of other batches; pages and requests never wait."""
    token = _limited.set(True)
    try:
        yield
    finally:
        _limited.reset(token)


@contextmanager
def turn(pay_type: PayType) -> Iterator[None]:
    """One call of this provider. Raises GatewayUnavailable when no slot gets free in time."""
    if not _limited.get():
        yield
        return
    slots = _slots(pay_type, settings.GATEWAY_CONCURRENCY)
    if not slots.acquire(timeout=WAIT_SECONDS):
        raise GatewayUnavailable
    try:
        yield
    finally:
        slots.release()


@cache
def _slots(pay_type: PayType, count: int) -> Slots:
    return Slots(count)
