"""Keeps what the layers below answer to a visitor, and answers with it from then on.

The first request of an address passes all layers. What they make of it is kept for everybody until
something changes; an answer that was not changed is 304 for whoever has it. A student's answer is
that of a visitor with what is personal put in: `personal`. Where no visitor has asked, a student's
request is first answered as a visitor's.
"""

import copy
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from luffy_api.apps.publishing import answers, personal
from luffy_api.apps.publishing.answers import PublishedAnswer
from luffy_api.apps.publishing.marks import Mark, mark_of, terms_of
from luffy_api.apps.publishing.publisher import (
    TOKEN,
    Key,
    brings_token,
    choose,
    is_ordinary_read,
    key_of,
    may_be_published,
    publisher,
)
from luffy_api.apps.publishing.versions import versions
from luffy_api.common import foreign_origins, replica
from luffy_api.common.client_ip import client_ip
from luffy_api.common.codes import Code
from luffy_api.common.error_views import envelope

Find = Callable[[str], PublishedAnswer | HttpResponse | None]
# What a document's request carries for `answer_at`.
FINDER = "published_answer_at"
# They say how a document is asked for, or by whom; a visitor's answer depends on neither.
OF_DOCUMENT = frozenset(
    {
        *(TOKEN, "HTTP_COOKIE", "HTTP_RANGE", "HTTP_ORIGIN"),
        *("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_RANGE"),
        *("CONTENT_LENGTH", "CONTENT_TYPE"),
    }
)


def answer_at(request: HttpRequest, address: str) -> PublishedAnswer | HttpResponse | None:
    """What a visitor is answered at a path and query of the API; for what a document brings along.

    A response where it is refused; None where nothing is known, such as without the database.
    """
    find: Find | None = getattr(request, FINDER, None)
    return find(address) if find else None


class PublishedBytesMiddleware:
    """Outside of it are request id, metrics and access log; see also `front`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hook of Django."""
        key = key_of(request) if may_be_published(request.META) else None
        version = versions.now() if key else None
        if key is None or version is None:
            setattr(request, FINDER, partial(self._answer_at, request))
            return self.get_response(request)
        if answer := publisher().find(key, version):
            return _give_out(request, answer) or self.get_response(request)
        mark = _mark(request)
        if mark is None:
            return self.get_response(request)
        has_token = brings_token(request.META)
        visitor = _of_visitor(request) if has_token or request.method == "HEAD" else request
        with publisher().store.turn(key):
            found = self._make(visitor, key, mark)
        request.resolver_match = visitor.resolver_match
        if has_token and mark.personal:
            given = _complete(request, found) if isinstance(found, PublishedAnswer) else None
            return given or self.get_response(request)
        return _respond(request, found) if isinstance(found, PublishedAnswer) else found

    def _answer_at(
        self, document: HttpRequest, address: str
    ) -> PublishedAnswer | HttpResponse | None:
        """Made for the document alone where PUBLISHED_BYTES keeps nothing."""
        request = _asking(document, address)
        key = key_of(request) if is_ordinary_read(request.META) else None
        version = versions.now() if key else None
        if key is None or version is None:
            return None
        if answer := publisher().find(key, version):
            answer.repeat(request)
            return answer
        mark = _mark(request)
        if mark is None:
            return None
        with publisher().store.turn(key):
            return self._make(request, key, mark)

    def _make(self, request: HttpRequest, key: Key, mark: Mark) -> PublishedAnswer | HttpResponse:
        """What another thread has published meanwhile, or the layers below now; else their answer.

        `request` is that of a visitor.
        """
        version = versions.now()
        if version and (answer := publisher().find(key, version)):
            answer.repeat(request)
            return answer
        with replica.only_primary():
            made = version.made() if version else None
            response = self.get_response(request)
        terms = terms_of(response)
        if made is None or response.status_code != 200 or response.cookies or not terms.keep:
            return response
        assert request.resolver_match
        representations = answers.represent(response.content, dict(response.items()))
        answer = answers.answer_of(
            representations, request.resolver_match, made=made, mark=mark, terms=terms
        )
        publisher().store.put(key, answer)
        return answer


def _give_out(request: HttpRequest, answer: PublishedAnswer) -> HttpResponse | None:
    """None for a token that the layers below have to look at."""
    if not (answer.reads_tokens and brings_token(request.META)):
        if wait := publisher().wait(client_ip(request)):
            return refusal(wait)
        answer.repeat(request)
        return _respond(request, answer)
    return _complete(request, answer)


def _complete(request: HttpRequest, answer: PublishedAnswer) -> HttpResponse | None:
    """With what is personal, under the same condition."""
    part = personal.part_of(request, answer)
    if part is None:
        return None
    if wait := publisher().wait(part.user_id):
        return refusal(wait)
    if not part.data:
        return _respond(request, answer)
    request.resolver_match = answer.route
    headers, body = personal.put_in(answer, part.data)
    if foreign_origins.is_foreign(request.META):
        body = foreign_origins.with_addresses(body)
    return HttpResponse(body, headers=headers)


def refusal(seconds: int) -> HttpResponse:
    """429 with Retry-After."""
    response = envelope(Code.THROTTLED, 429)
    response["Retry-After"] = str(seconds)
    return response


def _mark(request: HttpRequest) -> Mark | None:
    """None for what is not published, and for a token that makes another answer altogether."""
    try:
        view: Any = resolve(request.path_info).func
    except Resolver404:
        return None
    mark = mark_of(view)
    if mark is None or mark.personal or not brings_token(request.META):
        return mark
    return None if view.cls.authentication_classes else mark


def _asking(document: HttpRequest, address: str) -> HttpRequest:
    """A visitor's request for an address of the API, from where the document is asked for."""
    path, _, query = address.partition("?")
    kept = {name: value for name, value in document.META.items() if name not in OF_DOCUMENT}
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query}
    # A body would be that of the document's request.
    return WSGIRequest({**kept, **asked, "HTTP_ACCEPT": "*/*", "wsgi.input": BytesIO()})


def _of_visitor(request: HttpRequest) -> HttpRequest:
    """The same request without its token, and for the body that HEAD leaves out."""
    visitor = copy.copy(request)
    visitor.META = {name: value for name, value in request.META.items() if name != TOKEN}
    visitor.META["REQUEST_METHOD"] = visitor.method = "GET"
    # Made from META when it is first looked at.
    vars(visitor).pop("headers", None)
    return visitor


def _respond(request: HttpRequest, answer: PublishedAnswer) -> HttpResponse:
    request.resolver_match = answer.route
    chosen = choose(answer, request.META)
    response = HttpResponse(chosen.body, status=chosen.status, headers=chosen.headers)
    if chosen.status == 304:
        del response["Content-Type"]
    return response
