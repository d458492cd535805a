"""Texts as Alipay writes them: amounts in yuan, Beijing times, order numbers."""

import re
from datetime import UTC, datetime
from decimal import Decimal

from luffy_api.libs.china_time import SHANGHAI

TIME_FORMAT = "%Y-%m-%d %H:%M:%S"

# re.ASCII matters: \d also means full-width digits, and Decimal would read them as a number.
AMOUNT = re.compile(r"\d{1,8}\.\d{2}", re.ASCII)
OUT_TRADE_NO = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)


def parse_amount(text: object) -> Decimal:
    """Read yuan as Alipay writes them (`88.00`); anything else raises ValueError.

    The shape is checked before Decimal sees it: Decimal also takes `1_0.00`, ` 10.00` and `1E+2`.
    """
    if not isinstance(text, str) or not AMOUNT.fullmatch(text):
        raise ValueError("not an amount with two decimals")
    return Decimal(text)


def format_amount(amount: Decimal) -> str:
    """Write yuan with two decimals; ValueError for fractions of a cent or out of 0.01..99999999.99.

    Alipay allows 0.01 to 100000000 for `total_amount` (alipay.trade.page.pay).
    """
    text = f"{amount:.2f}" if amount.is_finite() else ""
    if not AMOUNT.fullmatch(text) or Decimal(text) != amount or amount <= 0:
        raise ValueError(f"not a payable amount: {amount}")
    return text


def parse_time(text: object) -> datetime:
    """Read a Beijing wall-clock time and return it in UTC; ValueError when it is none."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise ValueError("not a time")
    # strptime takes ten times as long, which a bill of 100,000 lines would feel.
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def format_time(moment: datetime) -> str:
    """Write an aware time as Beijing wall clock; ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be sent to Alipay")
    return moment.astimezone(SHANGHAI).strftime(TIME_FORMAT)
