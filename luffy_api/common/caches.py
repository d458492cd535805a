"""The cache: in Redis, and in this process while Redis is away or where there is none.

Beside values it keeps the counters of rate limits, which rate_limits.py asks for.
"""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

from luffy_api.common.rate_counters import LocalCounters, RedisCounters
from luffy_api.common.redis_circuit import Pools, circuit

LOCAL_MAX_ENTRIES = 10_000

# Django makes an instance of a cache for each thread; a process has one set of counters by name.
_local_counters: dict[str, LocalCounters] = {}


class LocalCache(LocMemCache):
    """Django's cache in memory, of LOCAL_MAX_ENTRIES; all instances of a name are one."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        options = {"MAX_ENTRIES": LOCAL_MAX_ENTRIES, **params.get("OPTIONS", {})}
        super().__init__(name, {**params, "OPTIONS": options})
        self._counters = _local_counters.setdefault(name, LocalCounters())

    def hit(self, key: str, limit: int, period: int) -> float:
        """See LocalCounters."""
        return self._counters.hit(key, limit, period)

    def give_back(self, key: str, period: int) -> None:
        """See LocalCounters."""
        self._counters.give_back(key, period)

    def clear(self) -> None:
        """Empties cache and counters."""
        super().clear()
        self._counters.clear()


class RedisOrLocalCache(BaseCache):
    """Django's cache in Redis, which becomes a LocalCache while the circuit is open.

    Values of one are unknown to the other, so nothing may rely on the cache alone.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        # A list, because Django cuts a text at its commas.
        self._redis = RedisCache([server], {**params, "OPTIONS": {"pool_class": Pools}})
        self._local = LocalCache(f"without {server}", params)
        self._counters = RedisCounters()

    def hit(self, key: str, limit: int, period: int) -> float:
        """See LocalCounters."""
        return circuit.call(
            lambda: self._counters.hit(self.make_key(key), limit, period),
            lambda: self._local.hit(key, limit, period),
        )

    def give_back(self, key: str, period: int) -> None:
        """See LocalCounters."""
        circuit.call(
            lambda: self._counters.give_back(self.make_key(key), period),
            lambda: self._local.give_back(key, period),
        )

    def _call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return circuit.call(
            lambda: getattr(self._redis, method)(*args, **kwargs),
            lambda: getattr(self._local, method)(*args, **kwargs),
        )

    def add(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """See BaseCache, as the other methods."""
        return bool(self._call("add", key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """See BaseCache."""
        return self._call("get", key, default, version)

    def set(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """See BaseCache."""
        self._call("set", key, value, timeout, version)

    def touch(
        self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """See BaseCache."""
        return bool(self._call("touch", key, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        """See BaseCache."""
        return bool(self._call("delete", key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """See BaseCache; ValueError for an unknown key."""
        return int(self._call("incr", key, delta, version))

    def clear(self) -> None:
        """Empties both."""
        self._local.clear()
        circuit.call(self._redis.clear, lambda: None)
