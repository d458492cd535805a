"""Queries the gateway about an order that cannot exist, and examines its answer."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.checks import CheckMessage

from luffy_api.libs.alipay_v1 import client
from luffy_api.libs.alipay_v1.checks import error_codes
from luffy_api.libs.alipay_v1.settings import AlipayConfig
from luffy_api.libs.payment_settings.messages import error, failure_cause, info

QUERY = "alipay.trade.query"
NODE = "alipay_trade_query_response"
UNKNOWN_APP_NODE = "error_response"  # how Alipay answers an app that it does not know
NOT_EXIST = "ACQ.TRADE_NOT_EXIST"
# What verifies Alipay's answers in either mode, and what to do when it does not.
BY_KEY = (
    "ALIPAY_PUBLIC_KEY",
    "请到控制台重新复制“支付宝公钥”（不是应用公钥；沙箱与正式环境各有一把）",
)
BY_CERTIFICATE = (
    "ALIPAY_CERT",
    "请到控制台重新下载支付宝公钥证书（支付宝会更换它；沙箱与正式环境各有一张）",
)


@dataclass(frozen=True, slots=True)
class _Answer:
    node: dict[str, Any]
    signed: bool
    verified: bool

    @property
    def is_not_exist(self) -> bool:
        """Whether it is the expected answer: no such order."""
        return self.node.get("sub_code") == NOT_EXIST


def check_gateway(config: AlipayConfig, *, own_key: bool) -> Iterator[CheckMessage]:
    """Check that the gateway answers, accepts our signature, and signs its answers.

    `own_key` says that Alipay's public key is known to be the wrong one already. Waits for the
    network, `config.timeout` seconds at most.
    """
    host = urlsplit(config.gateway_url).netloc
    try:
        raw = client.fetch(_query_url(config), config.timeout)
    except Exception as failure:  # urllib raises many kinds, and each is a result here
        cause = failure_cause(failure, seconds=config.timeout)
        yield error(11, f"访问不了支付网关 {host}：{cause}。")
        return
    answer = _read(config, raw)
    if answer is None:
        yield error(
            12,
            f"{host} 有应答，但不是支付宝网关的应答（像是网页或代理的页面）："
            "请核对 ALIPAY_GATEWAY。",
        )
        return
    yield info(11, f"支付网关 {host} 有应答。")
    yield _check_answer(config, answer)
    yield from _check_signature(config, answer, own_key=own_key)


def _query_url(config: AlipayConfig) -> str:
    # The length keeps it apart from every order number that the shop has ever made.
    return client.signed_url(QUERY, {"out_trade_no": f"CHECK-{secrets.token_hex(20)}"})


def _read(config: AlipayConfig, raw: str) -> _Answer | None:
    try:
        values = json.loads(raw)
        name = NODE if NODE in values else UNKNOWN_APP_NODE
        node = dict(values[name])
        signed = bool(values.get("sign"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return _Answer(node, signed, signed and _verifies(config, raw, name))


def _verifies(config: AlipayConfig, raw: str, name: str) -> bool:
    try:
        client.verified_node(config, raw, name)
    except Exception:  # the SDK raises many kinds; none of them is a proof
        return False
    return True


def _check_answer(config: AlipayConfig, answer: _Answer) -> CheckMessage:
    if answer.is_not_exist:
        return info(12, f"支付宝认识应用 {config.app_id}，并接受我们的签名。")
    if answer.node.get("code") == "10000":
        return error(
            13, "网关说一笔不存在的订单是存在的：它不是支付宝的网关，请核对 ALIPAY_GATEWAY。"
        )
    return error(14, error_codes.sentence(answer.node, app_id=config.app_id))


def _check_signature(
    config: AlipayConfig, answer: _Answer, *, own_key: bool
) -> Iterator[CheckMessage]:
    variable, advice = BY_CERTIFICATE if config.serials else BY_KEY
    if answer.verified:
        yield info(13, f"支付宝的签名可以用 {variable} 验证。")
    elif answer.signed and not own_key:
        yield error(15, f"支付宝的应答用 {variable} 验签不通过：{advice}。")
    elif not answer.signed and answer.is_not_exist:  # an unknown app is refused unsigned
        yield error(
            16, "网关的应答没有签名，无法相信：请核对 ALIPAY_GATEWAY，并检查中间有没有代理。"
        )
