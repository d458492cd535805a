"""Rate limits: how often a client may do something; settings/rate_limits.py has the numbers."""

from typing import cast

from django.conf import settings
from django.core.cache import caches

from luffy_api.common.caches import LocalCache, RedisOrLocalCache

ACCOUNT, ADDRESS = "account", "address"


def count(scope: str, kind: str, client: int | str) -> float:
    """Count one event of a client; 0.0, or the seconds to wait if that is too many.

    `kind` is ACCOUNT or ADDRESS, `client` an account's id or an IP prefix. What is too many is not
    counted.
    """
    limit, period = settings.RATE_LIMITS[scope][kind]
    return _counters().hit(_key(scope, kind, client), limit, period)


def give_back(scope: str, kind: str, client: int | str) -> None:
    """Take one event back that was counted before it turned out to be harmless."""
    _, period = settings.RATE_LIMITS[scope][kind]
    _counters().give_back(_key(scope, kind, client), period)


def _key(scope: str, kind: str, client: int | str) -> str:
    return f"rate:{scope}:{kind}:{client}"


def _counters() -> LocalCache | RedisOrLocalCache:
    return cast("LocalCache | RedisOrLocalCache", caches["default"])
