from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from luffy_api.libs.alipay_v1.tests.certificates import self_signed
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair


@dataclass(frozen=True)
class Keys:
    """Both sides' key pairs, made for this run."""

    app_private: str
    app_public: str
    alipay_private: str
    alipay_public: str


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys(*generate_key_pair(), *generate_key_pair())


@pytest.fixture(scope="session")
def certificate(keys: Keys) -> str:
    return self_signed(keys.alipay_private)


@pytest.fixture
def alipay(settings: Any, keys: Keys) -> Keys:
    """Configure the merchant with fresh keys and a gateway that nobody listens on."""
    settings.ALIPAY = {
        "GATEWAY_URL": "http://127.0.0.1:9/gateway.do",
        "APP_ID": "2021000000000001",
        "SELLER_ID": "2088000000000001",
        "APP_PRIVATE_KEY": keys.app_private,
        "ALIPAY_PUBLIC_KEY": keys.alipay_public,
        "NOTIFY_URL": "https://shop.example/api/v1/order/success/",
        "RETURN_URL": "https://shop.example/pay/success",
        "TIMEOUT": 2,
    }
    return keys


class FakeGateway(ThreadingHTTPServer):
    """Answers every GET and POST with whatever the test put into `reply`, or `files` by path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply = b""
        self.files: dict[str, bytes] = {}
        self.status = 200
        self.status_of: dict[str, int] = {}
        self.headers: dict[str, str] = {}
        self.asked: list[str] = []
        self.posted: list[bytes] = []


class _Handler(BaseHTTPRequestHandler):
    server: FakeGateway

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status_of.get(self.path, self.server.status))
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.files.get(self.path, self.server.reply))

    def do_POST(self) -> None:
        self.server.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def log_message(self, *args: Any) -> None:
        """Keep the test output clean."""


@contextmanager
def listening() -> Iterator[FakeGateway]:
    """A server on a port of its own."""
    server = FakeGateway()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def gateway(settings: Any, alipay: Keys) -> Iterator[FakeGateway]:
    with listening() as server:
        url = f"http://127.0.0.1:{server.server_port}/gateway.do"
        settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": url}
        yield server
