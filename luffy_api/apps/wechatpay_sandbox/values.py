"""Readers of request contents: numbers, amounts in fen, texts, times, URLs."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from luffy_api.apps.wechatpay_sandbox.exceptions import GatewayError, invalid
from luffy_api.common.dates import SHANGHAI

MAX_FEN = 9_999_999_999
MAX_URL_LENGTH = 256
OUT_TRADE_NO = re.compile(r"[0-9A-Za-z_|*-]{6,32}", re.ASCII)
REFUND_NO = re.compile(r"[0-9A-Za-z_|*@-]{1,64}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)


def number(content: dict[str, Any], name: str, shape: re.Pattern[str] = OUT_TRADE_NO) -> str:
    """A merchant's number of this shape."""
    value = content.get(name)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise _wrong(name)
    return value


def fen(content: dict[str, Any], name: str) -> int:
    """A positive whole number of fen in `amount`."""
    amount = content.get("amount")
    value = amount.get(name) if isinstance(amount, dict) else None
    if type(value) is not int or not 0 < value <= MAX_FEN:
        raise _wrong(f"amount.{name}")
    return value


def text(content: dict[str, Any], name: str, *, limit: int, required: bool = True) -> str:
    """A printable text; control characters and half surrogates are refused."""
    value = content.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        raise _wrong(name)
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in value):
        raise _wrong(name)
    return value


def nested(content: dict[str, Any], name: str, *, limit: int) -> str:
    """A text within objects, as `payer.openid`."""
    *path, last = name.split(".")
    for part in path:
        inner = content.get(part)
        if not isinstance(inner, dict):
            raise _wrong(name)
        content = inner
    return text(content, last, limit=limit)


def moment(content: dict[str, Any], name: str) -> datetime | None:
    """An RFC 3339 time in UTC, or None when it was not sent."""
    value = content.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise _wrong(name)
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong(name) from None


def http_url(value: object, name: str) -> str:
    """An http(s) URL that may be called or redirected to."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_URL_LENGTH:
        raise _wrong(name)
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not value.isascii() or not value.isprintable():
        raise _wrong(name)
    return value


def rfc3339(at: datetime) -> str:
    """Beijing wall clock with its offset, as WeChat Pay writes it."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _wrong(name: str) -> GatewayError:
    return invalid(f"参数有误: {name}")
