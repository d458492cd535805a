"""SHA256-RSA2048 signatures and AES-256-GCM, as WeChat Pay's manual describes them.

Independent of libs/wechatpay_v3 on purpose: shared signing code would hide its own mistakes.
Cryptodome is loaded when it is first used: with cffi that takes tenths of a second in each process,
and most of them sign nothing.
"""

import base64
import secrets
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256 as CertificateHash
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from luffy_api.apps.wechatpay_sandbox.conf import gateway_settings

if TYPE_CHECKING:
    from Cryptodome.PublicKey.RSA import RsaKey

VALID_SINCE = datetime(2024, 1, 1, tzinfo=UTC)
VALID_FOR = timedelta(days=365 * 20)


def sign(message: bytes, private_key: str) -> str:
    """The signature of these bytes, in base64."""
    from Cryptodome.Hash import SHA256
    from Cryptodome.Signature import pkcs1_15

    signer = pkcs1_15.new(_key(private_key))
    return base64.b64encode(signer.sign(SHA256.new(message))).decode("ascii")


def verify(message: bytes, signature: str, public_key: str) -> bool:
    """True when the signature is over these bytes; whatever is wrong otherwise is False."""
    from Cryptodome.Hash import SHA256
    from Cryptodome.PublicKey import RSA
    from Cryptodome.Signature import pkcs1_15

    key = RSA.import_key(public_key)
    try:
        pkcs1_15.new(key).verify(SHA256.new(message), base64.b64decode(signature, validate=True))
    except ValueError:
        return False
    return True


def headers_for(body: bytes, *, serial: str) -> dict[str, str]:
    """The headers that prove an answer or a notification, signed now."""
    stamp, nonce = str(int(time.time())), secrets.token_hex(16)
    message = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
    return {
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature": sign(message, gateway_settings().private_key),
    }


def encrypt(plain: bytes, *, kind: str) -> dict[str, str]:
    """A resource that only the merchant with the APIv3 key can read."""
    from Cryptodome.Cipher import AES

    nonce = secrets.token_hex(6)
    cipher = AES.new(gateway_settings().api_v3_key.encode(), AES.MODE_GCM, nonce=nonce.encode())
    cipher.update(kind.encode())
    text, tag = cipher.encrypt_and_digest(plain)
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(text + tag).decode("ascii"),
        "associated_data": kind,
        "nonce": nonce,
    }


def platform_certificate() -> tuple[str, str]:
    """(serial number, PEM) of the gateway's certificate; it depends on its key only."""
    return _certificate(gateway_settings().private_key)


@lru_cache(maxsize=4)
def _certificate(private_key: str) -> tuple[str, str]:
    key = load_pem_private_key(private_key.encode(), password=None)
    digest = sha256(private_key.encode()).hexdigest()
    serial = int(digest[:38], 16) | 1
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Local test gateway")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.not_valid_before(VALID_SINCE).not_valid_after(VALID_SINCE + VALID_FOR)
    builder = builder.serial_number(serial).public_key(key.public_key())  # type: ignore[arg-type]
    made = builder.sign(key, CertificateHash())  # type: ignore[arg-type]
    return f"{serial:X}", made.public_bytes(Encoding.PEM).decode("ascii")


@lru_cache(maxsize=8)
def _key(private_key: str) -> "RsaKey":
    from Cryptodome.PublicKey import RSA

    # Reading a private key tests its primes, which takes ten times as long as signing with it.
    return RSA.import_key(private_key)
