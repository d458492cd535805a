"""A little WeChat Pay: signs and encrypts what the real one would send, with keys of its own.

It shares no code with the client, since shared code would hide its own mistakes.
"""

import json
import os
import time
from base64 import b64encode
from functools import lru_cache
from typing import Any

from Cryptodome.Cipher import AES
from Cryptodome.Hash import SHA256
from Cryptodome.PublicKey import RSA
from Cryptodome.Signature import pkcs1_15

PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012026010100000000"
MCH_ID, APP_ID = "1900000001", "wx0000000000000001"
API_V3_KEY = "0123456789abcdef0123456789ABCDEF"
TRANSACTION = {
    "transaction_id": "4200000000202603020000000001",
    "amount": {"payer_total": 8800, "total": 8800, "currency": "CNY", "payer_currency": "CNY"},
    "mchid": MCH_ID,
    "trade_state": "SUCCESS",
    "bank_type": "OTHERS",
    "success_time": "2026-03-02T00:00:05+08:00",
    "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    "out_trade_no": "01JABCDEFGHJKMNPQRSTVWXYZ0",
    "appid": APP_ID,
    "trade_state_desc": "支付成功",
    "trade_type": "NATIVE",
    "attach": "",
}
REFUND = {
    "mchid": MCH_ID,
    "transaction_id": "4200000000202603020000000001",
    "out_trade_no": "01JABCDEFGHJKMNPQRSTVWXYZ0",
    "refund_id": "50300000000202603020000000001",
    "out_refund_no": "R1",
    "refund_status": "SUCCESS",
    "success_time": "2026-03-03T00:00:05+08:00",
    "user_received_account": "招商银行信用卡0403",
    "amount": {"total": 8800, "refund": 800, "payer_total": 8800, "payer_refund": 800},
}


def sign(message: bytes, private_pem: str) -> str:
    """SHA256-RSA2048 in base64."""
    return b64encode(pkcs1_15.new(_key(private_pem)).sign(SHA256.new(message))).decode()


@lru_cache(maxsize=8)
def _key(private_pem: str) -> RSA.RsaKey:
    # Reading a private key takes ten times as long as signing with it.
    return RSA.import_key(private_pem)


def headers(
    body: bytes, private_pem: str, *, serial: str = PUBLIC_KEY_ID, age: float = 0
) -> dict[str, str]:
    """The headers that prove a body; `age` in seconds."""
    stamp, nonce = str(int(time.time() - age)), os.urandom(8).hex()
    return {
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature": sign(f"{stamp}\n{nonce}\n".encode() + body + b"\n", private_pem),
    }


def encrypted(plain: bytes, kind: str = "transaction", *, key: str = API_V3_KEY) -> dict[str, str]:
    """A resource that only this merchant can read."""
    nonce = os.urandom(6).hex()
    cipher = AES.new(key.encode(), AES.MODE_GCM, nonce=nonce.encode())
    cipher.update(kind.encode())
    text, tag = cipher.encrypt_and_digest(plain)
    return {
        "original_type": kind,
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": b64encode(text + tag).decode(),
        "associated_data": kind,
        "nonce": nonce,
    }


def event(
    values: dict[str, Any], event_type: str = "TRANSACTION.SUCCESS", *, key: str = API_V3_KEY
) -> bytes:
    """The body of a notification about these values; a value of None is left out."""
    kept = {name: value for name, value in values.items() if value is not None}
    kind = "refund" if event_type.startswith("REFUND") else "transaction"
    plain = json.dumps(kept, ensure_ascii=False).encode()
    envelope = {
        "id": f"EV-{os.urandom(8).hex()}",
        "create_time": "2026-03-02T00:00:06+08:00",
        "resource_type": "encrypt-resource",
        "event_type": event_type,
        "summary": "支付成功",
        "resource": encrypted(plain, kind, key=key),
    }
    return json.dumps(envelope, ensure_ascii=False).encode()


def payment_event(**changes: Any) -> bytes:
    """The body of a genuine notification of a payment; keyword arguments change single values."""
    return event({**TRANSACTION, **changes})


def refund_event(event_type: str = "REFUND.SUCCESS", **changes: Any) -> bytes:
    """The body of a genuine notification about a refund."""
    return event({**REFUND, **changes}, event_type)
