"""Numbers of orders and refunds: sortable by time, unguessable, unique without a coordinator."""

from datetime import datetime

from ulid import ULID


def new_out_trade_no() -> str:
    """A ULID: 48 bits of milliseconds and 80 random bits as 26 letters and digits."""
    return str(ULID())


def new_request_no() -> str:
    """The number of a refund for the payment provider, made like an order's."""
    return str(ULID())


def trade_number(out_trade_no: str, count: int) -> str:
    """The number under which a provider gets the order's trade of this count, from 1.

    The first trade has the order's own number. A provider takes a number once, for one way to pay:
    every further trade gets another. `_` is no part of an order's number, and both Alipay and
    WeChat Pay take it.
    """
    return out_trade_no if count == 1 else f"{out_trade_no}_{count}"


def order_number(number: str) -> str:
    """The order's number in the number of one of its trades."""
    return number.partition("_")[0]


def trade_count(number: str) -> int:
    """Which trade of its order a number names, from 1."""
    count = number.partition("_")[2]
    return int(count) if count.isascii() and count.isdigit() else 1


def placed_at(out_trade_no: str) -> datetime | None:
    """When an order got its number (UTC); None for one that is no ULID."""
    try:
        return ULID.from_str(out_trade_no).datetime
    except ValueError:
        return None
