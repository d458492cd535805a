"""Keeps what the layers below answer to a visitor, and answers with it from then on.

The first request of an address passes all layers. What they make of it is kept for everybody until
something changes; an answer that was not changed is 304 for whoever has it. A student's answer is
that of a visitor with what is personal put in: `personal`.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from luffy_api.apps.publishing import answers, personal
from luffy_api.apps.publishing.answers import PublishedAnswer
from luffy_api.apps.publishing.marks import Mark, mark_of, terms_of
from luffy_api.apps.publishing.publisher import (
    Key,
    brings_token,
    choose,
    key_of,
    may_be_published,
    publisher,
)
from luffy_api.apps.publishing.versions import versions
from luffy_api.common import replica
from luffy_api.common.client_ip import client_ip
from luffy_api.common.codes import Code
from luffy_api.common.error_views import envelope


class PublishedBytesMiddleware:
    """Outside of it are request id, metrics and access log; see also `front`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hook of Django."""
        key = key_of(request) if may_be_published(request.META) else None
        version = versions.now() if key else None
        if key is None or version is None:
            return self.get_response(request)
        if answer := publisher().find(key, version):
            return _give_out(request, answer) or self.get_response(request)
        mark = _mark(request)
        if mark is None:
            return self.get_response(request)
        with publisher().store.turn(key):
            return self._make(request, key, mark)

    def _make(self, request: HttpRequest, key: Key, mark: Mark) -> HttpResponse:
        """The answer that another thread has made meanwhile, or one of the layers below."""
        version = versions.now()
        if version and (answer := publisher().find(key, version)):
            answer.repeat(request)
            return _respond(request, answer)
        with replica.only_primary():
            made = version.made() if version else None
            response = self.get_response(request)
        terms = terms_of(response)
        if made is None or response.status_code != 200 or response.cookies or not terms.keep:
            return response
        assert request.resolver_match
        representations = answers.represent(response.content, dict(response.items()))
        answer = PublishedAnswer(representations, request.resolver_match, made, mark, terms)
        publisher().store.put(key, answer)
        return _respond(request, answer)


def _give_out(request: HttpRequest, answer: PublishedAnswer) -> HttpResponse | None:
    """None for a token that the layers below have to look at."""
    if not (answer.reads_tokens and brings_token(request.META)):
        if wait := publisher().wait(client_ip(request)):
            return refusal(wait)
        answer.repeat(request)
        return _respond(request, answer)
    part = personal.part_of(request, answer)
    if part is None:
        return None
    if wait := publisher().wait(part.user_id):
        return refusal(wait)
    if not part.data:
        return _respond(request, answer)
    request.resolver_match = answer.route
    headers, body = personal.put_in(answer, part.data)
    return HttpResponse(body, headers=headers)


def refusal(seconds: int) -> HttpResponse:
    """429 with Retry-After."""
    response = envelope(Code.THROTTLED, 429)
    response["Retry-After"] = str(seconds)
    return response


def _mark(request: HttpRequest) -> Mark | None:
    """None for what no visitor has asked."""
    if request.method != "GET" or brings_token(request.META):
        return None
    try:
        return mark_of(resolve(request.path_info).func)
    except Resolver404:
        return None


def _respond(request: HttpRequest, answer: PublishedAnswer) -> HttpResponse:
    request.resolver_match = answer.route
    chosen = choose(answer, request.META)
    response = HttpResponse(chosen.body, status=chosen.status, headers=chosen.headers)
    if chosen.status == 304:
        del response["Content-Type"]
    return response
