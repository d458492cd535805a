"""POST order/success/ through the real web server: what no test client can send."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from socket import create_connection, create_server
from urllib.parse import quote, urlencode

import pytest
from django.db import connection

from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.libs.alipay_v1.tests.signer import notification
from luffy_api.settings.payment import LOCAL_APP_ID, LOCAL_SELLER_ID
from luffy_api.tests.factories import CourseFactory, OrderFactory
from luffy_api.tests.loaded_settings import PROD

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
URL = "/api/v1/order/success/"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
LIMIT = 64 * 1024
FAILED = (200, b"failed")


def database_url() -> str:
    """The test's own database, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    login = f"{quote(values['USER'])}:{quote(values['PASSWORD'])}"
    return f"mysql://{login}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@dataclass
class Shop:
    """The shop in a process of its own, over the test's database."""

    port: int
    folder: Path

    def notification(self, order: Order, **changes: str) -> str:
        key = (self.folder / "keys" / "alipay_gateway_private.pem").read_text()
        fields = {
            "app_id": LOCAL_APP_ID,
            "seller_id": LOCAL_SELLER_ID,
            "out_trade_no": order.out_trade_no,
            "total_amount": f"{order.total_amount:.2f}",
            "trade_no": f"20260302220014{order.pk:014d}",  # one trade pays one order
        }
        return urlencode(notification(key, **{**fields, **changes}))

    def post(self, body, **headers):
        """(status, headers, body) of the answer. An iterator of bytes is sent in chunks."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request("POST", URL, body, {"Content-Type": FORM, **headers})
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            line.close()

    def raw(self, *parts: bytes) -> tuple[int, bytes]:
        """(status, body) of what comes back over a line on which exactly these bytes were sent."""
        head = f"POST {URL} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\n".encode()
        with create_connection(("127.0.0.1", self.port), timeout=20) as line:
            for part in (head, *parts):
                line.sendall(part)
            answer = HTTPResponse(line, method="POST")
            answer.begin()
            return answer.status, answer.read()


@pytest.fixture
def shop(transactional_db, tmp_path) -> Iterator[Shop]:
    port = free_port()
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ALIPAY_")},
        "DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev",
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(tmp_path),
        "PORT": str(port),
        "DATABASE_URL": database_url(),
        "REDIS_URL": "",
    }
    command = [sys.executable, "-m", "gunicorn", "luffy_api.wsgi", "--worker-class", "gthread"]
    options = ["--threads", "4", "--no-control-socket", "--log-level", "critical"]
    server = subprocess.Popen(
        [*command, *options, "--bind", f"127.0.0.1:{port}"], cwd=ROOT, env=env
    )
    try:
        _wait(port, server)
        yield Shop(port, tmp_path)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while True:
        assert server.poll() is None
        assert time.monotonic() < deadline, "the shop did not start"
        try:
            line = HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/healthz")
            assert line.getresponse().status == 200
            return
        except (OSError, HTTPException):
            time.sleep(0.1)
        finally:
            line.close()


def in_chunks(text: str | bytes, size: int = 100) -> Iterator[bytes]:
    data = text.encode() if isinstance(text, str) else text
    return (data[i : i + size] for i in range(0, len(data), size))


def is_paid(order: Order) -> bool:
    order.refresh_from_db()
    return bool(order.order_status == OrderStatus.PAID)


def test_bodies_of_every_length_and_kind(shop):
    """One server for all of it: starting it takes seconds."""
    order = OrderFactory(courses=[CourseFactory()])
    _lengths_that_lie(shop, order)
    _bodies_that_are_too_long(shop, order)
    _a_body_in_chunks(shop)
    _what_alipay_sends(shop, order)


def _what_alipay_sends(shop, order):
    status, headers, body = shop.post(shop.notification(order))

    assert (status, body) == (200, b"success")
    assert headers["Content-Type"] == "text/plain"
    assert headers["Content-Length"] == "7"
    assert not {"Set-Cookie", "Location"} & headers.keys()
    assert is_paid(order)


def _a_body_in_chunks(shop):
    """A proxy in between may have dropped the length."""
    order = OrderFactory(courses=[CourseFactory()])

    status, _, body = shop.post(in_chunks(shop.notification(order)))

    assert (status, body) == (200, b"success")
    assert is_paid(order)
    assert PaymentEvent.objects.latest("id").accepted


def _bodies_that_are_too_long(shop, order):
    kept = PaymentEvent.objects.count()
    genuine = shop.notification(order, passback_params="x" * LIMIT)

    started = time.monotonic()
    # Only the beginning is sent: the refusal must not wait for the rest.
    promised = shop.raw(b"Content-Length: 90000\r\n\r\n", b"a" * 1000)
    assert promised == FAILED
    assert shop.post(genuine)[::2] == FAILED
    assert shop.post(in_chunks(genuine, 1000))[::2] == FAILED
    assert time.monotonic() - started < 10
    assert not is_paid(order)
    assert PaymentEvent.objects.count() <= kept + 1


def _lengths_that_lie(shop, order):
    body = shop.notification(order).encode()
    for length in (b"abc", b"-1", b"+5", b"1e3", b"", b"5\r\nContent-Length: 6"):
        status, answer = shop.raw(b"Content-Length: " + length + b"\r\n\r\n", body)
        assert status in {200, 400}, length
        assert answer != b"success", length
    assert shop.raw(f"Content-Length: {len(body) - 20}\r\n\r\n".encode(), body) == FAILED
    both = b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % len(body)
    assert shop.raw(both, body)[1] != b"success"
    assert shop.raw(b"Connection: close\r\n\r\n") == FAILED
    zipped = b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00"
    assert shop.raw(zipped) == FAILED
    assert not is_paid(order)


SHOW = """
import django
django.setup()
from django.test import Client
for secure in (False, True):
    client = Client(SERVER_NAME="school.example", enforce_csrf_checks=True)
    answer = client.generic("POST", {url!r}, b"a" * 70_000, "text/plain", secure=secure)
    print(answer.status_code, answer.content.decode(), len(answer.cookies), "Location" in answer)
"""


@pytest.mark.any_database
@pytest.mark.parametrize("proxies", ["0", "1"])
def test_in_production_it_is_answered_over_http_too_and_never_redirected(
    settings_process, tmp_path, proxies
):
    """Behind a proxy that speaks https the shop itself is asked over http."""
    environment = {"VAR_DIR": str(tmp_path), "ENV_FILE": os.devnull, "TRUSTED_PROXIES": proxies}

    _, stdout, stderr = settings_process.run(SHOW.format(url=URL), {**PROD, **environment})

    assert stdout.splitlines() == ["200 failed 0 False"] * 2, stderr
