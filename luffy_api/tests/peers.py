"""The payment providers as they post to the shop, for tests that hold for every one of them.

A peer makes genuine messages and forged ones, and knows what the shop answers on the wire. It signs
with the keys of the local gateways, for the merchant in the settings.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from luffy_api.apps.order.models import Order, PayType
from luffy_api.common.dates import SHANGHAI
from luffy_api.libs.alipay_v1.tests import signer as alipay
from luffy_api.libs.wechatpay_v3.tests import signer as wechatpay

PAID_AT = datetime(2026, 3, 1, 16, 0, 5, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded; charset=utf-8"
JSON = "application/json"
# What may be done to a genuine message by somebody who does not have the provider's key.
FORGERIES = ("unsigned", "stranger", "garbled", "edited", "appended")


@dataclass(frozen=True, slots=True)
class Message:
    """A notification: the body and headers that are posted to a path."""

    path: str
    body: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the shop answers."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Facts:
    """What a message says about a trade; what is None is left out. Yuan, aware times."""

    number: str | None
    trade_no: str | None
    amount: Decimal | None
    paid_at: datetime | None
    app_id: str | None
    merchant: str | None


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """A refund of a trade: its amount and number, and the sum of all refunds, in yuan."""

    amount: Decimal
    request_no: str
    total: Decimal


class Peer(Protocol):
    """A payment provider that posts notifications."""

    name: str
    pay_type: PayType
    path: str
    accepted: Answer
    rejected: Answer  # genuine or not, it fits no order
    forged: Answer  # its sender did not prove itself
    # Identities of somebody else.
    other_app: str
    other_merchant: str
    # The setting without which nothing can be verified or read.
    secret: tuple[str, str]

    def identity(self) -> tuple[str, str]:
        """The app and the merchant of the settings."""

    def paid(self, facts: Facts) -> Message:
        """A genuine message that a trade is paid."""

    def refunded(self, facts: Facts, refund: RefundFacts) -> Message:
        """A genuine message that money of a trade went back."""

    def forge(self, facts: Facts, how: str) -> Message:
        """The message that a trade is paid, by one of FORGERIES."""

    def sent_now(self, message: Message) -> Message:
        """A genuine message of before, as it is posted at this moment."""


def trade_no_of(number: str) -> str:
    """The provider's number of a trade."""
    return f"2026{number.replace('_', 'x')}"


def facts_of(peer: Peer, order: Order, **changes: Any) -> Facts:
    """What is true of the trade of an order that is paid, but for `changes`."""
    number = order.trade_number
    true = Facts(number, trade_no_of(number), order.total_amount, PAID_AT, *peer.identity())
    return replace(true, **changes)


def paid(peer: Peer, order: Order, **changes: Any) -> Message:
    """The genuine message that an order is paid; `changes` are values of Facts."""
    return peer.paid(facts_of(peer, order, **changes))


def refunded(
    peer: Peer,
    order: Order,
    back: str = "",
    *,
    request_no: str = "CONSOLE1",
    total: str = "",
    **changes: Any,
) -> Message:
    """The genuine message of a refund, of the whole order unless an amount is given.

    `total` is the sum of all refunds of the trade, by default of this one alone.
    """
    yuan = Decimal(back or order.total_amount)
    refund = RefundFacts(yuan, request_no, Decimal(total or yuan))
    return peer.refunded(facts_of(peer, order, **changes), refund)


def send(message: Message, *, method: str = "POST", **extra: Any) -> HttpResponse:
    """Post a message through Django's handler; `headers` in `extra` are added to its own."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    headers = {**message.headers, **extra.pop("headers", {})}
    content_type = extra.pop("content_type", message.content_type)
    return client.generic(
        method, message.path, message.body, content_type, headers=headers, **extra
    )


def post(message: Message, **extra: Any) -> Answer:
    """Post a message; the answer."""
    response = send(message, **extra)
    return Answer(response.status_code, response.content)


class AlipayPeer:
    """Alipay: a signed form."""

    name = "alipay"
    pay_type = PayType.ALIPAY
    path = "/api/v1/order/success/"
    accepted = Answer(200, b"success")
    rejected = forged = Answer(200, b"failed")
    other_app, other_merchant = "2021000000000009", "2088000000000009"
    secret = ("ALIPAY", "ALIPAY_PUBLIC_KEY")

    def identity(self) -> tuple[str, str]:
        """APP_ID and SELLER_ID."""
        return settings.ALIPAY["APP_ID"], settings.ALIPAY["SELLER_ID"]

    def paid(self, facts: Facts) -> Message:
        """TRADE_SUCCESS."""
        return self.message(self.fields(facts))

    def refunded(self, facts: Facts, refund: RefundFacts) -> Message:
        """TRADE_CLOSED when the whole amount went back, else TRADE_SUCCESS with the sum."""
        status = "TRADE_CLOSED" if refund.total == facts.amount else "TRADE_SUCCESS"
        fee = {"refund_fee": f"{refund.total:.2f}", "out_biz_no": refund.request_no}
        return self.message(self.fields(facts, trade_status=status, **fee))

    def forge(self, facts: Facts, how: str) -> Message:
        """Fields or signature are not what Alipay signed."""
        genuine = self.fields(facts)
        if how == "stranger":
            return self.message(self.fields(facts, key=settings.ALIPAY["APP_PRIVATE_KEY"]))
        changes: dict[str, dict[str, str]] = {
            "unsigned": {"sign": ""},
            "garbled": {"sign": "AAAA"},
            "edited": {"total_amount": f"{(facts.amount or 0) + 1:.2f}"},
            "appended": {"extra": "1"},
        }
        return self.message({**genuine, **changes[how]})

    def sent_now(self, message: Message) -> Message:
        """The same: no time is signed that the shop would look at."""
        return message

    def message(self, fields: Mapping[str, str]) -> Message:
        """These fields as they are posted."""
        return Message(self.path, urlencode(fields).encode(), FORM)

    def fields(self, facts: Facts, *, key: str = "", **changes: str | None) -> dict[str, str]:
        """Signed fields; `changes` are of single ones, None leaves one out."""
        private = key or settings.ALIPAY_SANDBOX["PRIVATE_KEY"]
        values: dict[str, str | None] = {
            "app_id": facts.app_id,
            "seller_id": facts.merchant,
            "out_trade_no": facts.number,
            "trade_no": facts.trade_no,
            "total_amount": None if facts.amount is None else f"{facts.amount:.2f}",
            "gmt_payment": facts.paid_at and f"{facts.paid_at.astimezone(SHANGHAI):%F %T}",
        }
        return alipay.notification(private, **{**values, **changes})


class WechatPayPeer:
    """WeChat Pay: JSON with an encrypted part, signed over its bytes in the headers."""

    name = "wechat"
    pay_type = PayType.WECHAT
    path = "/api/v1/order/wechat/notify/"
    accepted = Answer(204, b"")
    rejected = Answer(400, json.dumps({"code": "FAIL", "message": "失败"}).encode())
    forged = Answer(401, rejected.body)
    other_app, other_merchant = "wx0000000000000009", "1900000009"
    secret = ("WECHATPAY", "API_V3_KEY")

    def identity(self) -> tuple[str, str]:
        """APP_ID and MCH_ID."""
        return settings.WECHATPAY["APP_ID"], settings.WECHATPAY["MCH_ID"]

    def paid(self, facts: Facts) -> Message:
        """TRANSACTION.SUCCESS."""
        return self.message(self.event(facts))

    def refunded(self, facts: Facts, refund: RefundFacts) -> Message:
        """REFUND.SUCCESS, about this one refund."""
        total = _fen(facts.amount or Decimal(0))
        values = {
            **wechatpay.REFUND,
            "mchid": facts.merchant,
            "transaction_id": facts.trade_no,
            "out_trade_no": facts.number,
            "out_refund_no": refund.request_no,
            "amount": {"total": total, "refund": _fen(refund.amount)},
        }
        return self.message(self.encrypted(values, "REFUND.SUCCESS"))

    def forge(self, facts: Facts, how: str) -> Message:
        """Body or headers are not what WeChat Pay signed."""
        body = self.event(facts)
        if how == "stranger":
            return self.message(body, private=settings.WECHATPAY["PRIVATE_KEY"])
        genuine = self.message(body)
        if how == "edited":
            more = replace(facts, amount=(facts.amount or Decimal(0)) + 1)
            return replace(genuine, body=self.event(more))
        if how == "appended":
            return replace(genuine, body=body + b" ")
        signature = "" if how == "unsigned" else "AAAA"
        return replace(genuine, headers={**genuine.headers, "Wechatpay-Signature": signature})

    def sent_now(self, message: Message) -> Message:
        """Each attempt is signed anew: a signature holds for five minutes."""
        return self.message(message.body)

    def message(self, body: bytes, *, private: str = "", **how: Any) -> Message:
        """A body with its proof; `how` are arguments of `signer.headers`."""
        key = private or settings.WECHATPAY_SANDBOX["PRIVATE_KEY"]
        proof = {"serial": settings.WECHATPAY["PUBLIC_KEY_ID"], **how}
        return Message(self.path, body, JSON, wechatpay.headers(body, key, **proof))

    def event(self, facts: Facts, **changes: Any) -> bytes:
        """The body about a payment; `changes` are of single values, None leaves one out."""
        amount = None if facts.amount is None else {"total": _fen(facts.amount), "currency": "CNY"}
        values = {
            **wechatpay.TRANSACTION,
            "appid": facts.app_id,
            "mchid": facts.merchant,
            "out_trade_no": facts.number,
            "transaction_id": facts.trade_no,
            "amount": amount,
            "success_time": facts.paid_at and facts.paid_at.astimezone(SHANGHAI).isoformat(),
        }
        return self.encrypted({**values, **changes})

    def encrypted(self, values: dict[str, Any], kind: str = "TRANSACTION.SUCCESS") -> bytes:
        """The body of an event."""
        return wechatpay.event(values, kind, key=settings.WECHATPAY["API_V3_KEY"])


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)


ALIPAY, WECHATPAY = AlipayPeer(), WechatPayPeer()
PEERS: dict[str, Peer] = {peer.name: peer for peer in (ALIPAY, WECHATPAY)}


def peer_of(order: Order) -> Peer:
    """The provider by which an order is to be paid."""
    return next(peer for peer in PEERS.values() if peer.pay_type == order.pay_type)
