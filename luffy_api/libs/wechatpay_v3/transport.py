"""Signed HTTP requests to WeChat Pay.

Source: "签名生成" of its manual.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import IncompleteRead
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request

from luffy_api.libs.direct_http import opener
from luffy_api.libs.wechatpay_v3 import crypto, wire
from luffy_api.libs.wechatpay_v3.settings import WechatPayConfig

SCHEME = "WECHATPAY2-SHA256-RSA2048"
MAX_ANSWER_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An HTTP answer as it came; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    config: WechatPayConfig,
    method: str,
    path: str,
    content: dict[str, Any] | None = None,
    *,
    timeout: float | None = None,
) -> RawAnswer:
    """Send a signed request; raises OSError, HTTPException or ValueError without an answer."""
    body = wire.dump(content) if content is not None else b""
    prefix = urlsplit(config.gateway_url).path.rstrip("/")
    headers = {
        "Authorization": authorization(config, method, prefix + path, body),
        "Accept": "application/json",
        "Content-Type": "application/json",
        "User-Agent": "luffy",
    }
    if config.public_key_id:
        # Asks for answers that are signed with this key, also while a merchant changes over to it.
        headers["Wechatpay-Serial"] = config.public_key_id
    url = config.gateway_url.rstrip("/") + path
    request = Request(url, body or None, headers, method=method)  # noqa: S310
    try:
        with opener(url).open(request, timeout=timeout or config.timeout) as answer:
            return _raw(answer)
    except HTTPError as error:
        with error:
            return _raw(error)


def _raw(answer: Any) -> RawAnswer:
    body = answer.read(MAX_ANSWER_BYTES + 1)
    if len(body) > MAX_ANSWER_BYTES:
        raise ValueError("the answer is too long")
    length = answer.headers.get("Content-Length")
    if length and length.isdigit() and len(body) < int(length):
        raise IncompleteRead(body)
    return RawAnswer(
        answer.status, {name.lower(): value for name, value in answer.headers.items()}, body
    )


def authorization(config: WechatPayConfig, method: str, target: str, body: bytes) -> str:
    """The header that proves a request; `target` is the URL's path and query as sent."""
    stamp, nonce = str(int(time.time())), secrets.token_hex(16)
    message = f"{method}\n{target}\n{stamp}\n{nonce}\n".encode() + body + b"\n"
    fields = {
        "mchid": config.mch_id,
        "nonce_str": nonce,
        "signature": crypto.sign(message, config.private_key),
        "timestamp": stamp,
        "serial_no": config.serial_no,
    }
    return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in fields.items())
