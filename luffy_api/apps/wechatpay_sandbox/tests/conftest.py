from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from django.utils import timezone

from luffy_api.apps.wechatpay_sandbox import delivery
from luffy_api.libs.wechatpay_v3 import NewTrade, platform_keys
from luffy_api.libs.wechatpay_v3 import settings as wechatpay_settings

ORDER = "01JABCDEFGHJKMNPQRSTVWXYZ0"


class Merchant(ThreadingHTTPServer):
    """Keeps every notification that arrives and answers with the next of `statuses` (then 204)."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Listener)
        self.url = f"http://127.0.0.1:{self.server_port}/api/v1/order/wechat/notify/"
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []


class _Listener(BaseHTTPRequestHandler):
    server: Merchant

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *args: Any) -> None:
        """Keep the test output clean."""


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    server = Merchant()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def sandbox(settings: Any, merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The gateway's and the merchant's settings, which fit each other; retries at once."""
    platform_keys._downloaded.cache_clear()
    settings.WECHATPAY_SANDBOX = {**settings.WECHATPAY_SANDBOX, "RETRY_SCALE": 0}
    settings.WECHATPAY = {**settings.WECHATPAY, "NOTIFY_URL": merchant.url}
    monkeypatch.setitem(wechatpay_settings._registered, "loader", lambda: settings.WECHATPAY)
    return settings


@pytest.fixture
def live(sandbox: Any, live_server: Any, deliveries: list[Thread]) -> str:
    """The gateway on a real port, with the merchant's client pointed at it; its URL."""
    url = f"{live_server.url}/wechatpay"
    sandbox.WECHATPAY = {**sandbox.WECHATPAY, "GATEWAY_URL": url}
    return url


@pytest.fixture
def deliveries(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[list[Thread]]:
    """The delivering threads; they end before the database is emptied."""
    threads: list[Thread] = []

    class Watched(Thread):
        def start(self) -> None:
            super().start()
            threads.append(self)

    monkeypatch.setattr(delivery, "Thread", Watched)
    yield threads
    for thread in threads:
        thread.join(timeout=15)


def new_trade(**changes: Any) -> NewTrade:
    """An order of the shop that can be paid for half an hour."""
    fields = {
        "out_trade_no": ORDER,
        "description": "Python 入门",
        "total_amount": Decimal("88.00"),
        "expires_at": timezone.now().replace(microsecond=0) + timedelta(minutes=30),
    }
    return NewTrade(**{**fields, **changes})


def path_of(url: str) -> str:
    """The part of a URL that a test client opens."""
    return "/" + url.split("/", 3)[3]


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> None:
    """Wait until the condition holds."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it did not happen in time"
        sleep(0.02)
