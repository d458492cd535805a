"""Which requests shortcuts leave to the view."""

import pytest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import get_resolver

from luffy_api.common.shortcuts import ShortcutMiddleware


class ShortcutClient:
    """A client like a server: it knows all addresses, and has answered nothing yet.

    `passed` counts its requests that went on to the view.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert get_resolver().url_patterns
        self.client, self.passed = Client(raise_request_exception=False), 0
        init = ShortcutMiddleware.__init__

        def count(middleware, get_response) -> None:
            def pass_on(request: HttpRequest) -> HttpResponseBase:
                self.passed += 1
                return get_response(request)

            init(middleware, pass_on)

        monkeypatch.setattr(ShortcutMiddleware, "__init__", count)
