"""Columns of a table: a heading, a kind, and where the value comes from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

Value: TypeAlias = str | int | Decimal | datetime | date | None


class Kind(Enum):
    """What a column holds: str, int, Decimal (yuan), an aware datetime or a date.

    None is an empty cell.
    """

    TEXT = 18
    NUMBER = 10
    MONEY = 12
    TIME = 19
    DAY = 11

    @property
    def width(self) -> int:
        """The width of a column in characters."""
        return self.value


@dataclass(frozen=True)
class Column:
    """One column; `value` takes what a row is made from."""

    heading: str
    kind: Kind
    value: Callable[[Any], Value]


def text(heading: str, value: Callable[[Any], str | None]) -> Column:
    """A column of texts, numbers of orders and trades among them."""
    return Column(heading, Kind.TEXT, value)


def number(heading: str, value: Callable[[Any], int | None]) -> Column:
    """A column of whole numbers."""
    return Column(heading, Kind.NUMBER, value)


def money(heading: str, value: Callable[[Any], Decimal | None]) -> Column:
    """A column of amounts in yuan, shown with two decimals."""
    return Column(heading, Kind.MONEY, value)


def time(heading: str, value: Callable[[Any], datetime | None]) -> Column:
    """A column of moments, shown in settings.TIME_ZONE to the second."""
    return Column(heading, Kind.TIME, value)


def day(heading: str, value: Callable[[Any], date | None]) -> Column:
    """A column of days."""
    return Column(heading, Kind.DAY, value)
