"""What this process keeps of what it has made: bounded by bytes, the longest unused goes first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

# So many things can be made at the same time; two with the same lock wait for each other.
TURNS = 64
TURN_SECONDS = 0.4


class Sized(Protocol):
    """Anything that knows how many bytes it takes."""

    @property
    def size(self) -> int: ...


Value = TypeVar("Value", bound=Sized)


class ByteStore(Generic[Value]):
    """A cache of this process. `max_bytes` of 0 keeps nothing."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = [threading.Lock() for _ in range(TURNS)]
        self.bytes = 0

    def get(self, key: Hashable) -> Value | None:
        """What was put there last, if there was room for it until now."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value instead of the one that was there; a larger one than all room is dropped."""
        with self._lock:
            if (earlier := self._values.pop(key, None)) is not None:
                self.bytes -= earlier.size
            if value.size > self.max_bytes:
                return
            self._values[key] = value
            self.bytes += value.size
            while self.bytes > self.max_bytes:
                _, oldest = self._values.popitem(last=False)
                self.bytes -= oldest.size

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self.bytes = 0

    @contextmanager
    def turn(self, key: Hashable) -> Iterator[None]:
        """One thread makes the value of a key; others wait, and look again when it is theirs.

        Not for ever: whoever makes it may be waiting for a database that does not answer.
        """
        lock = self._turns[hash(key) % TURNS]
        mine = lock.acquire(timeout=TURN_SECONDS)
        try:
            yield
        finally:
            if mine:
                lock.release()
