"""A fake gateway that speaks Alipay's protocol over HTTP and keeps its trades in memory.

Tests compare the rows of the shop with these trades. Its clock is that of the process, so it
follows a time that a test sets.
"""

import json
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import RLock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from Cryptodome.Hash import SHA256
from Cryptodome.PublicKey import RSA
from Cryptodome.Signature import pkcs1_15
from django.utils import timezone

from luffy_api.apps.order.models import Order
from luffy_api.libs.alipay_v1 import wire
from luffy_api.libs.alipay_v1.keys import public_half
from luffy_api.libs.alipay_v1.tests.signer import answer, notification

APP_ID, SELLER_ID = "2021000000000001", "2088000000000001"
WAITING, PAID, CLOSED = "WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_CLOSED"
REFUSED = {"code": "40004", "msg": "Business Failed"}
REFUND = "alipay.trade.refund"
CARRIED_OUT = ("lost", "doubled", "slow")
SLOW_SECONDS = 0.05


def second(number: str) -> str:
    """By what a second trade of an order is known here."""
    return f"{number} again"


@dataclass
class Trade:
    """A trade at the gateway; `received` is yuan, `refunds` are yuan by their request numbers."""

    number: str
    trade_no: str
    total: str
    expires_at: datetime
    status: str = WAITING
    paid_at: datetime | None = None
    received: Decimal = Decimal(0)
    refunds: dict[str, Decimal] = field(default_factory=dict)

    @property
    def refunded(self) -> Decimal:
        """What went back."""
        return sum(self.refunds.values(), Decimal(0))

    @property
    def left(self) -> Decimal:
        """What has not gone back."""
        return self.received - self.refunded


class FakeAlipay(ThreadingHTTPServer):
    """The gateway. `mode` is fine, or how it fails: html, error, forged, mute.

    Three more are of refunds that it carries out: lost (the answer never comes), doubled (carried
    out twice), slow. `next_mode` chooses one for each request.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *, private: str, app_private: str) -> None:
        """Both keys as PEM: the gateway's own, and the one that its merchant signs with."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.private, self.app_private = private, app_private
        self.app_key = RSA.import_key(app_private).public_key()
        self.reset()

    def reset(self) -> None:
        """Delete all trades."""
        self.trades: dict[str, Trade] = {}
        self.lock = RLock()
        self.mode = "fine"
        self.next_mode: Callable[[], str] = lambda: self.mode
        self.refund_status = "REFUND_SUCCESS"  # what queries about refunds answer
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

    def sell(self, order: Order, *, again: bool = False) -> Trade:
        """A paid trade of an order; `again` for one that paid it a second time.

        Such a one is known by `second(number)` wherever a number is wanted.
        """
        number = order.out_trade_no
        trade = Trade(
            number=number,
            trade_no=f"2026{next(self.serial):024d}",
            total=f"{order.total_amount:.2f}",
            expires_at=order.expires_at,
            status=PAID,
            paid_at=timezone.now(),
            received=order.total_amount,
        )
        self.trades[second(number) if again else number] = trade
        return trade

    def refund(self, number: str, amount: Decimal | None = None) -> bool:
        """Refund an amount in the console, by default all that is left; False when it cannot."""
        trade = self.trade(number)
        if trade is None:
            return False
        return self._give_back(trade, f"console{next(self.serial)}", amount or trade.left)

    def _give_back(self, trade: Trade, request_no: str, amount: Decimal) -> bool:
        if trade.status != PAID or not 0 < amount <= trade.left:
            return False
        trade.refunds[request_no] = amount
        if not trade.left:
            trade.status = CLOSED
        return True

    def message(self, number: str, **changes: str | None) -> dict[str, str]:
        """A genuine notification about the trade as it is now; `changes` are signed too."""
        trade = self.trades[number]
        refund = f"{trade.refunded:.2f}" if trade.refunded else None
        request_no = next(reversed(trade.refunds), None)
        fields: dict[str, str | None] = {
            "notify_id": f"n{next(self.serial)}",
            "app_id": APP_ID,
            "seller_id": SELLER_ID,
            "out_trade_no": trade.number,
            "trade_no": trade.trade_no,
            "total_amount": trade.total,
            "trade_status": trade.status,
            "gmt_payment": wire.format_time(trade.paid_at) if trade.paid_at else None,
            "refund_fee": refund,
            "out_biz_no": request_no,
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

    def query(self, content: dict[str, str]) -> dict[str, str]:
        """`alipay.trade.query`."""
        number = content["out_trade_no"]
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

    def close(self, content: dict[str, str]) -> dict[str, str]:
        """`alipay.trade.close`."""
        number = content["out_trade_no"]
        trade = self.trade(number)
        if trade is None:
            return {**REFUSED, "sub_code": "ACQ.TRADE_NOT_EXIST"}
        if trade.status != WAITING:
            return {**REFUSED, "sub_code": "ACQ.TRADE_STATUS_ERROR"}
        trade.status = CLOSED
        return {"code": "10000", "out_trade_no": number, "trade_no": trade.trade_no}

    def refund_trade(self, content: dict[str, str]) -> dict[str, str]:
        """`alipay.trade.refund`: a repeated request number moves nothing."""
        trade = self._by_trade_no(content["trade_no"])
        if trade is None:
            return {**REFUSED, "sub_code": "ACQ.TRADE_NOT_EXIST"}
        request_no, amount = content["out_request_no"], Decimal(content["refund_amount"])
        known = trade.refunds.get(request_no)
        if known is None and not self._give_back(trade, request_no, amount):
            return {**REFUSED, "sub_code": "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"}
        if known not in (None, amount):
            return {**REFUSED, "sub_code": "ACQ.DISCORDANT_REPEAT_REQUEST"}
        moved = {"fund_change": "N" if known else "Y", "refund_fee": f"{trade.refunded:.2f}"}
        return {**_success(trade), **moved}

    def query_refund(self, content: dict[str, str]) -> dict[str, str]:
        """`alipay.trade.fastpay.refund.query`: bare success for an unknown refund."""
        trade = self._by_trade_no(content["trade_no"])
        if trade is None:
            return {**REFUSED, "sub_code": "ACQ.TRADE_NOT_EXIST"}
        amount = trade.refunds.get(content["out_request_no"])
        if self.refund_status != "REFUND_SUCCESS":
            return {**_success(trade), "refund_status": self.refund_status}
        if amount is None:
            return _success(trade)
        done = {"refund_status": self.refund_status, "refund_amount": f"{amount:.2f}"}
        return {**_success(trade), "out_request_no": content["out_request_no"], **done}

    def _by_trade_no(self, trade_no: str) -> Trade | None:
        return next((each for each in self.trades.values() if each.trade_no == trade_no), None)


def _success(trade: Trade) -> dict[str, str]:
    return {"code": "10000", "out_trade_no": trade.number, "trade_no": trade.trade_no}


class _Handler(BaseHTTPRequestHandler):
    server: FakeAlipay

    def do_GET(self) -> None:
        alipay, fields = self.server, dict(parse_qsl(urlsplit(self.path).query))
        content = json.loads(fields["biz_content"])
        if not _genuine(fields, alipay.app_key):
            self._send(403, b"")
        elif fields["method"] == "alipay.trade.page.pay":
            self._send(200 if alipay.open_cashier(content) else 400, b"")
        else:
            self._answer(alipay.next_mode(), fields["method"], content)

    def _answer(self, mode: str, method: str, content: dict[str, str]) -> None:
        if mode in CARRIED_OUT and method != REFUND:
            mode = "fine"
        if mode == "html":
            self._send(200, b"<html>502 Bad Gateway</html>")
            return
        body = b"" if mode == "mute" else _answer(self.server, mode, method, content)
        if mode == "slow":
            time.sleep(SLOW_SECONDS)
        if mode in ("mute", "lost"):
            self.close_connection = True
        else:
            self._send(200, body)

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Keep the test output clean."""


def _answer(alipay: FakeAlipay, mode: str, method: str, content: dict[str, str]) -> bytes:
    if mode == "error":
        return answer(method, alipay.private, code="20000", sub_code="isp.unknow-error")
    if mode == "forged":
        names = {
            **content,
            "code": "10000",
            "trade_status": PAID,
            "refund_status": "REFUND_SUCCESS",
        }
        return answer(method, alipay.app_private, **names, total_amount="0.01", refund_fee="0.01")
    methods = {
        "alipay.trade.query": alipay.query,
        "alipay.trade.close": alipay.close,
        REFUND: alipay.refund_trade,
        "alipay.trade.fastpay.refund.query": alipay.query_refund,
    }
    with alipay.lock:
        node = methods[method](content)
        if mode == "doubled":
            node = methods[method](content)
    return answer(method, alipay.private, **node)


def _genuine(fields: dict[str, str], key: RSA.RsaKey) -> bool:
    signature = b64decode(fields.pop("sign"))
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
    try:
        pkcs1_15.new(key).verify(SHA256.new(text.encode()), signature)
    except ValueError:
        return False
    return True
