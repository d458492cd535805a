"""CSV as Excel, WPS and programs write it: UTF-8 or GB18030; commas, semicolons or tabs."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO, Any

from luffy_api.libs.spreadsheets import texts
from luffy_api.libs.spreadsheets.reading import Limits, Row, UnreadableTable, checked_row

SEPARATORS = ",;\t"


def rows(file: IO[bytes], limits: Limits) -> Iterator[Row]:
    """The rows of the file; numbers are those of their first lines."""
    text = _decoded(file, limits)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_separator(text), strict=True)
    start, found = 1, 0
    for cells in _each(reader):
        row = Row(start, {place: unguarded(cell) for place, cell in enumerate(cells, start=1)})
        start = reader.line_num + 1
        if cells[:1] and cells[0].lower().startswith("sep=") and found == 0:
            continue
        if (checked := checked_row(row, limits)) is not None:
            found += 1
            if found > limits.max_rows + 1:
                raise UnreadableTable(f"超过 {limits.max_rows} 行，请分成几个文件")
            yield checked


def _each(reader: Any) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise UnreadableTable(
            f"第 {reader.line_num} 行不是正确的 CSV：引号没有成对，或单元格过长"
        ) from error


def unguarded(text: str) -> str:
    """The text without what `csv_lines` puts around one that a program might calculate."""
    if text.startswith("'") and texts.is_formula(text[1:].lstrip("'")):
        return text[1:]
    return text


def _decoded(file: IO[bytes], limits: Limits) -> str:
    """Strictly UTF-8, with or without its mark, or else strictly GB18030.

    Guessing libraries take two lines of Chinese for Korean, and GB18030 with a confidence of 0.1.
    """
    data = file.read(limits.max_bytes + 1)
    if len(data) > limits.max_bytes:
        raise UnreadableTable("文件过大，请分成几个文件")
    if b"\0" in data:
        raise UnreadableTable("不是 XLSX，也不是 UTF-8 或 GB18030 编码的 CSV")
    has_mark = data.startswith(codecs.BOM_UTF8)
    for encoding in ("utf-8-sig",) if has_mark else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableTable("不是 XLSX，也不是 UTF-8 或 GB18030 编码的 CSV")


def _separator(text: str) -> str:
    """The separator that stands most often in the first line with a letter, outside of quotes."""
    first = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    if first.lower().startswith("sep=") and len(first) >= 5:
        return first[4]
    bare = "".join(part for part in first.split('"')[::2])
    return max(SEPARATORS, key=bare.count)
