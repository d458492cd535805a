"""HTTP to a gateway without detours: no redirects, no proxy before a server on this machine."""

from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, build_opener

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class _NoRedirect(HTTPRedirectHandler):
    """A gateway never redirects: a redirect comes from a proxy or a captive portal."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def opener(url: str) -> OpenerDirector:
    """Return a client for this address that follows no redirect."""
    # A company proxy may stand before the real gateway, never before one on this machine.
    if urlsplit(url).hostname in LOOPBACK:
        return build_opener(ProxyHandler({}), _NoRedirect)
    return build_opener(_NoRedirect)
