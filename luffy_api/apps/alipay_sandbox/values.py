"""Readers of request parameters: numbers, amounts, texts, times, URLs."""

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from luffy_api.apps.alipay_sandbox.exceptions import GatewayError, invalid
from luffy_api.common.dates import SHANGHAI

TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
MAX_AMOUNT = Decimal(100_000_000)
MAX_URL_LENGTH = 500
_NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,2})?", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", re.ASCII)


def number(content: dict[str, Any], name: str, *, required: bool = True) -> str:
    """A merchant's or gateway's number; empty when it may be missing and is."""
    value = content.get(name, "")
    if value == "" and not required:
        return ""
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise _wrong(name)
    return value


def amount(content: dict[str, Any], name: str) -> Decimal:
    """Yuan, 0.01 to 100000000 (alipay.trade.page.pay), at most two decimals."""
    value = content.get(name)
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise _wrong(name)
    if not Decimal("0.01") <= Decimal(value) <= MAX_AMOUNT:
        raise _wrong(name)
    return Decimal(value).quantize(Decimal("0.01"))


def text(content: dict[str, Any], name: str, *, limit: int) -> str:
    """A printable text; control characters and half surrogates are refused."""
    value = content.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        raise _wrong(name)
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in value):
        raise _wrong(name)
    return value


def moment(content: dict[str, Any], name: str) -> datetime | None:
    """A Beijing time in UTC, or None when it was not sent."""
    value = content.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise _wrong(name)
    try:
        full = value if len(value) == 19 else f"{value}:00"
        local = datetime.strptime(full, TIME_FORMAT).replace(tzinfo=SHANGHAI)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong(name) from None


def http_url(params: dict[str, str], name: str) -> str:
    """An http(s) URL that may be called or redirected to, or an empty text."""
    value = params.get(name, "")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or len(value) > MAX_URL_LENGTH or not value.isascii() or not value.isprintable():
        raise _wrong(name)
    return value


def beijing(at: datetime) -> str:
    """Beijing wall clock as Alipay writes it."""
    return at.astimezone(SHANGHAI).strftime(TIME_FORMAT)


def _wrong(name: str) -> GatewayError:
    return invalid("isv.invalid-parameter", f"参数有误: {name}")
