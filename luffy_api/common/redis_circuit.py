"""A circuit breaker around Redis: no request fails or waits because of it.

Cache, rate limits and task queue ask Redis through `call`, and say what to do without it. One
failure opens the circuit of this process; from then on nobody waits, while a thread of its own
probes Redis until it takes a write again.
"""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings

from luffy_api.common import metrics, redis_sentinel

if TYPE_CHECKING:
    from redis import ConnectionPool, Redis

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

# Seconds to connect, and to wait for an answer. Redis answers within a millisecond or so.
SOCKET_TIMEOUT = 0.3
# Seconds between two probes while the circuit is open.
PROBE_INTERVAL = 1.0
# Seconds between two lines of the log about the same outage.
LOG_INTERVAL = 60.0


@dataclass(frozen=True)
class CircuitState:
    """What this process knows of Redis; counters grow from its start on."""

    is_open: bool
    open_seconds: float
    failures: int
    fallbacks: int


class RedisCircuit:
    """The breaker; `probe` raises an error of `errors()` while Redis is no use."""

    def __init__(self, probe: Callable[[], object]) -> None:
        self._probe = probe
        self._recovered: list[Callable[[], None]] = []
        self._failures = self._fallbacks = 0
        self._logged_at = -LOG_INTERVAL
        self.close()

    def close(self) -> None:
        """Ask Redis again. Also for a forked child, which inherits neither thread nor lock."""
        self._lock = Lock()
        self._opened_at: float | None = None

    def call(self, ask: Callable[[], Result], otherwise: Callable[[], Result]) -> Result:
        """Return what `ask` gets from Redis, or `otherwise()` if Redis fails or is known to.

        `ask` may have been carried out although its answer did not come in time.
        """
        if self._opened_at is None:
            try:
                return ask()
            except errors() as error:
                self._open(error)
        with self._lock:
            self._fallbacks += 1
        metrics.count(metrics.FALLBACKS, metrics.REDIS)
        return otherwise()

    def on_recovery(self, callback: Callable[[], None]) -> None:
        """Register `callback` to be called, on the probing thread, when Redis is back."""
        self._recovered.append(callback)

    def state(self) -> CircuitState:
        """State and counters, for /readyz and metrics."""
        opened_at = self._opened_at
        seconds = 0.0 if opened_at is None else time.monotonic() - opened_at
        return CircuitState(opened_at is not None, seconds, self._failures, self._fallbacks)

    def _open(self, error: BaseException) -> None:
        with self._lock:
            self._failures += 1
            if self._opened_at is not None:
                return
            self._opened_at = opened_at = time.monotonic()
        metrics.show(metrics.CIRCUIT_OPEN, 1, metrics.REDIS)
        self._log(error)
        name = "redis-probe"
        probe = Thread(target=self._wait_for_recovery, args=[opened_at], name=name, daemon=True)
        try:
            probe.start()
        except RuntimeError:
            # No threads are left. Nobody would close the circuit, so the next call asks again.
            self._opened_at = None

    def _wait_for_recovery(self, opened_at: float) -> None:
        """Probe until Redis is back, or until somebody else closed the circuit."""
        while not self._recovers():
            if self._opened_at != opened_at:
                return
        self._opened_at = None
        metrics.show(metrics.CIRCUIT_OPEN, 0, metrics.REDIS)
        seconds = time.monotonic() - opened_at
        logger.warning("redis answers again after %.0f seconds", seconds)
        for callback in self._recovered:
            callback()

    def _recovers(self) -> bool:
        time.sleep(PROBE_INTERVAL)
        try:
            self._probe()
        except Exception as error:
            self._log(error)
            return False
        return True

    def _log(self, error: BaseException) -> None:
        """One line in LOG_INTERVAL, however often Redis comes and goes."""
        now = time.monotonic()
        if now - self._logged_at < LOG_INTERVAL:
            return
        self._logged_at = now
        logger.error(
            "redis does not answer, this process goes on without it (%s: %s); %d calls did so far",
            type(error).__name__,
            error,
            self._fallbacks,
        )


def errors() -> tuple[type[BaseException], ...]:
    """What a peer that is away raises; redis-py's errors are of a kind of their own.

    Its library is installed only where REDIS_URL needs it.
    """
    if not settings.REDIS_URL:
        return (ConnectionError,)
    from redis.exceptions import RedisError

    return (ConnectionError, RedisError)


def connection_options() -> dict[str, Any]:
    """Options of every connection to Redis.

    A connection that a restart of Redis cut is made anew at once; what timed out is not repeated.
    redis-py alone waits 5 seconds and tries eleven times.
    """
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as ConnectionLost
    from redis.retry import Retry

    return {
        "socket_connect_timeout": SOCKET_TIMEOUT,
        "socket_timeout": SOCKET_TIMEOUT,
        "retry": Retry(NoBackoff(), 1, supported_errors=(ConnectionLost,)),
    }


def connection_pool(url: str, **options: Any) -> "ConnectionPool":
    """A pool of connections with `connection_options`, which `options` may overrule."""
    from redis import ConnectionPool

    ours = connection_options()
    if redis_sentinel.is_sentinel(url):
        return redis_sentinel.connection_pool(url, sentinel_options=ours, **{**ours, **options})
    return ConnectionPool.from_url(url, **{**ours, **options})


class Pools:
    """`connection_pool` in the form in which Django's cache takes it."""

    from_url = staticmethod(connection_pool)


_clients: dict[str, "Redis"] = {}


def client() -> "Redis":
    """The process's client of REDIS_URL."""
    from redis import Redis

    url = settings.REDIS_URL
    if url not in _clients:
        _clients[url] = Redis(connection_pool=connection_pool(url))
    return _clients[url]


def _write_probe() -> None:
    """A full Redis still reads, hence a write."""
    client().set("luffy:probe", 1, ex=5)


circuit = RedisCircuit(_write_probe)
os.register_at_fork(after_in_child=circuit.close)
