"""Single values of the merchant as an admin enters them: checked, normalised, described."""

import re
from collections.abc import Callable
from functools import partial

from luffy_api.libs.payment_settings.rsa_keys import as_pem, fingerprint, public_half
from luffy_api.libs.payment_settings.values import FieldValue
from luffy_api.libs.wechatpay_v3.certificates import read_certificate
from luffy_api.libs.wechatpay_v3.settings import API_V3_KEY_BYTES, PRIVATE_TITLE, PUBLIC_TITLE

MCH_ID = re.compile(r"\d{8,10}", re.ASCII)
APP_ID = re.compile(r"wx[0-9a-f]{16}", re.ASCII)
SERIAL_NO = re.compile(r"[0-9A-Fa-f]{16,64}", re.ASCII)
PUBLIC_KEY_ID = re.compile(r"PUB_KEY_ID_[0-9A-Za-z]{1,64}", re.ASCII)
APP_SECRET = re.compile(r"[0-9A-Za-z]{32}", re.ASCII)


def read_field(name: str, text: str) -> FieldValue:
    """Read one of the values of `settings`; ValueError has a sentence for the admin.

    It never repeats the text.
    """
    return READERS[name](text.strip())


def _shape(text: str, *, form: re.Pattern[str], sentence: str) -> FieldValue:
    if not form.fullmatch(text):
        raise ValueError(sentence)
    return FieldValue(text)


def _api_v3_key(text: str) -> FieldValue:
    if len(text.encode()) != API_V3_KEY_BYTES:
        raise ValueError(f"APIv3 密钥应为 {API_V3_KEY_BYTES} 个字符")
    return FieldValue(text)


def _private_key(text: str) -> FieldValue:
    pem = as_pem(text, private=True, title=PRIVATE_TITLE)
    return FieldValue(pem, fingerprint(public_half(pem)))


def _public_key(text: str) -> FieldValue:
    pem = as_pem(text, private=False, title=PUBLIC_TITLE)
    return FieldValue(pem, fingerprint(pem))


def _certificate(text: str) -> FieldValue:
    certificate = read_certificate(text)
    return FieldValue(text, certificate.fingerprint, certificate.expires_at)


READERS: dict[str, Callable[[str], FieldValue]] = {
    "MCH_ID": partial(_shape, form=MCH_ID, sentence="商户号是 8 到 10 位数字"),
    "APP_ID": partial(_shape, form=APP_ID, sentence="AppID 以 wx 开头，共 18 位"),
    "APP_SECRET": partial(_shape, form=APP_SECRET, sentence="AppSecret 是 32 位字母和数字"),
    "SERIAL_NO": partial(_shape, form=SERIAL_NO, sentence="证书序列号是 40 位十六进制数字"),
    "PUBLIC_KEY_ID": partial(
        _shape, form=PUBLIC_KEY_ID, sentence="微信支付公钥 ID 以 PUB_KEY_ID_ 开头"
    ),
    "API_V3_KEY": _api_v3_key,
    "PRIVATE_KEY": _private_key,
    "PUBLIC_KEY": _public_key,
    "CERT": _certificate,
}
