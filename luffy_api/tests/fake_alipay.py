"""A fake gateway that speaks Alipay's protocol over HTTP and keeps its trades in memory.

Tests compare the rows of the shop with these trades. Its clock is that of the process, so it
follows a time that a test sets.
"""

import json
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from Cryptodome.Hash import SHA256
from Cryptodome.PublicKey import RSA
from Cryptodome.Signature import pkcs1_15
from django.utils import timezone

from luffy_api.libs.alipay_v1 import wire
from luffy_api.libs.alipay_v1.keys import public_half
from luffy_api.libs.alipay_v1.tests.signer import answer, notification

APP_ID, SELLER_ID = "2021000000000001", "2088000000000001"
WAITING, PAID, CLOSED = "WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_CLOSED"
REFUSED = {"code": "40004", "msg": "Business Failed"}


@dataclass
class Trade:
    """A trade at the gateway; `received` and `refunded` are yuan."""

    number: str
    trade_no: str
    total: str
    expires_at: datetime
    status: str = WAITING
    paid_at: datetime | None = None
    received: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)


class FakeAlipay(ThreadingHTTPServer):
    """The gateway. `mode` is fine, or how it fails: html, error, forged, mute."""

    daemon_threads = True

    def __init__(self, *, private: str, app_private: str) -> None:
        """Both keys as PEM: the gateway's own, and the one that its merchant signs with."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.private, self.app_private = private, app_private
        self.app_key = RSA.import_key(app_private).public_key()
        self.reset()

    def reset(self) -> None:
        """Delete all trades."""
        self.trades: dict[str, Trade] = {}
        self.mode = "fine"
        self.reported: list[str] = []  # order numbers for which a query was answered with "paid"
        self.serial = count(1)

    def settings(self) -> dict[str, Any]:
        """The merchant's `settings.ALIPAY`."""
        return {
            "GATEWAY_URL": f"http://127.0.0.1:{self.server_port}/gateway.do",
            "APP_ID": APP_ID,
            "SELLER_ID": SELLER_ID,
            "APP_PRIVATE_KEY": self.app_private,
            "ALIPAY_PUBLIC_KEY": public_half(self.private),
            "NOTIFY_URL": "https://shop.example/api/v1/order/success/",
            "RETURN_URL": "https://shop.example/pay/success",
            "TIMEOUT": 5,
        }

    # --- Buyer and console -----------------------------------------------------------------

    def pay(self, number: str) -> bool:
        """The buyer pays a trade that waits; False when there is none."""
        trade = self.trade(number)
        if trade is None or trade.status != WAITING:
            return False
        trade.status, trade.paid_at = PAID, timezone.now()
        trade.received = Decimal(trade.total)
        return True

    def refund(self, number: str) -> bool:
        """Refund the whole payment in the console; False when there is none."""
        trade = self.trade(number)
        if trade is None or trade.status != PAID:
            return False
        trade.status, trade.refunded = CLOSED, trade.received
        return True

    def message(self, number: str, **changes: str | None) -> dict[str, str]:
        """A genuine notification about the trade as it is now; `changes` are signed too."""
        trade = self.trades[number]
        refund = f"{trade.refunded:.2f}" if trade.refunded else None
        fields: dict[str, str | None] = {
            "notify_id": f"n{next(self.serial)}",
            "app_id": APP_ID,
            "seller_id": SELLER_ID,
            "out_trade_no": number,
            "trade_no": trade.trade_no,
            "total_amount": trade.total,
            "trade_status": trade.status,
            "gmt_payment": wire.format_time(trade.paid_at) if trade.paid_at else None,
            "refund_fee": refund,
            **changes,
        }
        return notification(self.private, **fields)

    def forge(self, fields: dict[str, str], how: str) -> dict[str, str]:
        """A message that says "paid" and is not what the gateway would send this merchant."""
        paid = {"trade_status": "TRADE_SUCCESS"}
        unsigned = {k: v for k, v in fields.items() if k not in {"sign", "sign_type"}} | paid
        # Never the true amount, whatever the course costs.
        wrong = {"total_amount": str(Decimal(fields["total_amount"]) + Decimal("0.01"))}
        changes = {
            "amount": wrong,
            "seller": {"seller_id": "2088000000000009"},
            "app": {"app_id": "2021000000000009"},
        }
        if how in changes:
            return notification(self.private, **{**unsigned, **changes[how]})
        if how == "key":
            return notification(self.app_private, **unsigned)
        return {**fields, **wrong} if how == "edit" else {**fields, "sign": "AAAA"}

    def trade(self, number: str) -> Trade | None:
        """The trade at this moment: closed when it was not paid in time."""
        trade = self.trades.get(number)
        if trade and trade.status == WAITING and trade.expires_at <= timezone.now():
            trade.status = CLOSED
        return trade

    # --- Requests of the shop --------------------------------------------------------------

    def open_cashier(self, content: dict[str, str]) -> bool:
        """`alipay.trade.page.pay`, asked by the buyer's browser."""
        number, expires_at = content["out_trade_no"], wire.parse_time(content["time_expire"])
        if expires_at <= timezone.now():
            return False
        trade_no = f"2026{next(self.serial):024d}"
        self.trades.setdefault(number, Trade(number, trade_no, content["total_amount"], expires_at))
        trade = self.trade(number)
        return trade.status == WAITING and trade.total == content["total_amount"]

    def query(self, number: str) -> dict[str, str]:
        """`alipay.trade.query`."""
        trade = self.trade(number)
        if trade is None:
            return {**REFUSED, "sub_code": "ACQ.TRADE_NOT_EXIST"}
        if trade.status == PAID:
            self.reported.append(number)
        when = {"send_pay_date": wire.format_time(trade.paid_at)} if trade.paid_at else {}
        return {
            "code": "10000",
            "out_trade_no": number,
            "trade_no": trade.trade_no,
            "trade_status": trade.status,
            "total_amount": trade.total,
            **when,
        }

    def close(self, number: str) -> dict[str, str]:
        """`alipay.trade.close`."""
        trade = self.trade(number)
        if trade is None:
            return {**REFUSED, "sub_code": "ACQ.TRADE_NOT_EXIST"}
        if trade.status != WAITING:
            return {**REFUSED, "sub_code": "ACQ.TRADE_STATUS_ERROR"}
        trade.status = CLOSED
        return {"code": "10000", "out_trade_no": number, "trade_no": trade.trade_no}


class _Handler(BaseHTTPRequestHandler):
    server: FakeAlipay

    def do_GET(self) -> None:
        alipay, fields = self.server, dict(parse_qsl(urlsplit(self.path).query))
        content = json.loads(fields["biz_content"])
        if not _genuine(fields, alipay.app_key):
            self._send(403, b"")
        elif fields["method"] == "alipay.trade.page.pay":
            self._send(200 if alipay.open_cashier(content) else 400, b"")
        elif alipay.mode == "html":
            self._send(200, b"<html>502 Bad Gateway</html>")
        elif alipay.mode == "mute":
            self.close_connection = True
        else:
            self._send(200, _answer(alipay, fields["method"], content["out_trade_no"]))

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Keep the test output clean."""


def _answer(alipay: FakeAlipay, method: str, number: str) -> bytes:
    if alipay.mode == "error":
        return answer(method, alipay.private, code="20000", sub_code="isp.unknow-error")
    if alipay.mode == "forged":
        paid = {"code": "10000", "out_trade_no": number, "trade_no": "2026", "trade_status": PAID}
        return answer(method, alipay.app_private, **paid, total_amount="0.01")
    methods = {"alipay.trade.query": alipay.query, "alipay.trade.close": alipay.close}
    return answer(method, alipay.private, **methods[method](number))


def _genuine(fields: dict[str, str], key: RSA.RsaKey) -> bool:
    signature = b64decode(fields.pop("sign"))
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
    try:
        pkcs1_15.new(key).verify(SHA256.new(text.encode()), signature)
    except ValueError:
        return False
    return True
