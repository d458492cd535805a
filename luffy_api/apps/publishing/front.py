"""Answers with published bytes before Django begins with a request.

A request costs Django as much as everything else about a published answer: its request and response
objects, its signals, the layers around it. Here the same is done without them: request id, limit,
access log and metrics are those of every other request. Whatever is not at hand, or is not quite
ordinary, goes on to Django, where `middleware` makes and keeps the answer.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django_guid import clear_guid, set_guid

from luffy_api.apps.publishing.answers import PublishedAnswer
from luffy_api.apps.publishing.publisher import (
    Chosen,
    brings_token,
    choose,
    key_of,
    may_be_published,
    publisher,
)
from luffy_api.apps.publishing.versions import versions
from luffy_api.common import access_log, foreign_origins, request_ids, request_metrics
from luffy_api.common.client_ip import client_ip
from luffy_api.common.routes import pattern_of

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

STATUS = {200: "200 OK", 304: "304 Not Modified"}


def published(application: Application) -> Application:
    """The WSGI application, with published answers in front of it."""

    def front(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start = time.perf_counter()
        answer = _find(environ) if may_be_published(environ) else None
        if answer is None:
            return application(environ, start_response)
        chosen = choose(answer, environ)
        request_id = request_ids.request_id(environ)
        headers = [*chosen.headers.items(), (request_ids.HEADER, request_id)]
        start_response(STATUS[chosen.status], headers + foreign_origins.headers(environ))
        _record(answer, chosen, environ["REQUEST_METHOD"], request_id, start)
        return [chosen.body] if environ["REQUEST_METHOD"] == "GET" else []

    return front


def _find(environ: dict[str, Any]) -> PublishedAnswer | None:
    """An answer that needs no question to the database."""
    version = versions.at_hand()
    if version is None:
        return None
    # A request decodes the path in its environment, which Django's own would do once more.
    request = WSGIRequest({**environ})
    key = key_of(request)
    answer = publisher().find(key, version) if key else None
    if answer is None or (answer.reads_tokens and brings_token(environ)):
        return None
    # Django says no, too, and in the right words.
    if publisher().wait(client_ip(request)):
        return None
    answer.repeat(request)
    return answer


def _record(
    answer: PublishedAnswer, chosen: Chosen, method: str, request_id: str, start: float
) -> None:
    route = pattern_of(answer.route)
    seconds = time.perf_counter() - start
    set_guid(request_id)
    try:
        access_log.write(method=method, route=route, status=chosen.status, seconds=seconds)
        request_metrics.count(method=method, route=route, status=chosen.status, seconds=seconds)
    finally:
        clear_guid()
