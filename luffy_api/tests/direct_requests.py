"""Requests of the WSGI application in which some are answered before Django begins."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.urls import get_resolver

from luffy_api.common.direct_answers import answered_directly

# Status, headers, body, and whether Django has answered.
Told = tuple[str, dict[str, str], bytes, bool]


class Asked:
    """The application with these answers in front of it; counts what Django began."""

    def __init__(self) -> None:
        self.application = answered_directly(WSGIHandler())
        self.begun = 0

    @classmethod
    @contextmanager
    def serving(cls) -> Iterator[Self]:
        """As a process that knows all addresses and has answered nothing yet."""
        assert get_resolver().url_patterns
        found = cls()
        request_started.connect(found._begin)
        try:
            yield found
        finally:
            request_started.disconnect(found._begin)

    def ask(self, method: str, path: str, **more: Any) -> Told:
        """One request; `more` is of its environment."""
        environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path}
        setup_testing_defaults(environ)
        environ |= {"HTTP_HOST": "testserver", "REMOTE_ADDR": "127.0.0.1", **more}
        told: list[Any] = []
        before = self.begun
        found = self.application(environ, lambda *start: told.append(start))
        body = b"".join(found)
        getattr(found, "close", lambda: None)()
        [(status, headers)] = told
        return status, dict(headers), body, self.begun > before

    def _begin(self, **_: Any) -> None:
        self.begun += 1
