"""Tables that people made with Excel, WPS or a program, read row by row as texts.

What a file may hold is limited before anything of it is unpacked, and each part is read as a
stream: memory grows with one row and with the workbook's shared texts, not with the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

ZIP = b"PK\x03\x04"
# Workbooks before 2007, and those with a password.
OLE = b"\xd0\xcf\x11\xe0"


class UnreadableTable(Exception):
    """The file cannot be read as a table; the text says why, in Chinese."""


@dataclass(frozen=True)
class Limits:
    """What a file may hold; bytes are those of the unpacked parts of a workbook."""

    max_rows: int
    max_bytes: int
    max_columns: int = 64
    # Of a cell, as in Excel. A cell that is full may have been cut by whoever wrote it.
    max_characters: int = 32_766


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank: texts by column (1 is A), and why some cells have none."""

    number: int
    cells: dict[int, str] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """One table; `title` is blank for a CSV file. `rows` can be read once."""

    title: str
    rows: Iterator[Row]


def read_sheets(file: IO[bytes], limits: Limits) -> Iterator[Sheet]:
    """The tables of an XLSX or CSV file, by its content; each is read before the next is asked for.

    Numbers come as Excel shows them in the format 常规, dates as 2026-01-05 or
    2026-01-05 10:20:30, truth values as 是 and 否. Raises UnreadableTable, while rows are read too.
    """
    from luffy_api.libs.spreadsheets import csv_reading, xlsx_reading

    file.seek(0)
    head = file.read(len(ZIP))
    file.seek(0)
    if head == OLE:
        raise UnreadableTable("这是旧版 .xls 或加密的工作簿，请另存为不加密的 .xlsx 后再上传")
    if head == ZIP:
        yield from xlsx_reading.sheets(file, limits)
    else:
        yield Sheet("", csv_reading.rows(file, limits))


def column_name(column: int) -> str:
    """1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _units(text: str) -> int:
    """The length as Excel counts it."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def checked_row(row: Row, limits: Limits) -> Row | None:
    """The row with stripped texts and LF between lines; None for a blank one."""
    cells: dict[int, str] = {}
    for column, text in row.cells.items():
        stripped = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if _units(stripped) > limits.max_characters:
            row.faults[column] = f"内容超过 {limits.max_characters} 个字，可能已被截断"
        elif stripped:
            cells[column] = stripped
    last = max([*cells, *row.faults], default=0)
    if last > limits.max_columns:
        raise UnreadableTable(
            f"第 {row.number} 行到了 {column_name(last)} 列，最多 {limits.max_columns} 列"
        )
    return Row(row.number, cells, row.faults) if last else None
