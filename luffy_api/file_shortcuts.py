"""Shortcuts for local files, public and private ones, see `common.shortcuts`.

A page has some ten pictures, and a player asks for a part of a video every few seconds.
"""

import re
from typing import Any

from django.db import Error
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from luffy_api.common import direct_answers, shortcuts
from luffy_api.common.direct_answers import Plain
from luffy_api.libs.storage import StorageUnavailable, serving
from luffy_api.libs.storage.exceptions import BadSignature

FILES = "/files/"
PRIVATE_ROUTE = FILES + "<str:token>/<path:name>"


def register() -> None:
    """For the addresses of `libs.storage.urls`."""
    shortcuts.register("GET", r"/media/(.+)", serve_public)
    shortcuts.register("GET", FILES + r"([^/]+)/(.+)", serve_private)
    direct_answers.register_folder("GET", FILES, redirect_private, route=PRIVATE_ROUTE)


def serve_public(request: HttpRequest, path: re.Match[str]) -> HttpResponseBase | None:
    """None for a file that is not there, and while it cannot be found out."""
    try:
        return serving.public(request, path[1])
    except (Http404, StorageUnavailable):
        return None


def serve_private(request: HttpRequest, path: re.Match[str]) -> HttpResponseBase | None:
    """None for a file that is not there, and while it cannot be found out."""
    try:
        return serving.private(request, path[1], path[2])
    except (Http404, StorageUnavailable, Error):
        return None


def redirect_private(environ: dict[str, Any], _: Any) -> Plain | None:
    """The right to a private file, behind a server that sends it; None for all else."""
    try:
        token, slash, name = _path(environ).removeprefix(FILES).partition("/")
        headers = serving.private_redirect(token, name) if slash else None
    except BadSignature:
        return Plain(serving.EXPIRED.encode(), "text/plain; charset=utf-8", 403)
    except (UnicodeDecodeError, StorageUnavailable, Error):
        return None
    if headers is None:
        return None
    content_type = headers.pop("Content-Type")
    return Plain(b"", content_type, headers=tuple(headers.items()))


def _path(environ: dict[str, Any]) -> str:
    """The path as Django reads it; raises UnicodeDecodeError."""
    return str(environ["PATH_INFO"]).encode("latin-1").decode()
