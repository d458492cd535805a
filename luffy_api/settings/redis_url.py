"""REDIS_URL: one Redis, or the sentinels that know which Redis is the master."""

from django.core.exceptions import ImproperlyConfigured

from luffy_api.common import redis_sentinel
from luffy_api.settings import env

PLAIN = ("redis://", "rediss://", "unix://")


def address() -> str:
    """The checked address, blank where there is no Redis. Never echoes a password."""
    url = env.secret("REDIS_URL", "")
    if redis_sentinel.is_sentinel(url):
        try:
            redis_sentinel.parse(url)
        except ValueError:
            raise ImproperlyConfigured(f"REDIS_URL must be {redis_sentinel.SHAPE}.") from None
    elif url and not url.startswith(PLAIN):
        raise ImproperlyConfigured(
            "REDIS_URL must be redis://:password@host:6379/0, or " + redis_sentinel.SHAPE + "."
        )
    return url
