"""Checks of the values in force as CheckMessages, for system checks and `check_payment`.

A message never holds a key.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request

from django.core.checks import CheckMessage

from luffy_api.libs.direct_http import opener
from luffy_api.libs.payment_settings.messages import error, failure_cause, info, printable
from luffy_api.libs.payment_settings.notify_url import check_addresses, check_url
from luffy_api.libs.payment_settings.rsa_keys import KEY_BITS, BadKey, as_pem, bits, public_half
from luffy_api.libs.wechatpay_v3 import certificate_checks, client, transport, wire
from luffy_api.libs.wechatpay_v3.exceptions import WechatPayNotConfigured, WechatPayUnknown
from luffy_api.libs.wechatpay_v3.fields import read_field
from luffy_api.libs.wechatpay_v3.pay import NOT_EXIST
from luffy_api.libs.wechatpay_v3.settings import (
    PRIVATE_TITLE,
    PUBLIC_TITLE,
    WechatPayConfig,
    read_config,
    wechatpay_values,
)

WHO = "微信支付"
CHECKED = ("MCH_ID", "APP_ID", "SERIAL_NO", "PRIVATE_KEY", "API_V3_KEY", "PUBLIC_KEY", "CERT")
LOCAL = (
    "WECHATPAY_GATEWAY=local：检查的是开发用的本地微信支付网关，它不收真钱；"
    "开店前请换成 production 再检查。"
)
OWN_KEY = (
    "WECHATPAY_PUBLIC_KEY 填成了我们自己的商户公钥，应填商户平台里下载的“微信支付公钥”，"
    "否则微信支付的每条通知都会被拒绝。"
)
TOGETHER = "WECHATPAY_PUBLIC_KEY 和 WECHATPAY_PUBLIC_KEY_ID 要一起填写，或都不填。"
SIGN_ERROR = (
    "微信支付不接受我们的签名：请核对 WECHATPAY_MCH_ID、WECHATPAY_SERIAL_NO（商户 API 证书的"
    "序列号）和 WECHATPAY_PRIVATE_KEY（同一张证书的私钥）。"
)
UNVERIFIED = (
    "微信支付的应答验签不通过：请核对 WECHATPAY_PUBLIC_KEY 和 WECHATPAY_PUBLIC_KEY_ID，"
    "或在没有微信支付公钥时核对 WECHATPAY_API_V3_KEY；也请校准这台服务器的时钟。"
)


def check_given(values: Mapping[str, Any]) -> Iterator[CheckMessage]:
    """Errors among the values that are there: keys too short, not WeChat Pay's, or without id."""
    private, public = _pem(values, "PRIVATE_KEY"), _pem(values, "PUBLIC_KEY")
    for name, pem in (("PRIVATE_KEY", private), ("PUBLIC_KEY", public)):
        if pem and bits(pem) < KEY_BITS:
            yield error(101, f"WECHATPAY_{name} 太短：只有 {bits(pem)} 位，应为 {KEY_BITS} 位。")
    if private and public and public_half(private) == public:
        yield error(102, OWN_KEY)
    if bool(values.get("PUBLIC_KEY")) != bool(values.get("PUBLIC_KEY_ID")):
        yield error(103, TOGETHER)
    yield from certificate_checks.check_merchant(values, public_half(private) if private else "")


def check_settings(*, notify_path: str, development: bool) -> Iterator[CheckMessage]:
    """Check identifiers, keys and notification URL: an Info for what is right, an Error otherwise.

    `notify_path` is the path of the shop's notification endpoint; `development` says that the
    gateway is the local one. Yields nothing in a shop without WeChat Pay.
    """
    values = wechatpay_values()
    if not values:
        return
    if development:
        yield info(101, LOCAL)
    problems = [*_check_values(values), *check_given(values)]
    yield from problems
    if not problems:
        mode = "微信支付公钥" if values.get("PUBLIC_KEY") else "平台证书"
        yield info(102, f"微信支付商户 {values['MCH_ID']} 的密钥可用，应答用{mode}验签。")
        if values.get("CERT") or not development:
            yield certificate_checks.expiry_of_merchant(values)
        yield from certificate_checks.check_known_platform(values)
    url = str(values.get("NOTIFY_URL") or "")
    yield from check_url(url, path=notify_path, development=development, who=WHO)


def check_connection(*, notify_path: str, development: bool) -> Iterator[CheckMessage]:
    """Query the gateway about a trade that cannot exist, and post a forged notification.

    Arguments as for `check_settings`. What has an error there already is left out here.
    """
    values = wechatpay_values()
    if not values:
        return
    try:
        config = read_config(values)
    except WechatPayNotConfigured:
        return
    if not any(check_given(values)):
        yield from _check_gateway(config)
        yield from certificate_checks.check_platform(config)
    url = config.notify_url
    if not any(check_url(url, path=notify_path, development=development, who=WHO)):
        yield from _check_endpoint(url, config.timeout, development=development)


def _check_values(values: Mapping[str, Any]) -> Iterator[CheckMessage]:
    for name in CHECKED:
        text = str(values.get(name) or "")
        if not text and name in ("PUBLIC_KEY", "CERT"):
            continue
        try:
            read_field(name, text)
        except ValueError as problem:
            yield error(104, f"WECHATPAY_{name} 无法使用：{problem}。")


def _pem(values: Mapping[str, Any], name: str) -> str:
    private = name == "PRIVATE_KEY"
    title = PRIVATE_TITLE if private else PUBLIC_TITLE
    try:
        return as_pem(str(values.get(name) or ""), private=private, title=title)
    except BadKey:
        return ""


def _check_gateway(config: WechatPayConfig) -> Iterator[CheckMessage]:
    host = urlsplit(config.gateway_url).netloc
    # The length keeps it apart from every order number that the shop has ever made.
    number = f"CHECK-{secrets.token_hex(13)}"
    path = f"/v3/pay/transactions/out-trade-no/{number}?mchid={config.mch_id}"
    try:
        answer = transport.fetch(config, "GET", path)
    except Exception as failure:  # urllib raises many kinds, and each is a result here
        cause = failure_cause(failure, seconds=config.timeout)
        yield error(111, f"访问不了微信支付 {host}：{cause}。")
        return
    try:
        code = str(wire.parse_object(answer.body).get("code") or "")
    except ValueError:
        yield error(
            112,
            f"{host} 有应答，但不是微信支付的应答（像是网页或代理的页面）："
            "请核对 WECHATPAY_GATEWAY。",
        )
        return
    yield info(111, f"微信支付 {host} 有应答。")
    yield _check_answer(config, answer, code)


def _check_answer(config: WechatPayConfig, answer: transport.RawAnswer, code: str) -> CheckMessage:
    if answer.status == 401:
        return error(113, SIGN_ERROR)
    try:
        client.verified(config, answer)
    except (ValueError, WechatPayUnknown):
        return error(114, UNVERIFIED)
    if code not in NOT_EXIST:
        return error(115, f"微信支付拒绝了查询：HTTP {answer.status}，{printable(code)}。")
    return info(112, f"微信支付认识商户 {config.mch_id}，双方的签名都能验证。")


def _check_endpoint(url: str, timeout: float, *, development: bool) -> Iterator[CheckMessage]:
    parts = urlsplit(url)
    if not development:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        unreachable = list(check_addresses(parts.hostname or "", port, who=WHO))
        if unreachable:
            yield from unreachable
            return
    yield _post_forged(url, timeout)


def _post_forged(url: str, timeout: float) -> CheckMessage:
    # Shown in the back office with the rejected message: who sent it and why.
    body = json.dumps({"note": "manage.py check_payment"}).encode()
    request = Request(url, body, {"Content-Type": "application/json"}, method="POST")  # noqa: S310
    try:
        with opener(url).open(request, timeout=timeout) as answer:
            status = answer.status
    except HTTPError as refusal:
        refusal.close()
        status = refusal.code
    except Exception as failure:  # urllib raises many kinds, and each is a result here
        cause = failure_cause(failure, seconds=timeout)
        return error(116, f"从这台服务器访问微信支付的通知地址 {url} 失败：{cause}。")
    if status != 401:
        return error(
            117,
            f"微信支付的通知地址应对伪造的通知回答 401，实际回答了 {status}："
            "PUBLIC_URL 可能指向了别的网站，或反向代理没有转发 /api/。",
        )
    return info(113, "从这台服务器向微信支付的通知地址发送伪造的通知，被正确拒绝（401）。")
