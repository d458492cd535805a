"""CSV as Excel and WPS open it with a double click: UTF-8 with a byte order mark."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from luffy_api.libs.spreadsheets import texts
from luffy_api.libs.spreadsheets.columns import Column, Value, local

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
    for row in rows:
        yield writer.writerow([cell(column.value(row)) for column in columns]).encode()


def cell(value: Value) -> str:
    """A value as it is written."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return local(value).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return _text(texts.printable(value)) if value else ""


def _text(text: str) -> str:
    if texts.is_formula(text):
        return f"'{text}"
    return f"{text}\t" if texts.is_like_a_number(text) else text
