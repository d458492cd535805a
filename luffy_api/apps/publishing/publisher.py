"""What this process has published, who may have it, and which answer fits a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from luffy_api.apps.publishing import answers
from luffy_api.apps.publishing.answers import PublishedAnswer, Representation
from luffy_api.apps.publishing.store import ByteStore
from luffy_api.apps.publishing.versions import Version
from luffy_api.common.client_ip import client_ip
from luffy_api.common.rate_counters import LocalCounters

PREFIX = "/api/v1/"
METHODS = frozenset({"GET", "HEAD"})
# Longer queries than the shop itself makes are not worth their room.
MAX_QUERY = 500
TYPES = ("*/*", "application/*", "application/json")

Key = tuple[bool, str, str]


@dataclass(frozen=True)
class Chosen:
    """The answer to one request: status, bytes and headers."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Publisher:
    """Keeps answers in `max_bytes`; an address may have `limit` of them in `period` seconds."""

    def __init__(self, *, max_bytes: int, limit: int, period: int) -> None:
        self.store: ByteStore[PublishedAnswer] = ByteStore(max_bytes)
        self._limit, self._period = limit, period
        self._requests = LocalCounters()

    def find(self, key: Key, version: Version) -> PublishedAnswer | None:
        """The answer that is as good as new."""
        answer = self.store.get(key)
        if answer and version.holds(answer.made, max_age=answer.max_age):
            return answer
        return None

    def wait(self, request: HttpRequest) -> int:
        """Count a request; 0, or the seconds that its address has to wait.

        Counted in this process alone: to ask Redis would cost more than the answer.
        """
        return ceil(self._requests.hit(client_ip(request), self._limit, self._period))


@cache
def publisher() -> Publisher:
    """The one of this process."""
    limit, period = settings.RATE_LIMITS["published"]["address"]
    return Publisher(max_bytes=settings.PUBLISHED_BYTES, limit=limit, period=period)


def may_be_published(environ: Mapping[str, Any]) -> bool:
    """Whether it is an ordinary request of a visitor, by its WSGI environment."""
    return (
        environ.get("REQUEST_METHOD") in METHODS
        and environ.get("PATH_INFO", "").startswith(PREFIX)
        and "HTTP_AUTHORIZATION" not in environ
        and len(environ.get("QUERY_STRING", "")) <= MAX_QUERY
        and _accepts_json(environ.get("HTTP_ACCEPT", "*/*"))
        and settings.PUBLISHED_BYTES > 0
    )


def key_of(request: HttpRequest) -> Key | None:
    """What the answer depends on; None for a host that is not ours."""
    try:
        request.get_host()
    except DisallowedHost:
        return None
    return request.is_secure(), request.path_info, request.META.get("QUERY_STRING", "")


def choose(answer: PublishedAnswer, environ: Mapping[str, Any]) -> Chosen:
    """The best encoding that the client accepts; 304 without bytes for one that it has."""
    found = _representation(answer, environ.get("HTTP_ACCEPT_ENCODING", ""))
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and answers.is_known(found.etag, known):
        return Chosen(304, b"", found.headers_of_unchanged)
    return Chosen(200, found.body, found.headers)


def _representation(answer: PublishedAnswer, accepted: str) -> Representation:
    found = answer.representations
    names = answers.accepted_encodings(accepted)
    return next(found[name] for name in names if name in found)


@lru_cache(maxsize=512)
def _accepts_json(header: str) -> bool:
    return any(part.partition(";")[0].strip() in TYPES for part in header.split(","))
