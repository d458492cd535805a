"""XLSX by XlsxWriter, which keeps one row in memory; the rest waits in a temporary folder."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from luffy_api.libs.spreadsheets import texts
from luffy_api.libs.spreadsheets.columns import Column, Value, local

# Excel's limit is 2^20 rows with the headings.
MAX_ROWS = 2**20 - 1
# A cell takes this many characters; XlsxWriter cuts in silence.
MAX_CHARACTERS = 32_767


@dataclass(frozen=True)
class _Formats:
    heading: Format
    text: Format
    formula: Format
    money: Format
    time: Format
    day: Format


def write_xlsx(
    file: IO[bytes],
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    max_rows: int = MAX_ROWS,
) -> None:
    """Writes a workbook into `file`: amounts are numbers, times are dates, texts are texts.

    The sheet is named `title` (31 characters at most); beyond `max_rows` a further one begins.
    """
    with tempfile.TemporaryDirectory() as folder:
        book = Workbook(file, {"constant_memory": True, "tmpdir": folder})
        try:
            formats = _make_formats(book)
            for number, part in enumerate(_parts(rows, max_rows), start=1):
                sheet = book.add_worksheet(title if number == 1 else f"{title}（{number}）")
                _write_sheet(sheet, columns, part, formats)
        finally:
            # Also closes the temporary files when reading the rows has failed.
            book.close()


def _make_formats(book: Workbook) -> _Formats:
    return _Formats(
        heading=book.add_format({"bold": True, "num_format": "@"}),
        text=book.add_format({"num_format": "@"}),
        # Stays a text when somebody edits the cell.
        formula=book.add_format({"num_format": "@", "quote_prefix": True}),
        money=book.add_format({"num_format": "0.00"}),
        time=book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        day=book.add_format({"num_format": "yyyy-mm-dd"}),
    )


def _parts(rows: Iterable[Any], size: int) -> Iterator[Iterable[Any]]:
    """The rows in parts, each to be read to its end before the next; one at least."""
    iterator = iter(rows)
    yield islice(iterator, size)
    for first in iterator:
        yield chain([first], islice(iterator, size - 1))


def _write_sheet(
    sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Any], formats: _Formats
) -> None:
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.kind.width)
        sheet.write_string(0, place, column.heading, formats.heading)
    for line, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write(sheet, line, place, column.value(row), formats)


def _write(
    sheet: Worksheet,
    line: int,
    place: int,
    value: Value,
    formats: _Formats,
) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(line, place, float(value), formats.money)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, place, local(value), formats.time)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, formats.day)
    elif value:
        text = texts.printable(value)[:MAX_CHARACTERS]
        style = formats.formula if texts.is_formula(text) else formats.text
        sheet.write_string(line, place, text, style)
