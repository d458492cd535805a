"""The rows of a workbook (ECMA-376), by a parser that keeps no tree.

openpyxl keeps the elements of a row until it ends, pads rows to the widest and tells nothing of
merged cells when it streams; calamine holds a rectangle around all cells (docs/decisions/0040).
"""

import math
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, Any
from xml.parsers import expat  # nosec B407  (a DTD is refused)

from luffy_api.libs.spreadsheets.reading import (
    Limits,
    Row,
    Sheet,
    UnreadableTable,
    checked_row,
)

BLOCK = 64 * 1024
MAX_PARTS = 2000
# Everything but the sheets and their texts: styles, names, relations.
MAX_SMALL_PART = 4 * 1024**2
# Excel's last row and column.
MAX_ROW, MAX_COLUMN = 2**20, 2**14
# Formats of dates and times that have no code in the file, those of East Asia among them.
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
NOT_IN_DATES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
ESCAPED = re.compile(r"_x([0-9a-fA-F]{4})_")
CELL_NAME = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
# What zipfile, zlib and expat raise for files that are cut, encrypted or no workbooks at all.
DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError),
    *(KeyError, ValueError, RuntimeError),
)
DAMAGED = "工作簿已损坏，或不是 Excel、WPS 保存的 .xlsx"
# Day 0 of Excel's calendar for all days after its 29 February 1900, and of the old Mac's.
EPOCHS = {
    False: datetime(1899, 12, 30, tzinfo=UTC),
    True: datetime(1904, 1, 1, tzinfo=UTC),
}
FIRST_SERIAL, LAST_SERIAL = 61, 2_958_466

Attributes = dict[str, str]


def sheets(file: IO[bytes], limits: Limits) -> Iterator[Sheet]:
    """The sheets of a workbook in their order, hidden ones too."""
    try:
        with zipfile.ZipFile(file) as book:
            yield from _sheets(book, limits)
    except DAMAGES as error:
        raise UnreadableTable(DAMAGED) from error


def _sheets(book: zipfile.ZipFile, limits: Limits) -> Iterator[Sheet]:
    _check_sizes(book, limits)
    workbook = _Workbook.read(book)
    strings = _shared_strings(book, workbook, limits)
    dates = _date_styles(book, workbook)
    for title, part in workbook.sheets:
        parser = _SheetParser(strings, dates, workbook.is_1904, limits)
        yield Sheet(title, parser.rows(book.open(part)))


def _check_sizes(book: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse a file that would unpack to more; zipfile unpacks no more of a part than is told."""
    parts = book.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > limits.max_bytes:
        raise UnreadableTable(
            f"工作簿解压后超过 {limits.max_bytes // 1024**2} MB，请删除图片、格式和空行后再上传"
        )
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableTable("工作簿已加密，请去掉密码后再上传")


def _parse(
    source: IO[bytes],
    *,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] = lambda name: None,
    text: Callable[[str], None] = lambda data: None,
) -> Iterator[None]:
    """Call the handlers with local names, a step for each block. No DTD, hence no entities."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*args: Any) -> None:
        raise UnreadableTable(DAMAGED)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
    parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    parser.CharacterDataHandler = text
    with source:
        while block := source.read(BLOCK):
            parser.Parse(block, False)
            yield
    parser.Parse(b"", True)
    yield


def _elements(book: zipfile.ZipFile, part: str) -> list[tuple[str, Attributes]]:
    """The elements of a small part, with their attributes by local name."""
    if book.getinfo(part).file_size > MAX_SMALL_PART:
        raise UnreadableTable(DAMAGED)
    found: list[tuple[str, Attributes]] = []

    def start(name: str, attributes: Attributes) -> None:
        found.append((name, {key.rpartition(" ")[2]: each for key, each in attributes.items()}))

    for _ in _parse(book.open(part), start=start):
        pass
    return found


@dataclass(frozen=True)
class _Workbook:
    """Titles and parts of the sheets, and the parts of what they share."""

    sheets: list[tuple[str, str]]
    parts: dict[str, str]
    is_1904: bool

    @classmethod
    def read(cls, book: zipfile.ZipFile) -> "_Workbook":
        """Raises KeyError for a part that is missing."""
        main = _relations(book, "")["officeDocument"][0][1]
        related = _relations(book, main)
        by_id = {key: part for pairs in related.values() for key, part in pairs}
        elements = _elements(book, main)
        found = [
            (attributes["name"], by_id[attributes["id"]])
            for name, attributes in elements
            if name == "sheet" and by_id[attributes["id"]] in _sheet_parts(related)
        ]
        is_1904 = any(
            name == "workbookPr" and attributes.get("date1904") in {"1", "true"}
            for name, attributes in elements
        )
        return cls(found, {kind: pairs[0][1] for kind, pairs in related.items()}, is_1904)


def _sheet_parts(related: dict[str, list[tuple[str, str]]]) -> set[str]:
    """Not those of charts."""
    return {part for _, part in related.get("worksheet", [])}


def _relations(book: zipfile.ZipFile, part: str) -> dict[str, list[tuple[str, str]]]:
    """(id, part) of what a part refers to, by the last word of the kind."""
    folder, name = posixpath.split(part)
    related: dict[str, list[tuple[str, str]]] = {}
    for element, attributes in _elements(book, posixpath.join(folder, "_rels", f"{name}.rels")):
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))[1:]
            kind = attributes["Type"].rpartition("/")[2]
            related.setdefault(kind, []).append((attributes["Id"], target))
    return related


def _date_styles(book: zipfile.ZipFile, workbook: _Workbook) -> set[str]:
    """The numbers of the cell styles that show a number as a date or time."""
    if "styles" not in workbook.parts:
        return set()
    formats, styles, inside = set(map(str, DATE_FORMATS)), set(), False
    count = 0
    for name, attributes in _elements(book, workbook.parts["styles"]):
        if name == "numFmt" and _is_date_format(attributes.get("formatCode", "")):
            formats.add(attributes.get("numFmtId", ""))
        # `xf` stands in cellStyleXfs, too.
        if name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            inside = name == "cellXfs"
        if name == "xf" and inside:
            if attributes.get("numFmtId") in formats:
                styles.add(str(count))
            count += 1
    return styles


def _is_date_format(code: str) -> bool:
    first = NOT_IN_DATES.sub("", code).split(";")[0]
    return bool(re.search("[dmhysDMHYS]", first)) and "General" not in first


class _Text:
    """The text of `si` or `is`: its `t` elements, but for readings (`rPh`); not much too long."""

    def __init__(self, limits: Limits) -> None:
        self._limit = limits.max_characters + 1
        self._parts: list[str] = []
        self._size = 0
        self._open = self._reading = False

    def start(self, name: str) -> None:
        if name == "rPh":
            self._reading = True
        self._open = name == "t" and not self._reading

    def end(self, name: str) -> None:
        if name == "rPh":
            self._reading = False
        if name == "t":
            self._open = False

    def add(self, data: str) -> None:
        if self._open and self._size < self._limit:
            self._parts.append(data[: self._limit - self._size])
            self._size += len(self._parts[-1])

    def take(self) -> str:
        text = "".join(self._parts)
        self._parts, self._size = [], 0
        return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _shared_strings(book: zipfile.ZipFile, workbook: _Workbook, limits: Limits) -> list[str]:
    if "sharedStrings" not in workbook.parts:
        return []
    strings: list[str] = []
    text = _Text(limits)

    def end(name: str) -> None:
        text.end(name)
        if name == "si":
            strings.append(text.take())

    source = book.open(workbook.parts["sharedStrings"])
    for _ in _parse(source, start=lambda name, _: text.start(name), end=end, text=text.add):
        pass
    return strings


class _SheetParser:
    """The rows of one sheet."""

    def __init__(self, strings: list[str], dates: set[str], is_1904: bool, limits: Limits) -> None:
        self._strings, self._dates, self._limits = strings, dates, limits
        self._epoch = EPOCHS[is_1904]
        self._rows: list[Row] = []
        self._row = Row(0)
        self._number = self._column = self._found = 0
        self._cell: Attributes = {}
        self._inline = _Text(limits)
        self._value: list[str] | None = None
        self._is_formula = False

    def rows(self, source: IO[bytes]) -> Iterator[Row]:
        try:
            for _ in _parse(source, start=self._start, end=self._end, text=self._text):
                yield from self._rows
                self._rows.clear()
        except DAMAGES as error:
            raise UnreadableTable(DAMAGED) from error

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "v":
            self._value = []
        elif name == "f":
            self._is_formula = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "mergeCell":
            raise UnreadableTable(
                f"有合并的单元格（{attributes.get('ref', '')}），请取消合并后再上传"
            )
        else:
            self._inline.start(name)

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r", str(self._number + 1))
        if not number.isdigit() or not self._number < int(number) <= MAX_ROW:
            raise UnreadableTable(DAMAGED)
        self._number = int(number)
        self._row, self._column = Row(self._number), 0

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell, self._value, self._is_formula = attributes, None, False
        self._column += 1
        if (name := attributes.get("r")) is not None:
            match = CELL_NAME.fullmatch(name)
            if match is None or int(match[2]) != self._number:
                raise UnreadableTable(DAMAGED)
            self._column = _column_number(match[1])
        if self._column > MAX_COLUMN:
            raise UnreadableTable(DAMAGED)

    def _text(self, data: str) -> None:
        if self._value is None:
            self._inline.add(data)
        elif len(self._value) <= self._limits.max_characters:
            self._value.append(data)

    def _end(self, name: str) -> None:
        if name == "v" and self._value is not None:
            self._cell["v"] = "".join(self._value)[: self._limits.max_characters + 1]
            self._value = None
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        else:
            self._inline.end(name)

    def _end_cell(self) -> None:
        text = self._inline.take()
        if self._is_formula:
            self._row.faults[self._column] = "单元格是公式，请复制后选择性粘贴为数值"
            return
        kind, value = self._cell.get("t", "n"), self._cell.get("v", "")
        if kind == "e":
            self._row.faults[self._column] = f"单元格是错误值 {value}"
        elif kind == "inlineStr":
            self._put(text)
        elif value:
            self._put(self._shown(kind, value))

    def _put(self, text: str | None) -> None:
        if text is None:
            self._row.faults[self._column] = "单元格的日期或数字无法识别"
        elif text.strip():
            self._row.cells[self._column] = text

    def _shown(self, kind: str, value: str) -> str | None:
        """The text of a cell; None for one that cannot be."""
        if kind == "s":
            place = int(value) if value.isdigit() else len(self._strings)
            return self._strings[place] if place < len(self._strings) else None
        if kind == "b":
            return "是" if value in {"1", "true"} else "否"
        if kind == "str":
            return ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
        if kind == "d":
            return value.replace("T", " ").removesuffix("Z")
        if self._cell.get("s") in self._dates:
            return _date(value, self._epoch)
        return _number(value)

    def _end_row(self) -> None:
        row = checked_row(self._row, self._limits)
        self._row = Row(self._number)
        if row is not None:
            self._found += 1
            if self._found > self._limits.max_rows + 1:
                raise UnreadableTable(f"超过 {self._limits.max_rows} 行，请分成几个文件")
            self._rows.append(row)


def _column_number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _number(value: str) -> str | None:
    """As Excel shows it: 15 digits, so that the nearest double of 0.1 is 0.1, and 99.0 is 99."""
    try:
        number = float(value)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return format(number, ".15g")


def _date(value: str, epoch: datetime) -> str | None:
    """A day, a moment, or a time of day where the day is 0."""
    try:
        serial = float(value)
        if not (0 <= serial < 1 or FIRST_SERIAL <= serial < LAST_SERIAL):
            return None
        moment = epoch + timedelta(seconds=round(serial * 86_400))
    except (ValueError, OverflowError):
        return None
    if serial < 1:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d}" if serial.is_integer() else f"{moment:%Y-%m-%d %H:%M:%S}"
