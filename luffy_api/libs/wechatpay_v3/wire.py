"""Values as WeChat Pay writes them: amounts in fen, RFC 3339 times, numbers."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from luffy_api.libs.china_time import SHANGHAI

MAX_FEN = 9_999_999_999
FEN = Decimal("0.01")

# What reading a JSON object of another shape raises.
ODD = (KeyError, ValueError, TypeError, AttributeError, OverflowError)
# re.ASCII matters: \d also means full-width digits.
OUT_TRADE_NO = re.compile(r"[0-9A-Za-z_|*-]{6,32}", re.ASCII)
REFUND_NO = re.compile(r"[0-9A-Za-z_|*@-]{1,64}", re.ASCII)
NUMBER = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def to_fen(amount: Decimal) -> int:
    """Write yuan as fen; ValueError for fractions of a fen or out of 0.01..99999999.99."""
    if not amount.is_finite() or not FEN <= amount <= MAX_FEN * FEN or amount % FEN:
        raise ValueError(f"not a payable amount: {amount}")
    return int(amount * 100)


def from_fen(value: object) -> Decimal:
    """Read fen as yuan; ValueError for anything but a positive JSON integer."""
    if type(value) is not int or not 0 < value <= MAX_FEN:
        raise ValueError("not an amount in fen")
    return (Decimal(value) / 100).quantize(FEN)


def parse_time(text: object) -> datetime:
    """Read an RFC 3339 time and return it in UTC; ValueError when it is none."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise ValueError("not a time")
    return datetime.fromisoformat(text).astimezone(UTC)


def format_time(moment: datetime) -> str:
    """Write an aware time with Beijing's offset; ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be sent to WeChat Pay")
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def parse_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object; ValueError for anything else, and for a name that comes twice."""
    try:
        value = json.loads(body, object_pairs_hook=_unique)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a name comes twice")
    return values


def dump(value: dict[str, Any]) -> bytes:
    """JSON in UTF-8; these very bytes are signed and sent."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
