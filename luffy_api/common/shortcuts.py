"""Answers ordinary requests of busy addresses without what only pages need.

The layers of Django below this one, and those of DRF, cost several times what such a request does
itself. An app registers an answer for an address. It gives None, before anything is done, for
whatever is not ordinary: that goes on to the view, which does the same and explains what is wrong.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from luffy_api.common import exception_handler
from luffy_api.common.codes import Code
from luffy_api.common.renderers import JSONRenderer

SCHEME = "jwt "
JSON = "application/json"
_RENDERER = JSONRenderer()
# Of one answer alone; all other headers are the same for every answer of a view.
OWN_HEADERS = frozenset({
    *("content-type", "content-length", "content-range", "content-disposition"),
    *("cache-control", "etag", "last-modified", "expires", "accept-ranges", "x-accel-redirect"),
    *("location", "retry-after", "www-authenticate"),
})  # fmt: skip

Answer = Callable[[HttpRequest, re.Match[str]], HttpResponseBase | None]


@dataclass(frozen=True)
class Shortcut:
    """An address, as method and whole path, and what answers there."""

    path: re.Pattern[str]
    answer: Answer


@dataclass(frozen=True)
class Template:
    """What all answers have in common, from the first one, which all layers have made."""

    headers: dict[str, str]
    route: Any


_shortcuts: dict[str, list[Shortcut]] = {}


def register(method: str, path: str, answer: Answer) -> None:
    """Let `answer` have the requests of a path, a regular expression; called beside its URL."""
    known = _shortcuts.setdefault(method, [])
    pattern = re.compile(path, re.ASCII)
    if pattern not in [each.path for each in known]:
        known.append(Shortcut(pattern, answer))


class ShortcutMiddleware:
    """Outside of it are request id, logs, metrics and limits of the database; inside is all else.

    The first success of an address passes all layers: its headers are those of the others.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._templates: dict[tuple[Shortcut, bool], Template] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hook of Django."""
        for shortcut in _shortcuts.get(request.method or "", ()):
            if match := shortcut.path.fullmatch(request.path_info):
                return self._answer(request, shortcut, match)
        return self.get_response(request)

    def _answer(
        self, request: HttpRequest, shortcut: Shortcut, match: re.Match[str]
    ) -> HttpResponseBase:
        key = shortcut, request.is_secure()
        template = self._templates.get(key)
        if template and _is_for_us(request):
            request.resolver_match = template.route
            if response := shortcut.answer(request, match):
                return _completed(response, template)
        response = self.get_response(request)
        if 200 <= response.status_code < 300:
            self._templates[key] = Template(_common_headers(response), request.resolver_match)
        return response


def _is_for_us(request: HttpRequest) -> bool:
    """What the layers inside would not refuse or redirect."""
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return False
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


def _common_headers(response: HttpResponseBase) -> dict[str, str]:
    return {name: value for name, value in response.items() if name.lower() not in OWN_HEADERS}


def _completed(response: HttpResponseBase, template: Template) -> HttpResponseBase:
    for name, value in template.headers.items():
        response.headers.setdefault(name, value)
    if isinstance(response, HttpResponse):
        response.headers.setdefault("Content-Length", str(len(response.content)))
    return response


def is_ordinary(request: HttpRequest) -> bool:
    """Whether an API request has no query, and takes JSON."""
    return not request.META.get("QUERY_STRING") and _takes_json(
        request.META.get("HTTP_ACCEPT", "*/*")
    )


@lru_cache(maxsize=512)
def _takes_json(header: str) -> bool:
    kinds = {part.partition(";")[0].strip() for part in header.split(",")}
    return not kinds.isdisjoint({"*/*", "application/*", JSON})


def token_of(request: HttpRequest) -> str | None:
    """The token of `Authorization: jwt <token>`; None for any other form of it."""
    header: str = request.META.get("HTTP_AUTHORIZATION", "")
    return header.removeprefix(SCHEME) if header.startswith(SCHEME) and header.isascii() else None


def json_object(request: HttpRequest, *, limit: int) -> dict[str, Any] | None:
    """The body; None for one that is no JSON object, or longer than `limit` bytes."""
    length: str = request.META.get("CONTENT_LENGTH") or ""
    if request.content_type != JSON or not length.isdecimal() or int(length) > limit:
        return None
    try:
        body = json.loads(request.body.decode())
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def envelope(data: Any, *, status: int = 200, **extra: Any) -> HttpResponse:
    """A success, as `APIResponse` makes it."""
    return _rendered(
        {"code": Code.OK.value, "msg": str(Code.OK.label), "data": data, **extra}, status
    )


def failure(error: Exception) -> HttpResponse:
    """What the API answers to an error."""
    answer = exception_handler.handle(error, {})
    response = _rendered(answer.data, answer.status_code)
    for name, value in answer.items():
        response.headers.setdefault(name, value)
    return response


def _rendered(body: Any, status: int) -> HttpResponse:
    return HttpResponse(_RENDERER.render(body), status=status, content_type=JSON)
