"""The merchant's certificate and the platform's in the checks: what belongs together, and when
each of them ends. A message has serial numbers, fingerprints and days, never a key.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.checks import CheckMessage

from luffy_api.libs.china_time import SHANGHAI
from luffy_api.libs.payment_settings.messages import error, info, warning
from luffy_api.libs.wechatpay_v3 import platform_keys
from luffy_api.libs.wechatpay_v3.certificates import TITLE, Certificate, read_certificate
from luffy_api.libs.wechatpay_v3.exceptions import WechatPayNotConfigured, WechatPayUnknown
from luffy_api.libs.wechatpay_v3.settings import WechatPayConfig, read_config

FINGERPRINT_DIGITS = 16
NOT_A_PAIR = (
    f"WECHATPAY_CERT 与 WECHATPAY_PRIVATE_KEY 不是一对：请填写与这把私钥一起下载的{TITLE}"
    "（apiclient_cert.pem）。"
)
OTHER_SERIAL = (
    f"WECHATPAY_SERIAL_NO 不是 WECHATPAY_CERT 这张{TITLE}的序列号，证书上的是 {{serial}}。"
)
NOT_GIVEN = (
    f"WECHATPAY_CERT 没有填写，没有核对{TITLE}何时到期；建议填写 apiclient_cert.pem 的内容。"
)
NOT_DOWNLOADED = (
    "微信支付平台证书由系统自动下载，这里还没有下载过："
    "“自检”或 manage.py check_payment 会下载，并显示到期时间。"
)
ENDING = "微信支付会提前换发，系统每 12 小时获取一次；还没有新的，请到商户平台查看公告。"


def check_merchant(values: Mapping[str, Any], public_half: str) -> Iterator[CheckMessage]:
    """Errors of the merchant's certificate, if it was given and can be read.

    `public_half` is that of the private key as PEM, blank when it cannot be read.
    """
    certificate = _merchant(values)
    if certificate is None:
        return
    if public_half and public_half.strip() != certificate.public_key:
        yield error(105, NOT_A_PAIR)
    serial = str(values.get("SERIAL_NO") or "").upper().lstrip("0")
    if serial and serial != certificate.serial:
        yield error(106, OTHER_SERIAL.format(serial=certificate.serial))
    if certificate.is_expired:
        yield error(107, f"{TITLE}已于 {_day(certificate)} 过期，请到商户平台重新申请。")


def expiry_of_merchant(values: Mapping[str, Any]) -> CheckMessage:
    """When the merchant's certificate ends: a Warning within 30 days."""
    certificate = _merchant(values)
    if certificate is None:
        return info(103, NOT_GIVEN)
    if certificate.expires_soon:
        return warning(
            101,
            f"{TITLE}（{_names(certificate)}）将于 {_day(certificate)} 过期，"
            "请尽快到商户平台更换，并填写新的私钥、序列号和证书。",
        )
    return info(104, f"{TITLE}（{_names(certificate)}）有效期到 {_day(certificate)}。")


def check_known_platform(values: Mapping[str, Any]) -> Iterator[CheckMessage]:
    """The platform certificates that this process has downloaded; no network."""
    try:
        config = read_config(values)
    except WechatPayNotConfigured:
        return
    if not config.public_key_id:
        known = platform_keys.known(config)
        yield from _expiry_of_platform(known) if known else [info(105, NOT_DOWNLOADED)]


def check_platform(config: WechatPayConfig) -> Iterator[CheckMessage]:
    """Download the platform certificates and tell when they end; waits for the network."""
    if config.public_key_id:
        return
    try:
        found = platform_keys.download(config)
    except WechatPayUnknown:
        return  # an answer that cannot be verified is an error already
    yield from _expiry_of_platform(platform_keys.latest_first(found))


def _expiry_of_platform(certificates: Sequence[Certificate]) -> Iterator[CheckMessage]:
    """While they change there are two, and the end of the earlier one is no concern."""
    soon = all(each.expires_soon for each in certificates)
    for each in certificates:
        text = f"微信支付平台证书（{_names(each)}）有效期到 {_day(each)}。"
        yield warning(102, f"{text}{ENDING}") if soon else info(106, text)


def _merchant(values: Mapping[str, Any]) -> Certificate | None:
    try:
        return read_certificate(str(values.get("CERT") or ""))
    except ValueError:
        return None


def _names(certificate: Certificate) -> str:
    return f"序列号 {certificate.serial}，指纹 {certificate.fingerprint[:FINGERPRINT_DIGITS]}"


def _day(certificate: Certificate) -> str:
    return f"{certificate.expires_at.astimezone(SHANGHAI):%Y-%m-%d}"
