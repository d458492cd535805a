"""Signatures (SHA256-RSA2048) and AES-256-GCM, as "签名生成" and "解密回调报文" describe them."""

import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from luffy_api.libs.payment_settings.rsa_keys import load_private

MAX_CLOCK_DIFFERENCE_SECONDS = 300


def sign(message: bytes, private_pem: str) -> str:
    """The signature of a message, in base64."""
    return b64encode(_private(private_pem).sign(message, PKCS1v15(), SHA256())).decode("ascii")


def verifies(message: bytes, signature: str, key: RSAPublicKey) -> bool:
    """Whether the owner of the key signed this message; False for what is not plain base64."""
    try:
        raw = b64decode(signature, validate=True)
        # One signature has one spelling.
        if b64encode(raw).decode("ascii") != signature:
            return False
        key.verify(raw, message, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature):
        return False
    return True


def decrypt(resource: object, api_v3_key: str) -> bytes:
    """The plain text of an encrypted resource (`algorithm`, `nonce`, `associated_data`, …).

    Raises ValueError for another algorithm, a wrong key or an edited text.
    """
    if not isinstance(resource, dict) or resource.get("algorithm") != "AEAD_AES_256_GCM":
        raise ValueError("not an AEAD_AES_256_GCM resource")
    associated = resource.get("associated_data") or ""
    parts = (resource.get("nonce"), associated, resource.get("ciphertext"))
    if not all(isinstance(part, str) for part in parts):
        raise ValueError("an incomplete resource")
    nonce, associated, ciphertext = (str(part) for part in parts)
    try:
        return AESGCM(api_v3_key.encode()).decrypt(
            nonce.encode(), b64decode(ciphertext, validate=True), associated.encode()
        )
    except InvalidTag:
        raise ValueError("the text was not encrypted with this key") from None


def public_key(pem: str) -> RSAPublicKey:
    """A public key from PEM; ValueError for another kind."""
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not an RSA key")
    return key


@lru_cache(maxsize=8)
def _private(pem: str) -> RSAPrivateKey:
    return load_private(pem)


def is_signed(headers: Mapping[str, str], body: bytes, key: RSAPublicKey) -> bool:
    """Whether the headers hold a recent signature over these very bytes."""
    stamp, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
    message = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
    signature = headers.get("wechatpay-signature", "")
    return is_recent(stamp) and verifies(message, signature, key)


def is_recent(stamp: str) -> bool:
    """Whether a Unix time in ASCII digits is at most five minutes away."""
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        return False
    return abs(time.time() - int(stamp)) <= MAX_CLOCK_DIFFERENCE_SECONDS
