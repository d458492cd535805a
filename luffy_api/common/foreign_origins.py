"""Answers to a front end on another origin that CORS_ALLOWED_ORIGINS names.

django-cors-headers permits such a caller to read them. Here is what it does not know: addresses of
ours have no host, which only our own pages can use; and answers that are kept ready leave before
Django begins.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

ORIGIN = "HTTP_ORIGIN"
JSON = "application/json"
# A string of JSON, or an attribute of HTML in one, that begins with a path of ours.
_ADDRESS = re.compile(rb'"(?=/(?:media|files|api/v1)/)')


def is_foreign(environ: Mapping[str, Any]) -> bool:
    """Whether a request comes from a page of another front end, by its WSGI environment."""
    return environ.get(ORIGIN, "") in settings.CORS_ALLOWED_ORIGINS


def headers(environ: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What permits the caller to read an answer, as django-cors-headers says it."""
    if not is_foreign(environ):
        return []
    return [
        ("Access-Control-Allow-Origin", environ[ORIGIN]),
        ("Access-Control-Expose-Headers", ", ".join(settings.CORS_EXPOSE_HEADERS)),
    ]


def with_addresses(body: bytes) -> bytes:
    """JSON with PUBLIC_URL before every path of ours. Done twice it is the same."""
    return _ADDRESS.sub(_prefix(settings.PUBLIC_URL), body)


@lru_cache(maxsize=1)
def _prefix(public_url: str) -> bytes:
    """As a replacement of `re`; an address of a site contains no backslash."""
    return b'"' + public_url.encode()


class AbsoluteAddressesMiddleware:
    """Completes the addresses in what the layers below answer to another front end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hook of Django."""
        response = self.get_response(request)
        if not is_foreign(request.META) or not isinstance(response, HttpResponse):
            return response
        if response.get("Content-Type", "").startswith(JSON):
            response.content = with_addresses(response.content)
            if "Content-Length" in response:
                response["Content-Length"] = str(len(response.content))
        return response
