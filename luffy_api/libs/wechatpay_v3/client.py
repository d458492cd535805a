"""Requests to WeChat Pay, and the verification of what comes back.

Source: "签名验证" and "错误码" of its manual.
"""

import logging
from http import HTTPStatus
from typing import Any

from luffy_api.libs.wechatpay_v3 import crypto, platform_keys, wire
from luffy_api.libs.wechatpay_v3.exceptions import WechatPayRefused, WechatPayUnknown
from luffy_api.libs.wechatpay_v3.settings import WechatPayConfig, current
from luffy_api.libs.wechatpay_v3.transport import RawAnswer, fetch

logger = logging.getLogger(__name__)
# Codes that say "try again", or that our request was not judged at all.
RETRY_LATER = frozenset(
    {"SYSTEM_ERROR", "BANK_ERROR", "FREQUENCY_LIMITED", "RATELIMIT_EXCEEDED", "SIGN_ERROR", ""}
)
REFUSALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


def call(
    method: str, path: str, content: dict[str, Any] | None = None, *, timeout: float | None = None
) -> dict[str, Any]:
    """Send a request and return the verified answer; an empty one for 204.

    `path` includes the query. `timeout` in seconds is the configured one by default. Raises
    WechatPayRefused for a signed refusal, WechatPayUnknown for everything else: no network, HTML,
    a server error, a bad or missing signature. It waits for the network: never call it inside a
    transaction or under a lock.
    """
    config = current()
    try:
        answer = fetch(config, method, path, content, timeout=timeout)
        values = verified(config, answer)
    except Exception as error:
        # urllib and JSON raise many kinds; none of them says what happened to the trade.
        logger.warning("No trustworthy answer to %s %s: %s", method, path, type(error).__name__)
        raise WechatPayUnknown(f"no trustworthy answer to {method} {path}") from error
    if answer.status in (HTTPStatus.OK, HTTPStatus.NO_CONTENT):
        return values
    raise refusal(answer.status, values)


def refusal(status: int, values: dict[str, Any]) -> Exception:
    """The error that a verified answer with this status means."""
    code = str(values.get("code") or "")
    if status in REFUSALS and code not in RETRY_LATER:
        return WechatPayRefused(code, str(values.get("message") or ""))
    return WechatPayUnknown(f"HTTP {status} {code}")


def verified(config: WechatPayConfig, answer: RawAnswer) -> dict[str, Any]:
    """The content of an answer that WeChat Pay signed; ValueError for any other one."""
    serial = answer.headers.get("wechatpay-serial", "")
    key = platform_keys.find(config, serial)
    if key is None or not crypto.is_signed(answer.headers, answer.body, key):
        raise ValueError("the answer is not signed by WeChat Pay")
    return wire.parse_object(answer.body) if answer.body else {}
