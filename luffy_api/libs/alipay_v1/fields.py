"""Single values of the merchant as an admin enters them: checked, normalised, described."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from luffy_api.libs.alipay_v1.certificates import (
    fingerprint_of,
    read_certificate,
    root_expires_at,
    root_serial,
)
from luffy_api.libs.alipay_v1.keys import as_pem, public_half
from luffy_api.libs.alipay_v1.settings import CERTIFICATES

APP_ID = re.compile(r"\d{16}", re.ASCII)
SELLER_ID = re.compile(r"2088\d{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A value that can be used.

    `fingerprint` is the SHA-256 of the public half of a key, or of the first certificate of a file,
    in hexadecimal digits; empty for an identifier. `expires_at` (UTC) is that of a certificate, of
    a root file that of the certificate in it that ends last.
    """

    value: str = field(repr=False)
    fingerprint: str = ""
    expires_at: datetime | None = None


def read_field(name: str, text: str) -> FieldValue:
    """Read one of the values of `settings`; ValueError has a sentence for the admin.

    It never repeats the text.
    """
    return READERS[name](text)


def _identifier(text: str, *, form: re.Pattern[str], sentence: str) -> FieldValue:
    if not form.fullmatch(text.strip()):
        raise ValueError(sentence)
    return FieldValue(text.strip())


def _private_key(text: str) -> FieldValue:
    pem = as_pem(text, private=True)
    return FieldValue(pem, _fingerprint(public_half(pem)))


def _public_key(text: str) -> FieldValue:
    pem = as_pem(text, private=False)
    return FieldValue(pem, _fingerprint(pem))


def _certificate(text: str, *, title: str) -> FieldValue:
    certificate = read_certificate(text, title)
    return FieldValue(text.strip(), fingerprint_of(text, title), certificate.expires_at)


def _root(text: str, *, title: str) -> FieldValue:
    root_serial(text, title)
    return FieldValue(text.strip(), fingerprint_of(text, title), root_expires_at(text, title))


def _fingerprint(public_pem: str) -> str:
    key = load_pem_public_key(public_pem.encode())
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


READERS: dict[str, Callable[[str], FieldValue]] = {
    "APP_ID": partial(_identifier, form=APP_ID, sentence="APPID 是 16 位数字"),
    "SELLER_ID": partial(_identifier, form=SELLER_ID, sentence="PID 是 2088 开头的 16 位数字"),
    "APP_PRIVATE_KEY": _private_key,
    "ALIPAY_PUBLIC_KEY": _public_key,
    "APP_CERT": partial(_certificate, title=CERTIFICATES["APP_CERT"]),
    "ALIPAY_CERT": partial(_certificate, title=CERTIFICATES["ALIPAY_CERT"]),
    "ROOT_CERT": partial(_root, title=CERTIFICATES["ROOT_CERT"]),
}
