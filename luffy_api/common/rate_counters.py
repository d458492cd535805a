"""Sliding-window counters: how often a client did something within the last period.

Time is cut into windows of one period. What counts is the current window and the part of the
previous one that still lies within the period, so nobody gets two budgets at the turn of a window,
and a client costs two small integers however often it comes.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from luffy_api.common.redis_circuit import client as redis_client

# Clients with a counter of their own in each window of a process. Those beyond share SHARED_SLOTS
# counters: somebody may wait for others then, but nobody's count starts anew and memory is bounded.
MAX_CLIENTS = 200_000
SHARED_SLOTS = 1 << 16

# Counts one more unless that is too many; returns whether it did, and both counts before.
# KEYS: the counters of the current and the previous window. ARGV: limit, the part of the previous
# window that counts, seconds to keep the counter.
_HIT = """
local current = tonumber(redis.call('GET', KEYS[1]) or '0')
local previous = tonumber(redis.call('GET', KEYS[2]) or '0')
if math.ceil(previous * tonumber(ARGV[2])) + current >= tonumber(ARGV[1]) then
    return {0, current, previous}
end
redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return {1, current, previous}
"""
# Takes one back, unless the counter is gone.
_GIVE_BACK = """
if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end
"""


@dataclass(frozen=True)
class _Moment:
    """The window of a moment, and how many seconds of it have passed."""

    window: int
    elapsed: float
    period: int

    @classmethod
    def of(cls, seconds: float, period: int) -> "_Moment":
        """`seconds` is what a clock shows, whatever it counts from."""
        window, elapsed = divmod(seconds, period)
        return cls(int(window), elapsed, period)

    @property
    def weight(self) -> float:
        """The part of the previous window that lies within the last period."""
        return 1 - self.elapsed / self.period

    def wait(self, limit: int, current: int, previous: int) -> float:
        """Seconds until one more fits, 0.0 if it does now."""
        if current >= limit:
            next_window = self.period - self.elapsed
            return next_window + self.period * (1 - (limit - 1) / current)
        if math.ceil(previous * self.weight) + current < limit:
            return 0.0
        return self.period * (1 - (limit - 1 - current) / previous) - self.elapsed


class LocalCounters:
    """Counters of this process. Old windows go as a whole, nothing has to be deleted one by one.

    `clock` returns seconds and never goes back: with a wall clock that is corrected by an hour, the
    current window would last an hour, and everybody would be refused in the end.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._periods: dict[int, _Windows] = {}

    def hit(self, key: str, limit: int, period: int) -> float:
        """Count one more; 0.0, or the seconds to wait if that is too many and was not counted."""
        with self._lock:
            moment = _Moment.of(self._clock(), period)
            windows = self._at(moment)
            slot = _slot(windows.current, key)
            current = windows.current.get(slot, 0)
            previous = windows.previous.get(_slot(windows.previous, key), 0)
            wait = moment.wait(limit, current, previous)
            if not wait:
                windows.current[slot] = current + 1
            return wait

    def give_back(self, key: str, period: int) -> None:
        """Take one hit of the current window back."""
        with self._lock:
            windows = self._at(_Moment.of(self._clock(), period))
            slot = _slot(windows.current, key)
            windows.current[slot] = max(0, windows.current.get(slot, 0) - 1)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._periods.clear()

    def _at(self, moment: _Moment) -> "_Windows":
        windows = self._periods.setdefault(moment.period, _Windows(moment.window))
        windows.advance(moment.window)
        return windows


@dataclass
class _Windows:
    """The counts of two windows, by the hash of the key."""

    number: int
    current: dict[int, int] = field(default_factory=dict)
    previous: dict[int, int] = field(default_factory=dict)

    def advance(self, number: int) -> None:
        """Make window `number`, the current one or a later one, the current one."""
        if number == self.number:
            return
        self.previous = self.current if number == self.number + 1 else {}
        self.current = {}
        self.number = number


def _slot(counts: dict[int, int], key: str) -> int:
    """Python's hashes have 64 bits and a secret, so nobody finds a key with another one's slot."""
    slot = hash(key)
    if slot in counts or len(counts) < MAX_CLIENTS:
        return slot
    return slot % SHARED_SLOTS


class RedisCounters:
    """The same in Redis, one round trip each; raises redis-py's errors.

    Several machines share the counters, so the windows are those of the wall clock. One that is set
    back goes on in older windows, each of which has its own counter: nobody waits any longer.
    """

    def hit(self, key: str, limit: int, period: int) -> float:
        """See LocalCounters."""
        moment = _Moment.of(time.time(), period)
        keys = [f"{key}:{moment.window}", f"{key}:{moment.window - 1}"]
        arguments: list[int | str] = [limit, f"{moment.weight:.6f}", 2 * period]
        counted, current, previous = redis_client().register_script(_HIT)(keys, arguments)
        return 0.0 if counted else max(1.0, moment.wait(limit, current, previous))

    def give_back(self, key: str, period: int) -> None:
        """See LocalCounters."""
        window = _Moment.of(time.time(), period).window
        redis_client().register_script(_GIVE_BACK)([f"{key}:{window}"])
