"""Single values of the merchant as an admin enters them: checked, normalised, described."""

import re
from collections.abc import Callable
from functools import partial

from luffy_api.libs.alipay_v1.certificates import (
    fingerprint_of,
    read_certificate,
    root_expires_at,
    root_serial,
)
from luffy_api.libs.alipay_v1.keys import as_pem
from luffy_api.libs.alipay_v1.settings import CERTIFICATES
from luffy_api.libs.payment_settings.rsa_keys import fingerprint, public_half
from luffy_api.libs.payment_settings.values import FieldValue

APP_ID = re.compile(r"\d{16}", re.ASCII)
SELLER_ID = re.compile(r"2088\d{12}", re.ASCII)


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
    return FieldValue(pem, fingerprint(public_half(pem)))


def _public_key(text: str) -> FieldValue:
    pem = as_pem(text, private=False)
    return FieldValue(pem, fingerprint(pem))


def _certificate(text: str, *, title: str) -> FieldValue:
    certificate = read_certificate(text, title)
    return FieldValue(text.strip(), fingerprint_of(text, title), certificate.expires_at)


def _root(text: str, *, title: str) -> FieldValue:
    root_serial(text, title)
    return FieldValue(text.strip(), fingerprint_of(text, title), root_expires_at(text, title))


READERS: dict[str, Callable[[str], FieldValue]] = {
    "APP_ID": partial(_identifier, form=APP_ID, sentence="APPID 是 16 位数字"),
    "SELLER_ID": partial(_identifier, form=SELLER_ID, sentence="PID 是 2088 开头的 16 位数字"),
    "APP_PRIVATE_KEY": _private_key,
    "ALIPAY_PUBLIC_KEY": _public_key,
    "APP_CERT": partial(_certificate, title=CERTIFICATES["APP_CERT"]),
    "ALIPAY_CERT": partial(_certificate, title=CERTIFICATES["ALIPAY_CERT"]),
    "ROOT_CERT": partial(_root, title=CERTIFICATES["ROOT_CERT"]),
}
