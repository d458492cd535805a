"""Answers requests of a busy address before Django begins with them.

Django's request and response, its signals and the layers around a view cost as much as a repeated
notification of a payment does besides. Here the same is done without them: request id, limits of
the database, access log and metrics are those of every other request. It is for addresses where
nobody is logged in and no page is shown, such as those that payment providers post to, and private
files that a server in front of us sends.

The first request of a host passes all layers of Django, which know whether the host is ours and
whether it must be asked by https; the headers of its answer are those of the others.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http.client import responses
from typing import Any

from django.db import close_old_connections
from django.http import HttpResponse, UnreadablePostError
from django_guid import clear_guid, set_guid

from luffy_api.common import access_log, request_ids, request_metrics, slow_queries
from luffy_api.common.database_limits import STATEMENT_SECONDS, Allowance, limited
from luffy_api.common.shortcuts import OWN_HEADERS, failure

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# What Django may look at to decide whether it answers a host, and how.
OF_HOST = (
    *("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT"),
    *("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PROTO"),
)
# Only hosts of ours are known, so there are more in an attack alone, where ALLOWED_HOSTS is open.
MAX_HOSTS = 64


@dataclass(frozen=True, slots=True)
class Plain:
    """An answer without what all answers have in common."""

    body: bytes
    content_type: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    def response(self) -> HttpResponse:
        """For a view."""
        headers = dict(self.headers)
        return HttpResponse(
            self.body, status=self.status, content_type=self.content_type, headers=headers
        )


Answer = Callable[[Environ, Callable[[], bytes]], Plain]
# None, before anything was done, for what is left to Django.
PossibleAnswer = Callable[[Environ, Callable[[], bytes]], Plain | None]


@dataclass(frozen=True, slots=True)
class Address:
    """What answers there, and the name that logs and metrics have for it."""

    method: str
    route: str
    answer: PossibleAnswer


_addresses: dict[tuple[str, str], Address] = {}
_folders: dict[tuple[str, str], Address] = {}


def register(method: str, path: str, answer: Answer) -> None:
    """Let `answer` have the requests of a path, which is its route too; called beside its URL.

    It gets the environment, and what reads the body; of its errors the client hears as of a view's.
    """
    _addresses[method, path] = Address(method, path, answer)


def register_folder(method: str, folder: str, answer: PossibleAnswer, *, route: str) -> None:
    """The same for all paths below a first folder, such as `/files/`."""
    _folders[method, folder] = Address(method, route, answer)


def _address(environ: Environ) -> Address | None:
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    found = _addresses.get((method, path))
    return found or _folders.get((method, path[: path.find("/", 1) + 1]))


def answered_directly(application: Application) -> Application:
    """The WSGI application behind these answers."""
    known: dict[tuple[Any, ...], Headers] = {}

    def front(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        address = _address(environ)
        # A page of another origin has to be told whether it may read the answer.
        if address is None or "HTTP_ORIGIN" in environ:
            return application(environ, start_response)
        host = (address.method, address.route, *map(environ.get, OF_HOST))
        if (headers := known.get(host)) is not None:
            answered = _answer(environ, start_response, address, headers)
            return application(environ, start_response) if answered is None else answered

        def learn(status: str, given: Headers, *error: Any) -> Any:
            if status.startswith("2") and len(known) < MAX_HOSTS:
                known[host] = [each for each in given if each[0].lower() not in OF_ONE_ANSWER]
            return start_response(status, given, *error)

        return application(environ, learn)

    return front


OF_ONE_ANSWER = OWN_HEADERS | {request_ids.HEADER.lower(), "set-cookie"}


class _Body:
    """What is sent; then the connection to the database is looked after, as Django does."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter((self._body,))

    def close(self) -> None:
        """Hook of WSGI."""
        close_old_connections()


def _answer(
    environ: Environ, start_response: Callable[..., Any], address: Address, common: Headers
) -> Iterable[bytes] | None:
    start = time.perf_counter()
    close_old_connections()
    request_id = request_ids.request_id(environ)
    method, route = address.method, address.route
    set_guid(request_id)
    try:
        with slow_queries.watched(route), limited(Allowance(STATEMENT_SECONDS, STATEMENT_SECONDS)):
            plain = _plain(environ, address.answer)
        if plain is None:
            return None
        seconds = time.perf_counter() - start
        access_log.write(method=method, route=route, status=plain.status, seconds=seconds)
        request_metrics.count(method=method, route=route, status=plain.status, seconds=seconds)
    finally:
        clear_guid()
    start_response(
        f"{plain.status} {responses[plain.status]}",
        [
            ("Content-Type", plain.content_type),
            ("Content-Length", str(len(plain.body))),
            *plain.headers,
            *common,
            (request_ids.HEADER, request_id),
        ],
    )
    return _Body(plain.body)


def _plain(environ: Environ, answer: PossibleAnswer) -> Plain | None:
    def read() -> bytes:
        try:
            body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        except OSError as error:
            raise UnreadablePostError(*error.args) from error
        return body

    try:
        return answer(environ, read)
    except Exception as error:  # whatever a view would hand to the same place
        response = failure(error)
        headers = [each for each in response.items() if each[0] != "Content-Type"]
        kind = response["Content-Type"]
        return Plain(response.content, kind, response.status_code, tuple(headers))
