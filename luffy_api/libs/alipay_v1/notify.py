"""Asynchronous notifications: verified before anything of them is read.

Protocol: "异步通知验签" of Alipay's manual. The signed text is every parameter but `sign` and
`sign_type`, without empty values, sorted by name and joined as `name=value` with `&`. Nothing is
escaped in it, so a genuine message may be cut at other places and still verify: hence the
shapes demanded of names and values below.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from luffy_api.libs.alipay_v1 import wire
from luffy_api.libs.alipay_v1.client import signatures_of
from luffy_api.libs.alipay_v1.exceptions import NotificationRejected, RejectionReason
from luffy_api.libs.alipay_v1.settings import AlipayConfig, alipay_config

PAID_STATUSES = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
CLOSED_STATUS = "TRADE_CLOSED"
UNSIGNED = frozenset({"sign", "sign_type"})
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
SWALLOWED_PARAMETER = re.compile(r"&[A-Za-z][A-Za-z0-9_]*=", re.ASCII)
SHAPES = {
    "out_trade_no": wire.OUT_TRADE_NO,
    "trade_no": re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII),
    "trade_status": re.compile(r"[A-Z_]{1,32}", re.ASCII),
    "app_id": re.compile(r"[0-9A-Za-z]{1,32}", re.ASCII),
    "notify_id": re.compile(r"[0-9A-Za-z_+/=-]{1,128}", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class PaymentNotice:
    """A genuine message for this merchant. Amounts in yuan, times in UTC.

    It proves what Alipay sent, not that the order exists or that the amount is right.
    """

    out_trade_no: str
    trade_no: str
    total_amount: Decimal
    trade_status: str
    app_id: str
    seller_id: str
    paid_at: datetime | None
    notify_id: str
    refund_fee: Decimal | None
    out_biz_no: str = ""  # the request number of the refund that caused the message
    passback_params: str = ""  # what the cashier was opened with

    @property
    def is_paid(self) -> bool:
        """Whether the trade is paid, which is so after a partial refund as well."""
        return self.trade_status in PAID_STATUSES

    @property
    def is_refunded_in_full(self) -> bool:
        """Whether the trade was closed by a refund of its whole amount."""
        return self.trade_status == CLOSED_STATUS and self.refund_fee == self.total_amount

    @property
    def is_closed_unpaid(self) -> bool:
        """Whether the trade was closed before anybody paid it."""
        return self.trade_status == CLOSED_STATUS and not self.refund_fee


def parse_notification(fields: Iterable[tuple[str, str]]) -> PaymentNotice:
    """Verify a notification and return its content.

    `fields` are the raw (name, value) pairs of the form body, repeated names included. Raises
    NotificationRejected with a reason; nothing of a rejected message may be used.
    """
    config = alipay_config()
    values = _unique(fields)
    _verify(values, config)
    _check_shapes(values)
    _check_addressee(values, config)
    return PaymentNotice(
        out_trade_no=values["out_trade_no"],
        trade_no=values["trade_no"],
        total_amount=_amount(values, "total_amount"),
        trade_status=values["trade_status"],
        app_id=values["app_id"],
        seller_id=values.get("seller_id", ""),
        paid_at=_paid_at(values),
        notify_id=values["notify_id"],
        refund_fee=_amount(values, "refund_fee") if "refund_fee" in values else None,
        out_biz_no=values.get("out_biz_no", ""),
        passback_params=values.get("passback_params", ""),
    )


def _unique(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    seen: set[str] = set()
    for name, value in fields:
        if name in seen:
            raise _rejected(RejectionReason.REPEATED_PARAMETER, "a parameter comes twice")
        seen.add(name)
        if value != "":
            values[name] = value
    if not values:
        raise _rejected(RejectionReason.EMPTY, "the message is empty")
    return values


def _verify(values: dict[str, str], config: AlipayConfig) -> None:
    if "sign" not in values:
        raise _rejected(RejectionReason.MISSING_SIGN, "there is no signature")
    if values.get("sign_type") != "RSA2":
        raise _rejected(RejectionReason.SIGN_TYPE, "sign_type is not RSA2")
    try:
        # Otherwise one signature would have many spellings.
        raw = base64.b64decode(values["sign"], validate=True)
        canonical = base64.b64encode(raw).decode("ascii") == values["sign"]
        verified = canonical and signatures_of(config).verify_raw(signed_text(values), raw)
    except Exception as error:  # whatever failed, the message is not verified
        raise _rejected(RejectionReason.BAD_SIGNATURE, "the signature is unreadable") from error
    if not verified:
        raise _rejected(RejectionReason.BAD_SIGNATURE, "the signature does not match")


def signed_text(values: dict[str, str]) -> str:
    """What Alipay signs of a notification with these parameters."""
    return "&".join([f"{name}={values[name]}" for name in sorted(values) if name not in UNSIGNED])


def _check_shapes(values: dict[str, str]) -> None:
    for name, value in values.items():
        if not NAME.fullmatch(name) or ("&" in value and SWALLOWED_PARAMETER.search(value)):
            raise _rejected(RejectionReason.MALFORMED, "a parameter swallows another one")
    for name, shape in SHAPES.items():
        if name not in values:
            raise _rejected(RejectionReason.MISSING_FIELD, f"{name} is missing")
        if not shape.fullmatch(values[name]):
            raise _rejected(RejectionReason.MALFORMED, f"{name} has an impossible form")


def _check_addressee(values: dict[str, str], config: AlipayConfig) -> None:
    if values["app_id"] != config.app_id:
        raise _rejected(RejectionReason.APP_ID, "the message is for another app")
    if config.seller_id and values.get("seller_id") != config.seller_id:
        raise _rejected(RejectionReason.SELLER_ID, "the money went to another seller")


def _amount(values: dict[str, str], name: str) -> Decimal:
    if name not in values:
        raise _rejected(RejectionReason.MISSING_FIELD, f"{name} is missing")
    try:
        return wire.parse_amount(values[name])
    except ValueError:
        raise _rejected(RejectionReason.AMOUNT, f"{name} is not an amount") from None


def _paid_at(values: dict[str, str]) -> datetime | None:
    try:
        return wire.parse_time(values["gmt_payment"]) if "gmt_payment" in values else None
    except (ValueError, OverflowError):
        raise _rejected(RejectionReason.MALFORMED, "gmt_payment is not a time") from None


def _rejected(reason: RejectionReason, message: str) -> NotificationRejected:
    return NotificationRejected(reason, message)
