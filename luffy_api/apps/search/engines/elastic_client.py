"""The HTTP client of the Elasticsearch engine, for Elasticsearch 7 to 9 and OpenSearch."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from elastic_transport import ConnectionError as NotConnected
from elastic_transport import HttpHeaders, Transport, TransportApiResponse
from elasticsearch import (
    ApiError,
    ConnectionTimeout,
    Elasticsearch,
    NotFoundError,
    TransportError,
)

from luffy_api.apps.search.exceptions import BackendUnavailable, IndexUnusable

# Seconds.
READ_TIMEOUT = 0.7
WRITE_TIMEOUT = 10.0
WRITE_RETRIES = 2
# Too many requests, and answers of a cluster that is not ready.
_RETRIED_STATUS = (429, 502, 503, 504)
_JSON = "application/json"
_NDJSON = "application/x-ndjson"


class PlainTransport(Transport):
    """A transport with plain JSON headers that accepts the answer of any product.

    elasticsearch-py 8 sends `application/vnd.elasticsearch+json; compatible-with=8` and takes no
    answer without Elasticsearch's product header; OpenSearch knows neither, and of the calls used
    here all mean the same.
    """

    def perform_request(self, method: str, target: str, **options: Any) -> TransportApiResponse:  # type: ignore[override]
        """Like the base class, with other headers and a limit for the whole answer."""
        headers = HttpHeaders(options.pop("headers", None) or {})
        headers["accept"] = _JSON
        if "content-type" in headers:
            lines = "ndjson" in headers["content-type"]
            headers["content-type"] = _NDJSON if lines else _JSON
        attempts = 1 + int(options.get("max_retries") or 0)
        answer = run_with_timeout(
            lambda: super(PlainTransport, self).perform_request(
                method, target, headers=headers, **options
            ),
            seconds=attempts * float(options.get("request_timeout") or WRITE_TIMEOUT),
        )
        known = HttpHeaders({**answer.meta.headers, "x-elastic-product": "Elasticsearch"})
        return TransportApiResponse(dataclasses.replace(answer.meta, headers=known), answer.body)


class Cluster:
    """The server of SEARCH_URL, with a short timeout for reads and a longer one for writes."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.name = parts.path.strip("/") or "luffy"
        host = parts.netloc.rpartition("@")[2]
        default = 443 if parts.scheme == "https" else 80
        host = host if parts.port else f"{host}:{default}"
        # Without the password, since it is logged.
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
        """Limit the time of all reads within the block together."""
        self._local.deadline = time.monotonic() + seconds
        try:
            yield
        finally:
            self._local.deadline = None

    @contextmanager
    def reading(self) -> Iterator[Elasticsearch]:
        """A client for one read. Raises BackendUnavailable, IndexUnusable."""
        deadline = getattr(self._local, "deadline", None)
        timeout = READ_TIMEOUT
        if deadline is not None:
            timeout = min(timeout, deadline - time.monotonic())
        if timeout <= 0:
            raise BackendUnavailable("the time for one search is over")
        with translate_errors():
            yield self._client.options(request_timeout=timeout)

    @contextmanager
    def writing(self) -> Iterator[Elasticsearch]:
        """A client that retries while the server is busy.

        Raises BackendUnavailable, IndexUnusable.
        """
        with translate_errors():
            yield self._client.options(
                request_timeout=WRITE_TIMEOUT,
                max_retries=WRITE_RETRIES,
                retry_on_status=_RETRIED_STATUS,
                retry_on_timeout=True,
            )


def run_with_timeout(
    work: Callable[[], TransportApiResponse], *, seconds: float
) -> TransportApiResponse:
    """Return or raise what `work` does; raise ConnectionTimeout when it takes longer.

    Raises NotConnected when no thread can be started.

    The client's own timeout starts again with every byte, so a server that sends them slowly would
    delay a search without limit. The thread left behind ends with its connection.
    """
    done: SimpleQueue[tuple[TransportApiResponse | None, Exception | None]] = SimpleQueue()

    def run() -> None:
        try:
            done.put((work(), None))
        except Exception as error:
            done.put((None, error))

    try:
        threading.Thread(target=run, daemon=True).start()
    except RuntimeError as no_thread:
        raise NotConnected(str(no_thread)) from no_thread
    try:
        answer, error = done.get(timeout=seconds)
    except Empty:
        raise ConnectionTimeout("the whole answer took too long") from None
    if answer is None:
        raise error or ValueError("no answer")
    return answer


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn the client's errors into BackendUnavailable and IndexUnusable, without the login."""
    try:
        yield
    except NotFoundError as error:
        raise IndexUnusable("there is no such index") from error
    except ApiError as error:
        if error.status_code >= 500 or error.status_code in (401, 403, *_RETRIED_STATUS):
            raise BackendUnavailable(f"it answered {error.status_code}") from error
        raise IndexUnusable(f"it answered {error.status_code}: {error.error}") from error
    except (TransportError, ValueError, LookupError, TypeError, AttributeError) as error:
        # All but the first: the answer is not that of a search engine, but perhaps of a proxy.
        raise BackendUnavailable(type(error).__name__) from error
