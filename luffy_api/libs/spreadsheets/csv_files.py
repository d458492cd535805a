"""CSV as Excel and WPS open it with a double click: UTF-8 with a byte order mark."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from luffy_api.libs.spreadsheets import texts
from luffy_api.libs.spreadsheets.columns import Column, Kind

BYTE_ORDER_MARK = "\ufeff"


class _Echo:
    """A file whose `write` returns the text, so that csv.writer returns each line."""

    def write(self, line: str) -> str:
        return line


def csv_lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[bytes]:
    """The lines of a file, headings first; amounts as 99.00, times as 2026-11-28 10:20:30.

    A text that looks like a formula begins with an apostrophe. One that looks like a number ends
    in a tab, which keeps it a text; Alipay's own bills do the same.
    """
    writer: Any = csv.writer(_Echo())
    headings = [column.heading for column in columns]
    yield (BYTE_ORDER_MARK + writer.writerow(headings)).encode()
    write_of = _writers()
    cells = [(column.value, write_of[column.kind]) for column in columns]
    for row in rows:
        values = [(value(row), write) for value, write in cells]
        line = ["" if value is None else write(value) for value, write in values]
        yield writer.writerow(line).encode()


def _writers() -> Mapping[Kind, Callable[[Any], str]]:
    """What writes a value that is not None, by the kind of its column."""
    zone = timezone.get_current_timezone()

    def write_time(moment: datetime) -> str:
        return moment.astimezone(zone).isoformat(" ", "seconds")[:19]

    return {
        Kind.TEXT: _write_text,
        Kind.NUMBER: str,
        Kind.MONEY: _write_money,
        Kind.TIME: write_time,
        Kind.DAY: date.isoformat,
    }


def _write_money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _write_text(text: str) -> str:
    text = texts.printable(text)
    if texts.is_formula(text.lstrip("'")):
        return f"'{text}"
    return f"{text}\t" if texts.is_like_a_number(text) else text
