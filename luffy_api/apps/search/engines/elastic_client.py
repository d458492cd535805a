"""The HTTP client of the Elasticsearch engine, for Elasticsearch 7 to 9 and OpenSearch."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import orjson
from elastic_transport import ConnectionError as NotConnected
from elastic_transport import (
    HttpHeaders,
    OrjsonSerializer,
    Transport,
    TransportApiResponse,
)
from elasticsearch import (
    ApiError,
    ConnectionTimeout,
    Elasticsearch,
    TransportError,
)

from luffy_api.apps.search.exceptions import BackendError, BackendUnavailable, IndexUnusable

# Seconds.
READ_TIMEOUT = 0.7
WRITE_TIMEOUT = 10.0
WRITE_RETRIES = 2
# Too many requests, and answers of a cluster that is not ready.
_RETRIED_STATUS = (429, 502, 503, 504)
_JSON = "application/json"
_NDJSON = "application/x-ndjson"
# Of many searches in one request: the line before each, and what is wanted of their answers.
_HEADER = b'{"allow_partial_search_results":false}\n'
_ONLY_HITS = {
    "filter_path": "responses.status,responses.error.type,"
    "responses.hits.hits.sort,responses.hits.hits._source"
}
_LINES = {"accept": _JSON, "content-type": _NDJSON}


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
        self._msearch = f"/{quote(self.name)}/_msearch"
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
            serializer=OrjsonSerializer(),
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

    def search(self, bodies: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]] | BackendError]:
        """The hits of each query, or why there are none; in one request.

        Raises BackendUnavailable, IndexUnusable.
        """
        body = b"".join(_HEADER + orjson.dumps(each) + b"\n" for each in bodies)
        with self.reading() as client:
            answer = client.perform_request(
                "POST", self._msearch, params=_ONLY_HITS, headers=_LINES, body=body
            )
            answers = [_hits_or_error(each) for each in answer["responses"]]
            if len(answers) != len(bodies):
                raise ValueError("not as many answers as questions")
        return answers

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


def _hits_or_error(answer: dict[str, Any]) -> list[dict[str, Any]] | BackendError:
    """Of one query among several; where no hit is, the filter leaves nothing of them."""
    status = int(answer["status"])
    if status >= 300:
        return _error_of(status, answer.get("error"))
    hits: list[dict[str, Any]] = answer.get("hits", {}).get("hits", [])
    return hits


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
    except ApiError as error:
        raise _error_of(error.status_code, error.error) from error
    except (TransportError, ValueError, LookupError, TypeError, AttributeError) as error:
        # All but the first: the answer is not that of a search engine, but perhaps of a proxy.
        raise BackendUnavailable(type(error).__name__) from error


def _error_of(status: int, reason: object) -> BackendError:
    if status == 404:
        return IndexUnusable("there is no such index")
    if status >= 500 or status in (401, 403, *_RETRIED_STATUS):
        return BackendUnavailable(f"it answered {status}")
    return IndexUnusable(f"it answered {status}: {reason}")
