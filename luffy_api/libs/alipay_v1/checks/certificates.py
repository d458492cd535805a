"""Identity and keys of either mode, and the three certificates, checked without the network."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.checks import ERROR, CheckMessage

from luffy_api.libs.alipay_v1.certificates import (
    read_certificate,
    root_expires_at,
    root_serial,
)
from luffy_api.libs.alipay_v1.checks.keys import KeyReport, check_keys, look_at_key
from luffy_api.libs.alipay_v1.settings import CERTIFICATES, is_certificate_mode
from luffy_api.libs.china_time import SHANGHAI
from luffy_api.libs.payment_settings.certificates import BadCertificate
from luffy_api.libs.payment_settings.messages import error, info, warning
from luffy_api.libs.payment_settings.rsa_keys import public_half

VARIABLES = {
    "APP_CERT": "ALIPAY_APP_CERT",
    "ALIPAY_CERT": "ALIPAY_CERT",
    "ROOT_CERT": "ALIPAY_ROOT_CERT",
}
# The ids of what is missing or cannot be read.
ABSENT = frozenset({"payment.E001", "payment.E017", "payment.E031", "payment.E032"})
WARN_BEFORE = timedelta(days=30)
NOT_A_PAIR = (
    "ALIPAY_APP_CERT 与 ALIPAY_APP_PRIVATE_KEY 不是一对：请填写用这把私钥申请的应用公钥证书"
    "（appCertPublicKey_….crt），或换成与证书配对的私钥。"
)
OWN_CERTIFICATE = (
    "ALIPAY_CERT 填成了我们自己的应用公钥证书，应填从控制台下载的支付宝公钥证书"
    "（alipayCertPublicKey_RSA2.crt），否则支付宝的每条通知都会被拒绝。"
)


def check_credentials(values: Mapping[str, Any]) -> KeyReport:
    """Check the app's number, and the keys or the certificates, whichever mode is in use."""
    report = _check_certificates(values) if is_certificate_mode(values) else check_keys(values)
    if values.get("APP_ID"):
        return report
    missing = error(17, "ALIPAY_APP_ID 没有填写，请填写控制台里应用的 APPID。")
    return KeyReport([missing, *report.messages], readable=report.readable, own=report.own)


def check_given(values: Mapping[str, Any]) -> Iterator[CheckMessage]:
    """Errors of what is there: too short, expired, not a pair, our own in the place of Alipay's."""
    for message in check_credentials(values).messages:
        if message.level >= ERROR and message.id not in ABSENT:
            yield message


def expiry(name: str, expires_at: datetime) -> Iterator[CheckMessage]:
    """An Error when the certificate has expired, a Warning when it will within 30 days."""
    left = expires_at - datetime.now(UTC)
    day = f"{expires_at.astimezone(SHANGHAI):%Y-%m-%d}"
    title = f"{VARIABLES[name]} 的{CERTIFICATES[name]}"
    if left <= timedelta(0):
        yield error(35, f"{title}已于 {day} 过期，请到控制台下载新的证书。")
    elif left <= WARN_BEFORE:
        yield warning(
            31, f"{title}将于 {day} 过期（还有 {left.days} 天），请尽快到控制台下载新的证书。"
        )


def _check_certificates(values: Mapping[str, Any]) -> KeyReport:
    private, about_private = look_at_key(values, "APP_PRIVATE_KEY", "ALIPAY_APP_PRIVATE_KEY")
    app, about_app = _look(values, "APP_CERT", read_certificate)
    theirs, about_theirs = _look(values, "ALIPAY_CERT", read_certificate)
    root, about_root = _look(values, "ROOT_CERT", _read_root)
    messages = [about_private, about_app, about_theirs, about_root]
    own = bool(theirs and private and public_half(private) == theirs.public_key)
    if app and private and public_half(private) != app.public_key:
        messages.append(error(33, NOT_A_PAIR))
    if own:
        messages.append(error(34, OWN_CERTIFICATE))
    for name, certificate in (("APP_CERT", app), ("ALIPAY_CERT", theirs)):
        messages += expiry(name, certificate.expires_at) if certificate else []
    if root:
        messages += expiry("ROOT_CERT", root)
    return KeyReport(messages, readable=bool(private and app and theirs and root), own=own)


def _read_root(text: str, title: str) -> datetime:
    """When it ends, of a file that has a number."""
    root_serial(text, title)
    return root_expires_at(text, title)


def _look(
    values: Mapping[str, Any], name: str, read: Callable[[str, str], Any]
) -> tuple[Any, CheckMessage]:
    variable, title = VARIABLES[name], CERTIFICATES[name]
    text = str(values.get(name) or "")
    if not text:
        return None, error(
            32,
            f"{variable} 没有填写：证书方式要填全三张证书（{'、'.join(CERTIFICATES.values())}）。",
        )
    try:
        return read(text, title), info(31, f"{variable} 是一张可用的{title}。")
    except BadCertificate as bad:
        return None, error(31, f"{variable} 无法使用：{bad}。")
