"""RSA2 (RSA-2048, SHA-256, PKCS#1 v1.5) as "签名规则" of Alipay's manual describes it.

Independent of libs/alipay_v1 on purpose: shared signing code would hide its own mistakes.
Cryptodome is loaded when it is first used, see wechatpay_sandbox/signing.py.
"""

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from Cryptodome.PublicKey.RSA import RsaKey


def text_of(fields: Mapping[str, str], *, leave_out: tuple[str, ...]) -> str:
    """The text to be signed: non-empty fields, sorted by name, `name=value` joined with `&`."""
    kept = sorted((k, v) for k, v in fields.items() if v and k not in leave_out)
    return "&".join(f"{name}={value}" for name, value in kept)


def sign(text: str, private_key: str) -> str:
    """The base64 signature over the UTF-8 bytes of the text."""
    from Cryptodome.Hash import SHA256
    from Cryptodome.Signature import pkcs1_15

    digest = SHA256.new(text.encode("utf-8"))
    return base64.b64encode(pkcs1_15.new(_key(private_key)).sign(digest)).decode("ascii")


def verify(text: str, signature: str, public_key: str) -> bool:
    """True when the signature is over this text; whatever is wrong otherwise is False."""
    from Cryptodome.Hash import SHA256
    from Cryptodome.PublicKey import RSA
    from Cryptodome.Signature import pkcs1_15

    key = RSA.import_key(public_key)
    try:
        raw = base64.b64decode(signature, validate=True)
        pkcs1_15.new(key).verify(SHA256.new(text.encode("utf-8")), raw)
    except ValueError:
        return False
    return True


def sign_fields(fields: Mapping[str, str], private_key: str) -> dict[str, str]:
    """The fields of a notification or a return, with `sign` and `sign_type` added."""
    text = text_of(fields, leave_out=("sign", "sign_type"))
    return {**fields, "sign": sign(text, private_key), "sign_type": "RSA2"}


@lru_cache(maxsize=8)
def _key(private_key: str) -> "RsaKey":
    from Cryptodome.PublicKey import RSA

    # Reading a private key tests its primes, which takes ten times as long as signing with it.
    return RSA.import_key(private_key)
