import json
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair
from luffy_api.libs.wechatpay_v3 import platform_keys
from luffy_api.libs.wechatpay_v3 import settings as wechatpay_settings
from luffy_api.libs.wechatpay_v3.tests import signer


@dataclass(frozen=True)
class Keys:
    """Both sides' key pairs, made for this run."""

    merchant_private: str
    merchant_public: str
    platform_private: str
    platform_public: str


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys(*generate_key_pair(), *generate_key_pair())


@pytest.fixture
def wechat(settings: Any, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """Configure the merchant with fresh keys and a gateway that nobody listens on."""
    monkeypatch.setitem(wechatpay_settings._registered, "loader", lambda: settings.WECHATPAY)
    platform_keys._downloaded.cache_clear()
    settings.WECHATPAY = {
        "GATEWAY_URL": "http://127.0.0.1:9",
        "MCH_ID": signer.MCH_ID,
        "APP_ID": signer.APP_ID,
        "SERIAL_NO": "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
        "PRIVATE_KEY": keys.merchant_private,
        "API_V3_KEY": signer.API_V3_KEY,
        "PUBLIC_KEY": keys.platform_public,
        "PUBLIC_KEY_ID": signer.PUBLIC_KEY_ID,
        "NOTIFY_URL": "https://shop.example/api/v1/order/wechat/notify/",
        "TIMEOUT": 2,
    }
    return keys


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class FakeGateway(ThreadingHTTPServer):
    """Answers every request with whatever the test put into `reply`, `status` and `headers`."""

    def __init__(self, keys: Keys) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.keys = keys
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.pages: dict[str, tuple[int, bytes, dict[str, str]]] = {}
        self.asked: list[Asked] = []

    def answer(self, values: Any, status: int = 200, **how: Any) -> None:
        """Sign these values (bytes as they are) for every path without a page of its own."""
        body = values if isinstance(values, bytes) else json.dumps(values).encode()
        private = how.pop("private", self.keys.platform_private)
        self.say(body, status, signer.headers(body, private, **how))

    def say(
        self, body: bytes, status: int = 200, headers: dict[str, str] | None = None, path: str = ""
    ) -> None:
        """Answer with exactly this."""
        self.pages[path] = (status, body, headers or {})


class _Handler(BaseHTTPRequestHandler):
    server: FakeGateway

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(Asked(self.command, self.path, dict(self.headers), body))
        pages = self.server.pages
        status, reply, headers = pages.get(self.path.partition("?")[0]) or pages[""]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply)

    do_POST = do_GET

    def log_message(self, *args: Any) -> None:
        """Keep the test output clean."""


@pytest.fixture
def gateway(settings: Any, wechat: Keys) -> Iterator[FakeGateway]:
    server = FakeGateway(wechat)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.WECHATPAY = {**settings.WECHATPAY, "GATEWAY_URL": server.url}
    yield server
    server.shutdown()
    server.server_close()
