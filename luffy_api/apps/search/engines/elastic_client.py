"""The HTTP side of the Elasticsearch engine: one client for Elasticsearch 7 to 9 and OpenSearch."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from elastic_transport import HttpHeaders, Transport, TransportApiResponse
from elasticsearch import (
    ApiError,
    ConnectionTimeout,
    Elasticsearch,
    NotFoundError,
    TransportError,
)

from luffy_api.apps.search.exceptions import BackendDown, IndexUnusable

SEARCH_SECONDS = 0.7
WRITE_SECONDS = 10.0
WRITE_RETRIES = 2
# Too many requests, and what only means that the cluster is not ready.
_RETRIED = (429, 502, 503, 504)
_JSON = "application/json"
_NDJSON = "application/x-ndjson"


class PlainTransport(Transport):
    """Speaks JSON without a vendor's name, and does not ask who answers.

    elasticsearch-py 8 sends `application/vnd.elasticsearch+json; compatible-with=8` and takes no
    answer without Elasticsearch's product header; OpenSearch knows neither, and of the calls used
    here all mean the same.
    """

    def perform_request(self, method: str, target: str, **options: Any) -> TransportApiResponse:  # type: ignore[override]
        """As the base class, with other headers."""
        headers = HttpHeaders(options.pop("headers", None) or {})
        headers["accept"] = _JSON
        if "content-type" in headers:
            lines = "ndjson" in headers["content-type"]
            headers["content-type"] = _NDJSON if lines else _JSON
        tries = 1 + int(options.get("max_retries") or 0)
        answer = in_time(
            lambda: super(PlainTransport, self).perform_request(
                method, target, headers=headers, **options
            ),
            seconds=tries * float(options.get("request_timeout") or WRITE_SECONDS),
        )
        known = HttpHeaders({**answer.meta.headers, "x-elastic-product": "Elasticsearch"})
        return TransportApiResponse(dataclasses.replace(answer.meta, headers=known), answer.body)


class Cluster:
    """The server at an address, with short patience for readers and a longer one for writers."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.name = parts.path.strip("/") or "luffy"
        host = parts.netloc.rpartition("@")[2]
        default = 443 if parts.scheme == "https" else 80
        host = host if parts.port else f"{host}:{default}"
        # Without the password: this is what may stand in logs.
        self.address = urlunsplit((parts.scheme, host, "", "", ""))
        login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._client = Elasticsearch(
            self.address,
            basic_auth=login,
            transport_class=PlainTransport,
            retry_on_timeout=False,
            max_retries=0,
            http_compress=False,
        )
        self._local = threading.local()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """All questions of the block together may take so long."""
        self._local.deadline = time.monotonic() + seconds
        try:
            yield
        finally:
            self._local.deadline = None

    @contextmanager
    def asking(self) -> Iterator[Elasticsearch]:
        """A client for one question. Raises BackendDown, IndexUnusable."""
        deadline = getattr(self._local, "deadline", None)
        left = (
            SEARCH_SECONDS if deadline is None else min(SEARCH_SECONDS, deadline - time.monotonic())
        )
        if left <= 0:
            raise BackendDown("the time for one search is over")
        with faults():
            yield self._client.options(request_timeout=left)

    @contextmanager
    def writing(self) -> Iterator[Elasticsearch]:
        """A client that tries again while the server is busy. Raises BackendDown, IndexUnusable."""
        with faults():
            yield self._client.options(
                request_timeout=WRITE_SECONDS,
                max_retries=WRITE_RETRIES,
                retry_on_status=_RETRIED,
                retry_on_timeout=True,
            )


def in_time(work: Callable[[], TransportApiResponse], *, seconds: float) -> TransportApiResponse:
    """What `work` returns or raises; ConnectionTimeout when that takes longer.

    The client's own timeout begins anew with every byte, so a server that lets them drip would hold
    a visitor for as long as it likes. The thread left behind ends with its connection.
    """
    done: SimpleQueue[tuple[TransportApiResponse | None, Exception | None]] = SimpleQueue()

    def run() -> None:
        try:
            done.put((work(), None))
        except Exception as error:
            done.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        answer, error = done.get(timeout=seconds)
    except Empty:
        raise ConnectionTimeout("the whole answer took too long") from None
    if answer is None:
        raise error or ValueError("no answer")
    return answer


@contextmanager
def faults() -> Iterator[None]:
    """The client's exceptions in our words; they carry no address and no password."""
    try:
        yield
    except NotFoundError as error:
        raise IndexUnusable("there is no such index") from error
    except ApiError as error:
        if (
            error.status_code in _RETRIED
            or error.status_code >= 500
            or error.status_code in (401, 403)
        ):
            raise BackendDown(f"it answered {error.status_code}") from error
        raise IndexUnusable(f"it answered {error.status_code}: {error.error}") from error
    except (TransportError, ValueError, LookupError, TypeError, AttributeError) as error:
        # All but the first: what came is no answer of a search engine, but of a proxy perhaps.
        raise BackendDown(type(error).__name__) from error
