"""A little Alipay: signs notifications and answers with keys of its own."""

import base64
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import pytest
from Cryptodome.Hash import SHA256
from Cryptodome.PublicKey import RSA
from Cryptodome.Signature import pkcs1_15

from luffy_api.libs.alipay_v1 import NotificationRejected, RejectionReason, parse_notification
from luffy_api.libs.alipay_v1.tests.conftest import Keys

GENUINE = {
    "gmt_create": "2026-03-01 23:59:40",
    "charset": "utf-8",
    "gmt_payment": "2026-03-02 00:00:05",
    "notify_time": "2026-03-02 00:00:06",
    "subject": "Python 入门 等2门课程",
    "buyer_id": "2088102169481075",
    "invoice_amount": "88.00",
    "version": "1.0",
    "notify_id": "ac05099524730693a8b330c45cece72da9",
    "fund_bill_list": '[{"amount":"88.00","fundChannel":"ALIPAYACCOUNT"}]',
    "notify_type": "trade_status_sync",
    "out_trade_no": "01JABCDEFGHJKMNPQRSTVWXYZ0",
    "total_amount": "88.00",
    "trade_status": "TRADE_SUCCESS",
    "trade_no": "2026030222001400000000000001",
    "auth_app_id": "2021000000000001",
    "receipt_amount": "88.00",
    "point_amount": "0.00",
    "app_id": "2021000000000001",
    "buyer_pay_amount": "88.00",
    "seller_id": "2088000000000001",
}


def sign(text: str, private_pem: str, *, charset: str = "utf-8") -> str:
    """RSA2 over the bytes of the text, in base64."""
    digest = SHA256.new(text.encode(charset))
    signature = pkcs1_15.new(_key(private_pem)).sign(digest)
    return base64.b64encode(signature).decode()


@lru_cache(maxsize=8)
def _key(private_pem: str) -> RSA.RsaKey:
    # Reading a private key takes ten times as long as signing with it.
    return RSA.import_key(private_pem)


def notification(private_pem: str, **changes: str | None) -> dict[str, str]:
    """A genuine notification; a field set to None is left out before signing."""
    merged = {**GENUINE, **changes}
    fields = {name: value for name, value in merged.items() if value is not None}
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if value)
    return {**fields, "sign": sign(text, private_pem), "sign_type": "RSA2"}


def answer(method: str, private_pem: str, **node: Any) -> bytes:
    """A synchronous answer, signed over the exact bytes of its node."""
    text = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    name = method.replace(".", "_") + "_response"
    return f'{{"{name}":{text},"sign":"{sign(text, private_pem)}"}}'.encode()


def genuine(keys: Keys, **changes: str | None) -> list[tuple[str, str]]:
    """The pairs of a genuine notification."""
    return list(notification(keys.alipay_private, **changes).items())


def refusal(fields: Iterable[tuple[str, str]]) -> RejectionReason:
    """Why the message is refused; fails when it is not."""
    with pytest.raises(NotificationRejected) as caught:
        parse_notification(fields)
    return caught.value.reason
