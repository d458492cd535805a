"""Robots of group chats: DingTalk, WeCom and Feishu take a text by a webhook.

Sources: open.dingtalk.com "自定义机器人接入", developer.work.weixin.qq.com 91770 "群机器人",
open.feishu.cn "自定义机器人使用指南". Each answers HTTP 200 to a refusal too; what it says is in
the body. Each takes about 20 messages a minute (Feishu 100).
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote_plus, urlsplit
from urllib.request import Request

from luffy_api.libs.direct_http import opener

DINGTALK, WECOM, FEISHU = "dingtalk", "wecom", "feishu"
KINDS = frozenset({DINGTALK, WECOM, FEISHU})
HOSTS = {
    "oapi.dingtalk.com": DINGTALK,
    "qyapi.weixin.qq.com": WECOM,
    "open.feishu.cn": FEISHU,
    "open.larksuite.com": FEISHU,
}
# Kinds whose robot may demand a signature; WeCom has none.
SIGNED = frozenset({DINGTALK, FEISHU})
# Bytes of a text in UTF-8: WeCom's limit, and well below 20 KB for a body of the others.
MAX_BYTES = {DINGTALK: 15_000, WECOM: 2048, FEISHU: 15_000}
MAX_ANSWER = 64 * 1024
ELLIPSIS = "…"


class RobotError(Exception):
    """The text was not taken, or nobody knows whether it was; the message names no secret."""


def kind_of(url: str) -> str | None:
    """The kind of robot at an address, None for a host that is not theirs."""
    return HOSTS.get(urlsplit(url).hostname or "")


def send_text(url: str, text: str, *, kind: str, secret: str = "", timeout: float = 5.0) -> None:
    """Send a text, cut to the limit of this kind; `secret` is that of 加签 or 签名校验.

    Waits `timeout` seconds for each step. Raises RobotError.
    """
    address, body = MESSAGES[kind](url, cut(text, MAX_BYTES[kind]), secret)
    _check(kind, _post(address, body, timeout))


def cut(text: str, limit: int) -> str:
    """The beginning of a text that fits into `limit` bytes of UTF-8, whole characters only."""
    if len(encoded := text.encode()) <= limit:
        return text
    kept = encoded[: limit - len(ELLIPSIS.encode())].decode(errors="ignore")
    return kept + ELLIPSIS


def _dingtalk(url: str, text: str, secret: str) -> tuple[str, dict[str, Any]]:
    if secret:
        now = str(int(time.time() * 1000))
        sign = quote_plus(_digest(secret, f"{now}\n{secret}"))
        url = f"{url}&timestamp={now}&sign={sign}"
    return url, {"msgtype": "text", "text": {"content": text}}


def _wecom(url: str, text: str, secret: str) -> tuple[str, dict[str, Any]]:
    return url, {"msgtype": "text", "text": {"content": text}}


def _feishu(url: str, text: str, secret: str) -> tuple[str, dict[str, Any]]:
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        now = str(int(time.time()))
        # Its secret is part of the key, and the signed text is empty.
        body |= {"timestamp": now, "sign": _digest(f"{now}\n{secret}", "")}
    return url, body


MESSAGES: Mapping[str, Callable[[str, str, str], tuple[str, dict[str, Any]]]] = {
    DINGTALK: _dingtalk,
    WECOM: _wecom,
    FEISHU: _feishu,
}


def _digest(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _post(url: str, body: dict[str, Any], timeout: float) -> bytes:
    data = json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    try:
        with opener(url).open(Request(url, data, headers), timeout=timeout) as response:  # noqa: S310
            answer: bytes = response.read(MAX_ANSWER)
    except HTTPError as error:
        error.close()
        raise RobotError(f"HTTP {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:
        # Its text may repeat the address, whose token is a secret.
        raise RobotError(type(error).__name__) from None
    return answer


def _check(kind: str, answer: bytes) -> None:
    try:
        said = json.loads(answer)
        code = said["code" if kind == FEISHU else "errcode"]
    except (ValueError, TypeError, KeyError):
        raise RobotError("an answer that no robot gives") from None
    if code != 0:
        words = said.get("msg" if kind == FEISHU else "errmsg")
        raise RobotError(f"{code}: {str(words)[:100]}")
