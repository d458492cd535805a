"""A fake gateway that speaks Alipay's protocol."""

import json
from base64 import b64decode
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from Cryptodome.Hash import SHA256
from Cryptodome.PublicKey import RSA
from Cryptodome.Signature import pkcs1_15
from django.conf import settings
from django.utils import timezone

from luffy_api.libs.alipay_v1 import wire
from luffy_api.libs.alipay_v1.tests import bills
from luffy_api.libs.alipay_v1.tests.signer import answer
from luffy_api.tests import peers
from luffy_api.tests.fake_gateway import (
    CLOSED,
    FINISHED,
    PAID,
    WAITING,
    FakeGateway,
    GatewayHandler,
    Notice,
    Reply,
    Trade,
    public_key,
)

STATUSES = {
    WAITING: "WAIT_BUYER_PAY",
    PAID: "TRADE_SUCCESS",
    FINISHED: "TRADE_FINISHED",
    CLOSED: "TRADE_CLOSED",
}
PAID_STATUSES = (STATUSES[PAID], STATUSES[FINISHED])
REFUSED = {"code": "40004", "msg": "Business Failed"}
REFUND = "alipay.trade.refund"
BILL = "/bill"
Node = dict[str, str]


class FakeAlipay(FakeGateway):
    """Alipay for the merchant in the settings."""

    peer = peers.ALIPAY
    status_when_refunded = CLOSED

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.private = settings.ALIPAY_SANDBOX["PRIVATE_KEY"]
        self.app_private = settings.ALIPAY["APP_PRIVATE_KEY"]
        self.app_key = public_key(self.app_private)

    def reset(self) -> None:
        """Delete all trades."""
        super().reset()
        self.refund_status = "REFUND_SUCCESS"  # what queries about refunds answer

    def settings(self) -> dict[str, Any]:
        """What is to change in the merchant's `settings.ALIPAY`."""
        return {"GATEWAY_URL": f"{self.url}/gateway.do", "TIMEOUT": 5}

    def notice(self, key: str, **changes: str | None) -> Notice:
        """About the trade and the sum of its refunds."""
        trade = self.trades[key]
        told: dict[str, str | None] = {
            "notify_id": f"n{next(self.serial)}",
            "trade_status": STATUSES[trade.status],
            "refund_fee": f"{trade.refunded:.2f}" if trade.refunded else None,
            "out_biz_no": next(reversed(trade.refunds), None),
            "passback_params": trade.reference or None,
            **changes,
        }
        fields = self.peer.fields(self.facts(trade), **told)
        proves = fields["trade_status"] in PAID_STATUSES or "refund_fee" in fields
        return Notice(key, self.peer.message(fields), frozenset(trade.refunds), proves)

    def open_cashier(self, content: Node) -> bool:
        """`alipay.trade.page.pay`, asked by the buyer's browser."""
        number, total = content["out_trade_no"], Decimal(content["total_amount"])
        expires_at = wire.parse_time(content["time_expire"])
        if expires_at <= timezone.now():
            return False
        trade = self.open_trade(number, total, expires_at)
        trade.reference = unquote(content.get("passback_params", ""))
        return trade.status == WAITING and trade.total == total

    def query(self, content: Node) -> Node:
        """`alipay.trade.query`."""
        number = content["out_trade_no"]
        trade = self.trade(number)
        if trade is None:
            return {**REFUSED, "sub_code": "ACQ.TRADE_NOT_EXIST"}
        if trade.status == PAID:
            self.reported.append(number)
        when = {"send_pay_date": wire.format_time(trade.paid_at)} if trade.paid_at else {}
        status = {"trade_status": STATUSES[trade.status], "total_amount": f"{trade.total:.2f}"}
        kept = {"passback_params": trade.reference} if trade.reference else {}
        return {**_success(trade), **status, **when, **kept}

    def close(self, content: Node) -> Node:
        """`alipay.trade.close`."""
        trade = self.trade(content["out_trade_no"])
        if trade is None:
            return {**REFUSED, "sub_code": "ACQ.TRADE_NOT_EXIST"}
        if trade.status != WAITING:
            return {**REFUSED, "sub_code": "ACQ.TRADE_STATUS_ERROR"}
        trade.status = CLOSED
        return _success(trade)

    def refund_trade(self, content: Node) -> Node:
        """`alipay.trade.refund`: a repeated request number moves nothing."""
        trade = self.by_trade_no(content["trade_no"])
        if trade is None:
            return {**REFUSED, "sub_code": "ACQ.TRADE_NOT_EXIST"}
        request_no, amount = content["out_request_no"], Decimal(content["refund_amount"])
        known = trade.refunds.get(request_no)
        if known is None and not self.give_back(trade, request_no, amount):
            return {**REFUSED, "sub_code": "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"}
        if known not in (None, amount):
            return {**REFUSED, "sub_code": "ACQ.DISCORDANT_REPEAT_REQUEST"}
        moved = {"fund_change": "N" if known else "Y", "refund_fee": f"{trade.refunded:.2f}"}
        return {**_success(trade), **moved}

    def query_refund(self, content: Node) -> Node:
        """`alipay.trade.fastpay.refund.query`: bare success for an unknown refund."""
        trade = self.by_trade_no(content["trade_no"])
        if trade is None:
            return {**REFUSED, "sub_code": "ACQ.TRADE_NOT_EXIST"}
        amount = trade.refunds.get(content["out_request_no"])
        if self.refund_status != "REFUND_SUCCESS":
            return {**_success(trade), "refund_status": self.refund_status}
        if amount is None:
            return _success(trade)
        done = {"refund_status": self.refund_status, "refund_amount": f"{amount:.2f}"}
        return {**_success(trade), "out_request_no": content["out_request_no"], **done}

    def offer_bill(self, content: Node) -> Node:
        """`alipay.data.dataservice.bill.downloadurl.query`."""
        day = content["bill_date"]
        if not self.paid_on(date.fromisoformat(day)):
            return {**REFUSED, "sub_code": "isp.bill_not_exist"}
        return {"code": "10000", "bill_download_url": f"{self.url}{BILL}?day={day}"}

    def bill(self, day: date) -> bytes:
        """The file of a day: its payments, and all refunds of them."""
        rows = []
        for trade in self.paid_on(day):
            at = wire.format_time(trade.paid_at)
            known = {"trade_no": trade.trade_no, "out_trade_no": trade.number, "at": at}
            rows.append(bills.row(**known, amount=f"{trade.received:.2f}"))
            for number, amount in trade.refunds.items():
                back = {"kind": "退款", "amount": f"-{amount:.2f}", "request_no": number}
                rows.append(bills.row(**known, **back, fee="0.00"))
        account = f"{self.peer.identity()[1]}0156"
        return bills.packed(bills.text_of(rows, day=day, account=account))

    @property
    def methods(self) -> dict[str, Callable[[Node], Node]]:
        """What a merchant's server may ask."""
        return {
            "alipay.trade.query": self.query,
            "alipay.trade.close": self.close,
            REFUND: self.refund_trade,
            "alipay.data.dataservice.bill.downloadurl.query": self.offer_bill,
            "alipay.trade.fastpay.refund.query": self.query_refund,
        }


def _success(trade: Trade) -> Node:
    return {"code": "10000", "out_trade_no": trade.number, "trade_no": trade.trade_no}


class _Handler(GatewayHandler):
    server: FakeAlipay

    def do_GET(self) -> None:
        alipay, fields = self.server, dict(parse_qsl(urlsplit(self.path).query))
        if urlsplit(self.path).path == BILL:
            self.send(Reply(200, alipay.bill(date.fromisoformat(fields["day"]))))
            return
        content, method = json.loads(fields["biz_content"]), fields["method"]
        if not _genuine(fields, alipay.app_key):
            self.send(Reply(403, b""))
        elif method not in alipay.methods:
            self.send(Reply(200 if alipay.open_cashier(content) else 400, b""))
        else:
            # Bills have no number; runners ask for them at some minutes of the day.
            if number := content.get("out_trade_no"):
                alipay.asked.append((method.rpartition(".")[2], number))
            self.send(self._answer(method, content))

    def _answer(self, method: str, content: Node) -> Reply | None:
        alipay = self.server
        says = partial(_signed, method, alipay.private)
        lie = {**content, "code": "10000", "trade_status": STATUSES[PAID]}
        lie |= {"refund_status": "REFUND_SUCCESS", "total_amount": "0.01", "refund_fee": "0.01"}
        return alipay.reply(
            lambda: says(alipay.methods[method](content)),
            error=lambda: says({"code": "20000", "sub_code": "isp.unknow-error"}),
            forged=lambda: _signed(method, alipay.app_private, lie),
            moves_money=method == REFUND,
        )


def _signed(method: str, private: str, node: Node) -> Reply:
    return Reply(200, answer(method, private, **node))


def _genuine(fields: dict[str, str], key: RSA.RsaKey) -> bool:
    signature = b64decode(fields.pop("sign"))
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
    try:
        pkcs1_15.new(key).verify(SHA256.new(text.encode()), signature)
    except ValueError:
        return False
    return True
