"""Asynchronous notifications: verified and decrypted before anything of them is read.

Source: "支付成功回调通知" and "退款结果回调通知" of the manual. The signature is over time stamp,
nonce and the exact bytes of the body; the trade stands encrypted in `resource`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from luffy_api.libs.wechatpay_v3 import crypto, platform_keys, wire
from luffy_api.libs.wechatpay_v3.exceptions import NotificationRejected, RejectionReason
from luffy_api.libs.wechatpay_v3.pay import read_trade
from luffy_api.libs.wechatpay_v3.refunds import read_refund
from luffy_api.libs.wechatpay_v3.settings import WechatPayConfig, current
from luffy_api.libs.wechatpay_v3.trades import RefundStatus, TradeState

HEADERS = (
    "wechatpay-timestamp",
    "wechatpay-nonce",
    "wechatpay-signature",
    "wechatpay-serial",
)
PAID = "TRANSACTION.SUCCESS"
REFUND_EVENTS = {
    "REFUND.SUCCESS": "SUCCESS",
    "REFUND.ABNORMAL": "ABNORMAL",
    "REFUND.CLOSED": "CLOSED",
}


@dataclass(frozen=True, slots=True)
class WechatPayNotice:
    """A genuine message for this merchant. Amounts in yuan, times in UTC.

    `refund` is None for a payment, `paid_at` for a refund; `plain` is the decrypted resource, for a
    log; `attach` is what the trade was opened with. It proves what WeChat Pay sent, not that the
    order exists or that the amount is right.
    """

    event_id: str
    event_type: str
    out_trade_no: str
    transaction_id: str
    total_amount: Decimal
    paid_at: datetime | None = None
    refund: RefundStatus | None = None
    plain: str = ""
    attach: str = ""


def parse_notification(headers: Mapping[str, str], body: bytes) -> WechatPayNotice:
    """Verify a notification and return its content.

    `headers` in any case, `body` as received. Raises NotificationRejected with a reason; nothing of
    a rejected message may be used. In certificate mode it may wait for the network, and raises
    WechatPayUnknown when the platform certificates cannot be had: ask for a repetition then.
    """
    config = current()
    if not body:
        raise _rejected(RejectionReason.EMPTY, "the message is empty")
    _verify(config, {name.lower(): value for name, value in headers.items()}, body)
    try:
        envelope = wire.parse_object(body)
        event_id, event_type = str(envelope["id"]), str(envelope["event_type"])
        resource = envelope["resource"]
    except KeyError as error:
        raise _rejected(RejectionReason.MISSING_FIELD, f"{error.args[0]} is missing") from None
    except ValueError:
        raise _rejected(RejectionReason.MALFORMED, "the body is not a JSON object") from None
    plain = _decrypted(config, resource)
    return _read(config, event_id, event_type, plain)


def _verify(config: WechatPayConfig, headers: Mapping[str, str], body: bytes) -> None:
    if not all(headers.get(name) for name in HEADERS):
        raise _rejected(RejectionReason.MISSING_SIGN, "there is no signature")
    if not crypto.is_recent(headers["wechatpay-timestamp"]):
        raise _rejected(RejectionReason.TIMESTAMP, "it was signed over five minutes ago")
    key = platform_keys.find(config, headers["wechatpay-serial"])
    if key is None:
        raise _rejected(RejectionReason.SERIAL, "it was signed with an unknown key")
    if not crypto.is_signed(headers, body, key):
        raise _rejected(RejectionReason.BAD_SIGNATURE, "the signature does not match")


def _decrypted(config: WechatPayConfig, resource: object) -> bytes:
    try:
        return crypto.decrypt(resource, config.api_v3_key)
    except ValueError as error:
        raise _rejected(RejectionReason.DECRYPTION, str(error)) from None


def _read(config: WechatPayConfig, event_id: str, event_type: str, plain: bytes) -> WechatPayNotice:
    try:
        values = wire.parse_object(plain)
    except ValueError:
        raise _rejected(RejectionReason.MALFORMED, "the resource is not a JSON object") from None
    if event_type != PAID and event_type not in REFUND_EVENTS:
        raise _rejected(RejectionReason.EVENT_TYPE, "an unknown kind of event")
    _check_addressee(config, values, app=event_type == PAID)
    try:
        # The amount first: what is wrong with money has a name of its own in the log.
        total = _total(values)
        out_trade_no = values["out_trade_no"]
        if not wire.OUT_TRADE_NO.fullmatch(out_trade_no):
            raise ValueError("out_trade_no has an impossible form")
        read = _payment if event_type == PAID else _refund
        transaction_id, paid_at, refund = read(config, event_type, values)
    except KeyError as error:
        raise _rejected(RejectionReason.MISSING_FIELD, f"{error.args[0]} is missing") from None
    except wire.ODD as error:
        raise _rejected(RejectionReason.MALFORMED, str(error)) from None
    text = plain.decode("utf-8", "replace")
    return WechatPayNotice(
        event_id,
        event_type,
        out_trade_no,
        transaction_id,
        total,
        paid_at,
        refund,
        text,
        attach=str(values.get("attach") or ""),
    )


def _payment(
    config: WechatPayConfig, event_type: str, values: dict[str, Any]
) -> tuple[str, datetime | None, None]:
    trade = read_trade(values, config, out_trade_no=values["out_trade_no"])
    if trade.state is not TradeState.PAID:
        raise ValueError("a success that is not paid")
    return trade.transaction_id, trade.paid_at, None


def _refund(
    config: WechatPayConfig, event_type: str, values: dict[str, Any]
) -> tuple[str, None, RefundStatus]:
    word = values["refund_status"]
    if word != REFUND_EVENTS[event_type]:
        raise ValueError("event and state of the refund differ")
    refund = read_refund(values, word=word)
    return refund.transaction_id, None, refund


def _check_addressee(config: WechatPayConfig, values: dict[str, Any], *, app: bool) -> None:
    if app and values.get("appid") != config.app_id:
        raise _rejected(RejectionReason.APP_ID, "the message is for another app")
    if values.get("mchid") != config.mch_id:
        raise _rejected(RejectionReason.SELLER_ID, "the money went to another merchant")


def _total(values: dict[str, Any]) -> Decimal:
    amount = values["amount"]
    if not isinstance(amount, dict) or "total" not in amount:
        raise KeyError("amount.total")
    try:
        return wire.from_fen(amount["total"])
    except ValueError:
        raise _rejected(RejectionReason.AMOUNT, "amount.total is not an amount") from None


def _rejected(reason: RejectionReason, message: str) -> NotificationRejected:
    return NotificationRejected(reason, message)
