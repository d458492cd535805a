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
from luffy_api.common import foreign_origins
from luffy_api.common.rate_counters import LocalCounters
from luffy_api.common.rate_limits import ACCOUNT, ADDRESS

PREFIX = "/api/v1/"
METHODS = frozenset({"GET", "HEAD"})
TOKEN = "HTTP_AUTHORIZATION"  # noqa: S105
# Longer queries than the shop itself makes are not worth their room.
MAX_QUERY = 500
TYPES = ("*/*", "application/*", "application/json")

Key = tuple[bool, bool, str, str]


@dataclass(frozen=True)
class Chosen:
    """The answer to one request: status, bytes and headers."""

    status: int
    body: bytes
    headers: dict[str, str]


class Publisher:
    """Keeps answers in `max_bytes`; `limits` are numbers and seconds by kind of client."""

    def __init__(self, *, max_bytes: int, limits: Mapping[str, tuple[int, int]]) -> None:
        self.store: ByteStore[PublishedAnswer] = ByteStore(max_bytes)
        self._limits = limits
        self._requests = LocalCounters()

    def find(self, key: Key, version: Version) -> PublishedAnswer | None:
        """The answer that is as good as new."""
        answer = self.store.get(key)
        if answer and version.holds(answer.made, max_age=answer.mark.max_age):
            return answer
        return None

    def wait(self, client: int | str) -> int:
        """Count a request; 0, or the seconds that the client has to wait.

        The client is an account's id, or an address. Counted in this process alone: to ask Redis
        would cost more than the answer.
        """
        limit, period = self._limits[ACCOUNT if isinstance(client, int) else ADDRESS]
        return ceil(self._requests.hit(str(client), limit, period))


@cache
def publisher() -> Publisher:
    """The one of this process."""
    limits = settings.RATE_LIMITS["published"]
    return Publisher(max_bytes=settings.PUBLISHED_BYTES, limits=limits)


def may_be_published(environ: Mapping[str, Any]) -> bool:
    """Whether it is an ordinary read, by its WSGI environment, and answers are kept at all."""
    return settings.PUBLISHED_BYTES > 0 and is_ordinary_read(environ)


def is_ordinary_read(environ: Mapping[str, Any]) -> bool:
    """Whether a JSON answer of the API is asked for, at an address of ordinary length."""
    return (
        environ.get("REQUEST_METHOD") in METHODS
        and environ.get("PATH_INFO", "").startswith(PREFIX)
        and len(environ.get("QUERY_STRING", "")) <= MAX_QUERY
        and _accepts_json(environ.get("HTTP_ACCEPT", "*/*"))
    )


def key_of(request: HttpRequest) -> Key | None:
    """What the answer depends on; None for a host that is not ours."""
    try:
        request.get_host()
    except DisallowedHost:
        return None
    foreign = foreign_origins.is_foreign(request.META)
    return request.is_secure(), foreign, request.path_info, request.META.get("QUERY_STRING", "")


def brings_token(environ: Mapping[str, Any]) -> bool:
    """Whether the client says who it is."""
    return TOKEN in environ


def choose(answer: PublishedAnswer, environ: Mapping[str, Any]) -> Chosen:
    """The best encoding that the client accepts; 304 without bytes for one that it has."""
    found = _representation(answer, environ.get("HTTP_ACCEPT_ENCODING", ""))
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and answers.is_known(found.etag, known):
        chosen = Chosen(304, b"", found.headers_of_unchanged)
    else:
        chosen = Chosen(200, found.body, found.headers)
    if brings_token(environ):
        chosen.headers["Cache-Control"] = answers.PRIVATE
    return chosen


def _representation(answer: PublishedAnswer, accepted: str) -> Representation:
    found = answer.representations
    names = answers.accepted_encodings(accepted)
    return next(found[name] for name in names if name in found)


@lru_cache(maxsize=512)
def _accepts_json(header: str) -> bool:
    return any(part.partition(";")[0].strip() in TYPES for part in header.split(","))
