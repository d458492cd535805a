"""Shortcuts for local files, public and private ones, see `common.shortcuts`.

A page has some ten pictures, and a player asks for a part of a video every few seconds.
"""

import re

from django.db import Error
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from luffy_api.common import shortcuts
from luffy_api.libs.storage import StorageUnavailable, serving


def register() -> None:
    """For the addresses of `libs.storage.urls`."""
    shortcuts.register("GET", r"/media/(.+)", serve_public)
    shortcuts.register("GET", r"/files/([^/]+)/(.+)", serve_private)


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
