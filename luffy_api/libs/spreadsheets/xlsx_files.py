"""XLSX in constant memory: XlsxWriter makes the workbook, its rows are written here.

XlsxWriter spends several calls on each cell, four fifths of the time of an export, and takes a text
that begins with `<r>` and ends in `</r>` for XML (docs/decisions/0017).
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from luffy_api.libs.spreadsheets import texts
from luffy_api.libs.spreadsheets.columns import Column, Kind

# Excel's limit is 2^20 rows with the headings.
MAX_ROWS = 2**20 - 1
# A cell takes this many UTF-16 code units.
MAX_CHARACTERS = 32_767
# Day 0 of Excel's calendar for all days after its 29 February 1900, which never was.
EPOCH = date(1899, 12, 30).toordinal()
DAY_SECONDS = 86_400
# ISO/IEC 29500-1, ST_Xstring: `_x0041_` in a text would be read as A.
LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
BLOCK_LINES = 500

# Gets a value that is not None; returns the rest of a `<c r="A2"` element.
Write = Callable[[Any], str]


@dataclass(frozen=True)
class _Formats:
    """The formats of the cells, as numbers of the workbook's style sheet."""

    text: int
    formula: int
    money: int
    time: int
    day: int


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
    Rows wait in a temporary file until the last one is known.
    """
    write_workbook(file, [Table(title, columns, rows)], max_rows=max_rows)


@dataclass(frozen=True)
class Table:
    """A sheet of a workbook."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Any]


def write_workbook(file: IO[bytes], tables: Sequence[Table], *, max_rows: int = MAX_ROWS) -> None:
    """The same with a sheet for each table."""
    formats = _formats_of(_empty_workbook([(each.title, each.columns) for each in tables]))
    with ExitStack() as stack:
        sheets: list[tuple[IO[bytes], int]] = []
        titles: list[tuple[str, Sequence[Column]]] = []
        for table in tables:
            for number, part in enumerate(_parts(table.rows, max_rows), start=1):
                sheet = stack.enter_context(TemporaryFile())
                sheets.append((sheet, _write_rows(sheet, table.columns, part, formats)))
                title = table.title if number == 1 else f"{table.title}（{number}）"
                titles.append((title, table.columns))
        _fill(file, _empty_workbook(titles), sheets)


def _parts(rows: Iterable[Any], size: int) -> Iterator[Iterable[Any]]:
    """The rows in parts, each to be read to its end before the next; one at least."""
    iterator = iter(rows)
    yield islice(iterator, size)
    for first in iterator:
        yield chain([first], islice(iterator, size - 1))


def _empty_workbook(sheets: Sequence[tuple[str, Sequence[Column]]]) -> zipfile.ZipFile:
    """A workbook of sheets with headings, and below the first of these a cell of each format."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        heading = book.add_format({"bold": True, "num_format": "@"})
        formats = [
            book.add_format({"num_format": "@"}),
            # Stays a text when somebody edits the cell.
            book.add_format({"num_format": "@", "quote_prefix": True}),
            book.add_format({"num_format": "0.00"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
        ]
        for title, columns in sheets:
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                sheet.set_column(place, place, column.kind.width)
                sheet.write_string(0, place, column.heading, heading)
            for line, each in enumerate(formats, start=1):
                sheet.write_blank(line, 0, None, each)
    return zipfile.ZipFile(content)


def _formats_of(workbook: zipfile.ZipFile) -> _Formats:
    _, cells, _ = _split(workbook.read(_sheet_name(1)))
    return _Formats(*(int(number) for number in re.findall(rb'<c r="A\d" s="(\d+)"', cells)))


def _split(sheet: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before the rows below the headings, these, and what follows them."""
    before, row, rest = sheet.partition(b'<row r="2"')
    cells, end, after = rest.partition(b"</sheetData>")
    return before, row + cells, end + after


def _sheet_name(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


def _fill(file: IO[bytes], empty: zipfile.ZipFile, sheets: Sequence[tuple[IO[bytes], int]]) -> None:
    """Writes the workbook with these rows; with each sheet comes the number of its last row."""
    rows = {_sheet_name(number): sheet for number, sheet in enumerate(sheets, start=1)}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name in empty.namelist():
            if name in rows:
                _fill_sheet(book, name, empty.read(name), *rows[name])
            else:
                book.writestr(name, empty.read(name))


def _fill_sheet(book: zipfile.ZipFile, name: str, empty: bytes, rows: IO[bytes], last: int) -> None:
    before, _, after = _split(empty)
    before = re.sub(rb'(<dimension ref="A1:[A-Z]+)\d+', rb"\g<1>%d" % last, before)
    size = len(before) + rows.tell() + len(after)
    # Some programs refuse the form for 4 GiB and more, so that only such a sheet may have it.
    with book.open(name, "w", force_zip64=size >= zipfile.ZIP64_LIMIT) as sheet:
        sheet.write(before)
        rows.seek(0)
        copyfileobj(rows, sheet)
        sheet.write(after)


def _write_rows(
    sheet: IO[bytes], columns: Sequence[Column], rows: Iterable[Any], formats: _Formats
) -> int:
    """Writes the elements of the rows; returns the number of the last, the headings' without."""
    write_of = _writers(formats)
    cells = [
        (f'<c r="{xl_col_to_name(place)}', column.value, write_of[column.kind])
        for place, column in enumerate(columns)
    ]
    last, block = 1, []
    for last, row in enumerate(rows, start=2):
        values = [(start, value(row), write) for start, value, write in cells]
        written = [
            f"{start}{last}{write(value)}" for start, value, write in values if value is not None
        ]
        block.append(f'<row r="{last}">{"".join(written)}</row>')
        if len(block) == BLOCK_LINES:
            sheet.write("".join(block).encode())
            block.clear()
    sheet.write("".join(block).encode())
    return last


def _writers(formats: _Formats) -> Mapping[Kind, Write]:
    """What writes a value that is not None, by the kind of its column."""
    zone = timezone.get_current_timezone()

    def write_text(text: str) -> str:
        if not text:
            return '"/>'
        text = _cut(texts.printable(text))
        style = formats.formula if texts.is_formula(text) else formats.text
        return f'" s="{style}" t="inlineStr"><is>{_text_element(text)}</is></c>'

    def write_money(amount: Decimal) -> str:
        return f'" s="{formats.money}"><v>{amount}</v></c>'

    def write_time(moment: datetime) -> str:
        local = moment.astimezone(zone)
        seconds = (local.hour * 60 + local.minute) * 60 + local.second
        number = local.toordinal() - EPOCH + seconds / DAY_SECONDS
        return f'" s="{formats.time}"><v>{number}</v></c>'

    def write_day(day: date) -> str:
        return f'" s="{formats.day}"><v>{day.toordinal() - EPOCH}</v></c>'

    return {
        Kind.TEXT: write_text,
        Kind.NUMBER: lambda number: f'"><v>{number}</v></c>',
        Kind.MONEY: write_money,
        Kind.TIME: write_time,
        Kind.DAY: write_day,
    }


def _cut(text: str) -> str:
    """The text, or as much of it as a cell takes."""
    if len(text) <= MAX_CHARACTERS // 2:
        return text
    return text.encode("utf-16-le")[: 2 * MAX_CHARACTERS].decode("utf-16-le", errors="ignore")


def _text_element(text: str) -> str:
    """The text as `<t>`. Without the attribute programs may drop the blanks around it."""
    preserve = "" if text.strip() == text else ' xml:space="preserve"'
    if "_x" in text:
        text = LIKE_AN_ESCAPE.sub("_x005F_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<t{preserve}>{text}</t>"
