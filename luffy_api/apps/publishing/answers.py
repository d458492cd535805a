"""A published answer: its bytes in each encoding, with a strong ETag each (RFC 9110, 8.8.3)."""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import brotli  # type: ignore[import-untyped]
from django.urls import ResolverMatch

from luffy_api.apps.publishing.marks import Mark, Terms, nothing_personal
from luffy_api.apps.publishing.versions import Made

IDENTITY, GZIP, BROTLI = "identity", "gzip", "br"
# From the best; the shop's answers shrink to a fifth.
PREFERRED = (BROTLI, GZIP, IDENTITY)
# With fewer bytes the header is longer than what is saved.
MIN_BYTES = 200
# More takes ten times as long and saves a few percent.
BROTLI_QUALITY, GZIP_LEVEL = 5, 6
# What an answer takes in memory beside its bytes (2 kB), with what documents derive from it.
OVERHEAD = 4096
Derived = TypeVar("Derived")
# A cache before the shop may answer for a second, which is what a process here may, and asks again
# after that. A token makes another answer of the same address.
SHARED_HEADERS = {
    "Cache-Control": "public, max-age=0, s-maxage=1, must-revalidate",
    "Vary": "Accept-Encoding, Authorization, Origin",
}
OF_BODY = frozenset({"Content-Type", "Content-Length", "Content-Encoding"})
# To whoever has sent a token: it may stay in that browser alone.
PRIVATE = "private, no-cache"
# Set for each representation.
OWN_HEADERS = frozenset({"content-length", "cache-control", "vary", "etag", "content-encoding"})


@dataclass(frozen=True, slots=True)
class Representation:
    """The bytes in one encoding; `common` are the headers of all answers of its view.

    Headers are put together for each request: kept, they take three kilobytes for each answer.
    """

    body: bytes
    etag: str
    encoding: str
    common: Mapping[str, str]

    @property
    def headers(self) -> dict[str, str]:
        """Those of an answer with these bytes."""
        headers = {**self.common, "Content-Length": str(len(self.body)), "ETag": self.etag}
        if self.encoding != IDENTITY:
            headers["Content-Encoding"] = self.encoding
        return headers

    @property
    def headers_of_unchanged(self) -> dict[str, str]:
        """Those of a 304, which describes no body (RFC 9110, 15.4.5)."""
        return {name: value for name, value in self.headers.items() if name not in OF_BODY}


@dataclass(frozen=True)
class PublishedAnswer:
    """What one address answers to everybody; `route` is Django's match, for logs and metrics."""

    representations: Mapping[str, Representation]
    route: ResolverMatch
    made: Made
    mark: Mark
    terms: Terms = Terms()  # noqa: RUF009
    size: int = field(init=False)
    _derived: dict[Any, tuple[tuple[Any, ...], Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        size = sum(len(each.body) for each in self.representations.values())
        object.__setattr__(self, "size", size + OVERHEAD)

    def repeat(self, request: Any) -> None:
        """It serves another request."""
        if self.terms.on_repeat:
            self.terms.on_repeat(request)

    @property
    def body(self) -> bytes:
        """Its JSON, uncompressed."""
        return self.representations[IDENTITY].body

    def derive(self, make: Callable[..., Derived], *arguments: Any) -> Derived:
        """`make(self, *arguments)`, kept as long as this answer is and the arguments are equal.

        For what documents say of an answer. `make` is a function of a module, and its result small.
        """
        kept = self._derived.get(make)
        if kept is None or kept[0] != arguments:
            kept = arguments, make(self, *arguments)
            self._derived[make] = kept
        value: Derived = kept[1]
        return value

    @property
    def view(self) -> Any:
        """The class of DRF's view."""
        return self.route.func.cls  # type: ignore[attr-defined]

    @cached_property
    def reads_tokens(self) -> bool:
        """Whether a token makes another answer, or is refused; lists do not look at tokens."""
        return bool(self.view.authentication_classes)

    @property
    def is_personal(self) -> bool:
        """Whether the answer to a token may have other data."""
        return self.reads_tokens and self.mark.personal is not nothing_personal


def answer_of(
    representations: Mapping[str, Representation],
    route: ResolverMatch,
    *,
    made: Made,
    mark: Mark,
    terms: Terms,
) -> PublishedAnswer:
    """What the layers below have answered at `route`, to be kept."""
    # The patterns that did not match, a kilobyte of them, which only a page about a 404 shows.
    route.tried = []  # type: ignore[attr-defined]
    return PublishedAnswer(representations, route, made, mark, terms)


def represent(body: bytes, headers: Mapping[str, str]) -> dict[str, Representation]:
    """The body in all encodings that make it shorter; `headers` are those of the first answer."""
    items = headers.items()
    common = _common(tuple(item for item in items if item[0].lower() not in OWN_HEADERS))
    # orjson's bytes have room for two to nine times as many (findings/orjson-spare-room.sh).
    body = bytes(memoryview(body))
    digest = hashlib.sha256(body).hexdigest()[:32]
    return {
        encoding: Representation(encoded, f'"{digest}-{encoding}"', encoding, common)
        for encoding, encoded in _encoded(body).items()
    }


@lru_cache(maxsize=256)
def _common(headers: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """One object for all answers that have them."""
    return {**dict(headers), **SHARED_HEADERS}


def _encoded(body: bytes) -> dict[str, bytes]:
    if len(body) < MIN_BYTES:
        return {IDENTITY: body}
    return {
        BROTLI: brotli.compress(body, quality=BROTLI_QUALITY),
        GZIP: gzip.compress(body, GZIP_LEVEL, mtime=0),
        IDENTITY: body,
    }


@lru_cache(maxsize=512)
def accepted_encodings(header: str) -> tuple[str, ...]:
    """The encodings that an Accept-Encoding header allows, the best first (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        weights[name.strip()] = _weight(parameter)
    others = weights.get("*", 0.0)
    allowed = {
        encoding: weights.get(encoding, others)
        for encoding in (BROTLI, GZIP)
        if weights.get(encoding, others) > 0
    }
    # Without compression an answer is always possible: a refusal of it helps nobody.
    return (*sorted(allowed, key=lambda name: (-allowed[name], PREFERRED.index(name))), IDENTITY)


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def is_known(etag: str, if_none_match: str) -> bool:
    """Whether a client's If-None-Match names this ETag; compared weakly (RFC 9110, 13.1.2)."""
    if if_none_match.strip() == "*":
        return True
    return any(part.strip().removeprefix("W/") == etag for part in if_none_match.split(","))
