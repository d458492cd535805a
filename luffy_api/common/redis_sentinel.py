"""A Redis whose master is found by Sentinel, and found anew when another one takes its place.

    redis+sentinel://[[user]:password@]host1:26379,host2:26379/mymaster/0[?sentinel_password=…]

Every connection asks the sentinels where the master is when it is opened. A master that died, or
says READONLY because it is a replica now, loses its connections, so the next command asks again.
"""

import re
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

if TYPE_CHECKING:
    from redis import ConnectionPool

SCHEME = "redis+sentinel://"
DEFAULT_PORT = 26379
SHAPE = (
    "redis+sentinel://:password@host1:26379,host2:26379/mymaster/0, with # / : @ ? of a password"
    " written as %23 %2F %3A %40 %3F and, where the sentinels have one, ?sentinel_password=…"
)
_URL = re.compile(
    r"redis\+sentinel://(?:(?P<user>[^:@/?#]*)(?::(?P<password>[^:@/?#]*))?@)?"
    r"(?P<hosts>[^@/?#]+)/(?P<service>[A-Za-z0-9._-]+)(?:/(?P<database>[0-9]{0,4}))?"
    r"(?:\?(?P<query>[^#]*))?"
)
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:,\s]+)(?::(?P<port>[0-9]{1,5}))?")
_QUERY = ("sentinel_username", "sentinel_password")


@dataclass(frozen=True)
class SentinelAddress:
    """What such a URL says; `service` is the name that the sentinels have given the master."""

    sentinels: tuple[tuple[str, int], ...]
    service: str
    database: int
    login: dict[str, str] = field(repr=False)
    sentinel_login: dict[str, str] = field(repr=False)


def is_sentinel(url: str) -> bool:
    """Whether the URL names sentinels and not a Redis."""
    return url.startswith(SCHEME)


def parse(url: str) -> SentinelAddress:
    """Raises ValueError, without the password, when the URL has another form."""
    found = _URL.fullmatch(url)
    if not found:
        raise ValueError(SHAPE)
    return SentinelAddress(
        sentinels=tuple(_host(each) for each in found["hosts"].split(",")),
        service=found["service"],
        database=int(found["database"] or 0),
        login=_login(username=found["user"], password=found["password"]),
        sentinel_login=_query(found["query"] or ""),
    )


def _host(text: str) -> tuple[str, int]:
    found = _HOST.fullmatch(text)
    port = int((found and found["port"]) or DEFAULT_PORT)
    if not found or not 0 < port < 65536:
        raise ValueError(SHAPE)
    return found["host"].strip("[]"), port


def _login(**given: str | None) -> dict[str, str]:
    return {name: unquote(value) for name, value in given.items() if value}


def _query(text: str) -> dict[str, str]:
    try:
        values = parse_qs(text, strict_parsing=bool(text), max_num_fields=len(_QUERY))
    except ValueError:
        raise ValueError(SHAPE) from None
    if not set(values) <= {*_QUERY} or any(len(each) > 1 for each in values.values()):
        raise ValueError(SHAPE)
    return {name.removeprefix("sentinel_"): each for name, (each,) in values.items()}


def connection_pool(
    url: str, *, sentinel_options: dict[str, Any], **options: Any
) -> "ConnectionPool":
    """A pool of connections to the master; `sentinel_options` are of those to the sentinels."""
    address = parse(url)
    sentinels = _sentinels(address, sentinel_options)
    return _pool(address, sentinels, options)


def _pool(address: SentinelAddress, sentinels: Any, options: dict[str, Any]) -> "ConnectionPool":
    from redis.sentinel import SentinelConnectionPool, SentinelManagedConnection

    class MasterConnection(SentinelManagedConnection):  # type: ignore[misc]
        """redis-py's own stays open after a timeout: the answer that comes late would be taken for
        that of the next command."""

        def read_response(
            self, *args: Any, disconnect_on_error: bool | None = True, **options: Any
        ) -> Any:
            return super().read_response(*args, disconnect_on_error=disconnect_on_error, **options)

    return SentinelConnectionPool(
        address.service,
        sentinels,
        connection_class=MasterConnection,
        db=address.database,
        **address.login,
        **options,
    )


def _sentinels(address: SentinelAddress, options: dict[str, Any]) -> Any:
    from redis.exceptions import TimeoutError as RedisTimeout
    from redis.sentinel import MasterNotFoundError, Sentinel

    class Sentinels(Sentinel):  # type: ignore[misc]
        """redis-py's, safe for threads.

        Two of its threads that swap the same two sentinels lose one of them: each works on a list
        of its own here. Where no sentinel answers, to query all of them again would only double the
        wait: a timeout is not repeated.
        """

        def discover_master(self, service_name: str) -> Any:
            mine = copy(self)
            mine.sentinels = list(self.sentinels)
            parent: Any = super(Sentinels, mine)
            try:
                found = parent.discover_master(service_name)
            except MasterNotFoundError as error:
                raise RedisTimeout(str(error)) from error
            self.sentinels = mine.sentinels
            return found

    make: Any = Sentinels
    return make(list(address.sentinels), sentinel_kwargs={**options, **address.sentinel_login})
