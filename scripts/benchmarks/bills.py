"""A day's bill of 100,000 lines: downloaded, read, stored and compared, in seconds and megabytes.

Arguments: the number of lines (100000), and how many there are to one that differs (1000), in turns
of every kind of difference; with 1 nothing agrees. `manage.py reconcile_bill` runs in a process of
its own, so that time and memory are those of the whole program.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import islice
from multiprocessing import Process
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.benchmarks.figures import record
from scripts.benchmarks.measured import run_command
from scripts.benchmarks.scratch import scratch_database

LINES, PER_DIFFERENCE = 100_000, 1000
DAY = date(2026, 3, 1)
CHUNK = 2000
SECONDS, MEGABYTES = 20, 200


def run(arguments: list[str]) -> None:
    """Compare the bill twice: for the first time, and again with everything there already."""
    lines, every = (
        int(given) for given in (*arguments, *(LINES, PER_DIFFERENCE)[len(arguments) :])
    )
    with scratch_database():
        from django.db import connection

        print(f"{connection.vendor}, a bill of {lines} lines, one in {every} differs")
        _store_payments(lines, every)
        with TemporaryDirectory() as folder, _gateway(Path(folder), lines, every) as environment:
            for name in ("first", "again"):
                figures = _measure(f"bill of {lines} lines, {name}", environment)
                print(f"  {name}: {figures}")
                _require_planted(lines, every)


def _measure(name: str, environment: dict[str, str]) -> str:
    command = ("reconcile_bill", DAY.isoformat(), "--provider=alipay")
    figures = run_command(*command, environment=environment)
    record(f"{name} (s)", figures.seconds)
    record(f"{name}, CPU (s)", figures.processor_seconds)
    record(f"{name}, memory (MB)", figures.megabytes)
    too_much = figures.seconds > SECONDS or figures.megabytes > MEGABYTES
    return (
        f"{figures.seconds:.1f} s, of them {figures.processor_seconds:.1f} s on the processor; "
        f"{figures.megabytes:.0f} MB at most, {figures.start_megabytes:.0f} MB at the start"
    ) + (f" (more than {SECONDS} s or {MEGABYTES} MB)" if too_much else "")


def _require_planted(lines: int, every: int) -> None:
    """Every line is there once, and the differences are those that were planted."""
    from luffy_api.apps.order.models import Bill, BillLine

    bill = Bill.objects.get()
    counts = (bill.matched, bill.missing_ours, bill.missing_theirs, bill.amount_differs)
    print(f"    agree {counts[0]}, missing here {counts[1]}, there {counts[2]}, amount {counts[3]}")
    if sum(counts[1:]) != lines // every or sum(counts) != lines:
        raise SystemExit("other differences than were planted")
    if BillLine.objects.count() != lines - bill.missing_theirs:
        raise SystemExit("lines of an earlier run were left")


def _numbers(lines: int) -> Iterator[tuple[str, str]]:
    """Trade and order numbers."""
    return ((f"20260301220014{n:014d}", f"01JABCDEFGHJKMNPQ{n:09d}") for n in range(lines))


def _planted(n: int, every: int) -> str:
    """What is wrong about the line of this number."""
    return ("here", "there", "amount")[n // every % 3] if n % every == every - 1 else ""


def _store_payments(lines: int, every: int) -> None:
    """Orders and payments of the day, in pieces, so that memory is not ours."""
    from luffy_api.apps.order.models import Order, OrderPayment
    from luffy_api.tests.factories import UserFactory

    user = UserFactory()
    start = datetime(2026, 2, 28, 16, tzinfo=UTC)
    numbers = ((n, pair) for n, pair in enumerate(_numbers(lines)) if _planted(n, every) != "here")
    while chunk := list(islice(numbers, CHUNK)):
        orders = Order.objects.bulk_create(
            Order(
                user=user,
                subject="课程",
                total_amount="88.00",
                out_trade_no=number,
                trade_no=trade_no,
                order_status=1,
                pay_time=start,
                expires_at=start,
            )
            for _, (trade_no, number) in chunk
        )
        OrderPayment.objects.bulk_create(
            OrderPayment(
                order=order,
                pay_type=1,
                trade_no=order.trade_no,
                amount="88.00",
                paid_at=start + timedelta(seconds=n % 86400),
            )
            for order, (n, _) in zip(orders, chunk, strict=True)
        )


@contextmanager
def _gateway(folder: Path, lines: int, every: int) -> Iterator[dict[str, str]]:
    """A gateway in a process of its own; the environment of a shop that asks it."""
    from django.conf import settings
    from django.db import connection

    from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair
    from luffy_api.tests.processes.shop import database_url

    gateway_private, gateway_public = generate_key_pair()
    writer = Process(target=_write_bill, args=(folder / "bill.zip", lines, every))
    writer.start()
    writer.join()
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{server.server_port}"
    process = Process(target=_serve, args=(server, url, folder / "bill.zip", gateway_private))
    process.start()
    server.server_close()
    try:
        yield {
            "DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev",
            "DATABASE_URL": database_url(connection.settings_dict),
            "WECHATPAY_GATEWAY": "off",
            "ALIPAY_GATEWAY": f"{url}/gateway.do",
            "ALIPAY_APP_ID": settings.ALIPAY["APP_ID"],
            "ALIPAY_SELLER_ID": _seller(),
            "ALIPAY_APP_PRIVATE_KEY": settings.ALIPAY["APP_PRIVATE_KEY"],
            "ALIPAY_PUBLIC_KEY": gateway_public,
        }
    finally:
        process.terminate()
        process.join()


def _write_bill(path: Path, lines: int, every: int) -> None:
    from luffy_api.libs.alipay_v1.tests import bills

    rows = [
        bills.row(
            trade_no=trade_no,
            out_trade_no=number,
            amount="89.00" if _planted(n, every) == "amount" else "88.00",
        )
        for n, (trade_no, number) in enumerate(_numbers(lines))
        if _planted(n, every) != "there"
    ]
    path.write_bytes(bills.packed(bills.text_of(rows, account=f"{_seller()}0156")))


def _seller() -> str:
    from django.conf import settings

    return str(settings.ALIPAY["SELLER_ID"])


def _serve(server: HTTPServer, url: str, file: Path, private: str) -> None:
    from luffy_api.libs.alipay_v1.bill import METHOD
    from luffy_api.libs.alipay_v1.tests.signer import answer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/bill.zip":
                body = file.read_bytes()
            else:
                node = {"code": "10000", "bill_download_url": f"{url}/bill.zip"}
                body = answer(METHOD, private, **node)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    server.RequestHandlerClass = Handler
    os.setpgid(0, 0)
    server.serve_forever()
