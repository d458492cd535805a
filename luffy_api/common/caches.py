"""The cache: in Redis, and in this process while Redis is away or where there is none."""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

from luffy_api.common.redis_circuit import circuit, connection_options

LOCAL_MAX_ENTRIES = 10_000


class LocalCache(LocMemCache):
    """Django's cache in memory, of LOCAL_MAX_ENTRIES; all instances of a name are one."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        options = {"MAX_ENTRIES": LOCAL_MAX_ENTRIES, **params.get("OPTIONS", {})}
        super().__init__(name, {**params, "OPTIONS": options})


class RedisOrLocalCache(BaseCache):
    """Django's cache in Redis, which becomes a LocalCache while the circuit is open.

    Values of one are unknown to the other, so nothing may rely on the cache alone.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, {**params, "OPTIONS": connection_options()})
        self._local = LocalCache(f"without {server}", params)

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
