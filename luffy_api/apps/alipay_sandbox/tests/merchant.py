"""A merchant that listens for notifications, and a buyer's browser."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urljoin
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, ProxyHandler, build_opener


class Merchant(ThreadingHTTPServer):
    """Keeps every form that arrives and answers with the next of `replies` (then `success`)."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Listener)
        self.url = f"http://127.0.0.1:{self.server_port}/api/v1/order/success/"
        self.forms: list[list[tuple[str, str]]] = []
        self.types: list[str] = []
        self.replies: list[tuple[int, bytes]] = []


class _Listener(BaseHTTPRequestHandler):
    server: Merchant

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
        status, reply = self.server.replies.pop(0) if self.server.replies else (200, b"success")
        self.server.types.append(self.headers["Content-Type"])
        self.server.forms.append(parse_qsl(body, strict_parsing=True, keep_blank_values=True))
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(reply)

    do_GET = do_POST

    def log_message(self, *args: Any) -> None:
        """Keep the test output clean."""


@dataclass
class Page:
    """What the browser sees."""

    status: int
    url: str
    headers: HTTPMessage
    text: str

    @property
    def csrf(self) -> str:
        return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', self.text)[0]


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass
class Browser:
    """Keeps cookies; follows redirects only when asked to."""

    jar: CookieJar = field(default_factory=CookieJar)

    def open(self, url: str, form: dict[str, str] | None = None) -> Page:
        opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(self.jar), _Stay)
        data = None if form is None else urlencode(form).encode()
        try:
            answer = opener.open(url, data, timeout=15)
        except HTTPError as error:
            answer = error
        with answer:
            return Page(answer.status, url, answer.headers, answer.read().decode())

    def enter(self, pay_url: str) -> Page:
        """Open a pay URL and go on to the cashier."""
        page = self.open(pay_url)
        assert page.status == 302, page.text
        return self.open(urljoin(pay_url, page.headers["Location"]))

    def press(self, page: Page, action: str) -> Page:
        """Press a button of the cashier."""
        return self.open(page.url, {"action": action, "csrfmiddlewaretoken": page.csrf})


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> None:
    """Wait until the condition holds."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it did not happen in time"
        sleep(0.02)
