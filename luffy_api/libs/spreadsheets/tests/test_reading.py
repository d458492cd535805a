"""Files that people made are read as texts, or refused with the reason; openpyxl writes them."""

import datetime
import io
import tracemalloc
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from luffy_api.libs import spreadsheets
from luffy_api.libs.spreadsheets import Limits, UnreadableTable

LIMITS = Limits(max_rows=100, max_bytes=2 * 1024**2)
HEAD = '<?xml version="1.0"?>'
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def read(content, limits=LIMITS):
    """(number, cells, faults) of every row of the first sheet."""
    sheets = spreadsheets.read_sheets(io.BytesIO(content), limits)
    return [(row.number, row.cells, row.faults) for row in next(sheets).rows]


def cells(content, limits=LIMITS):
    return [found for _, found, _ in read(content, limits)]


def workbook(*rows, change=lambda sheet: None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_sheet(xml):
    """A workbook whose only sheet is this text."""
    return replaced(workbook(["甲"]), "xl/worksheets/sheet1.xml", xml)


def shared_texts(*texts):
    """A workbook of one row as Excel writes it: its texts stand in a part of their own."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write_row(0, 0, texts)
    return file.getvalue()


def replaced(content, part, xml):
    """The workbook with another text as this part."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book,
    ):
        for name in source.namelist():
            book.writestr(name, xml if name == part else source.read(name))
    return target.getvalue()


def test_cells_of_a_workbook_are_what_excel_shows():
    moment = datetime.datetime(2026, 1, 5, 10, 20, 30)  # noqa: DTZ001
    row = [99.0, 0.1 + 0.2, 13800000001, True, datetime.date(2026, 1, 5), moment, " 甲\r\n乙 "]

    [found] = cells(workbook(row))

    texts = ["99", "0.3", "13800000001", "是", "2026-01-05", "2026-01-05 10:20:30", "甲\n乙"]
    assert list(found.values()) == texts


def test_shared_texts_are_read_without_their_readings():
    assert cells(shared_texts("甲", "乙", "甲")) == [{1: "甲", 2: "乙", 3: "甲"}]

    texts = "<sst><si><r><t>甲</t></r><r><t>_x000D_乙</t></r><rPh><t>jia</t></rPh></si></sst>"
    content = replaced(shared_texts("甲"), "xl/sharedStrings.xml", texts)
    assert cells(content) == [{1: "甲\n乙"}]


def test_a_time_of_day_and_the_old_calendar_of_the_mac_are_known():
    book = openpyxl.Workbook()
    book.epoch = datetime.datetime(1904, 1, 1)  # noqa: DTZ001
    book.active.append([datetime.date(2026, 1, 5), datetime.time(9, 30)])
    file = io.BytesIO()
    book.save(file)

    assert cells(file.getvalue()) == [{1: "2026-01-05", 2: "09:30:00"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_in_every_encoding_and_with_every_separator(encoding, separator):
    text = separator.join(["名称", "价格"]) + "\r\n" + separator.join(["路飞，学城", "99"])

    assert cells(text.encode(encoding)) == [{1: "名称", 2: "价格"}, {1: "路飞，学城", 2: "99"}]


def test_two_short_chinese_lines_are_no_korean():
    assert cells("名称\n爬虫\n".encode("gb18030")) == [{1: "名称"}, {1: "爬虫"}]


def test_the_line_of_excel_about_its_separator_is_no_heading():
    assert cells(b"sep=;\na;b\n") == [{1: "a", 2: "b"}]


@pytest.mark.parametrize("content", [b"\xff\xfea\0b\0", b"\x89PNG\r\n\x1a\n\0", b"\xff\xff\xff"])
def test_what_is_neither_workbook_nor_text_is_refused(content):
    with pytest.raises(UnreadableTable, match="GB18030"):
        read(content)


def test_an_old_or_encrypted_workbook_is_refused_by_name():
    with pytest.raises(UnreadableTable, match="xls"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_blank_lines_with_formats_are_no_rows():
    def format_many(sheet):
        for number in range(2, 90):
            sheet.cell(number, 1).font = Font(bold=True)
        sheet.cell(95, 1, "  ")

    assert [number for number, *_ in read(workbook(["名称"], change=format_many))] == [1]


def test_merged_cells_are_refused_with_their_place():
    with pytest.raises(UnreadableTable, match="A1:B2"):
        read(workbook(["甲", None], change=lambda sheet: sheet.merge_cells("A1:B2")))


def test_a_formula_and_an_error_are_told_by_cell_and_never_read_as_blank():
    [(number, found, faults)] = read(workbook(["甲", "=1+1", "#N/A"]))

    assert (number, found) == (1, {1: "甲"})
    assert "公式" in faults[2]
    assert "#N/A" in faults[3]


def test_what_our_own_files_guard_comes_back_as_it_was():
    texts = ["=1+1", "'=1+1", "''@x", "00123", "a,b\nc", "+86 138", "'甲'", "_x0041_"]
    columns = [spreadsheets.text("甲", lambda row: row)]
    file = io.BytesIO()
    spreadsheets.write_xlsx(file, title="表", columns=columns, rows=texts)

    for content in (b"".join(spreadsheets.csv_lines(columns, texts)), file.getvalue()):
        assert [found[1] for found in cells(content)[1:]] == texts


def test_a_text_that_fills_its_cell_may_have_been_cut():
    [_, (_, found, faults)] = read(workbook(["甲"], ["x" * 32_767]), Limits(9, 10**6))

    assert (found, list(faults)) == ({}, [1])


def test_too_many_rows_columns_and_quotes_are_refused():
    with pytest.raises(UnreadableTable, match="100 行"):
        read(workbook(*([n] for n in range(102))))
    with pytest.raises(UnreadableTable, match="列"):
        read(workbook([None] * 99 + ["x"]))
    with pytest.raises(UnreadableTable, match="引号"):
        read(b'a,b\n"c"d,e\n')


# --- Files that were made to do harm ------------------------------------------------------------


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = with_sheet(HEAD + SHEET + "<sheetData/>" + " " * LIMITS.max_bytes + "</worksheet>")
    assert len(bomb) < 20_000

    with pytest.raises(UnreadableTable, match="解压"):
        read(bomb)


def test_a_part_that_lies_about_its_size_is_never_unpacked_further():
    honest = with_sheet(HEAD + SHEET + "<sheetData/>" + " " * 10**6 + "</worksheet>")
    size = (10**6 + len(HEAD + SHEET + "<sheetData/></worksheet>")).to_bytes(4, "little")
    assert honest.count(size) >= 1
    liar = honest.replace(size, (200).to_bytes(4, "little"))

    with pytest.raises(UnreadableTable):
        read(liar)


DTD = f'{HEAD}<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


def test_entities_are_refused_in_a_sheet():
    with pytest.raises(UnreadableTable):
        read(with_sheet(f"{DTD}{SHEET}&b;</worksheet>"))


def test_entities_are_refused_in_shared_texts():
    texts = f"{DTD}<sst><si><t>&b;</t></si></sst>"

    with pytest.raises(UnreadableTable):
        read(replaced(shared_texts("甲"), "xl/sharedStrings.xml", texts))


@pytest.mark.parametrize(
    "xml",
    [
        "<sheetData><row r='1048577'/></sheetData>",
        "<sheetData><row r='2'/><row r='2'/></sheetData>",
        "<sheetData><row r='x'/></sheetData>",
        "<sheetData><row r='1'><c r='AAAA1'/></row></sheetData>",
        "<sheetData><row r='1'><c r='A2'/></row></sheetData>",
        "<sheetData><row",
    ],
)
def test_a_damaged_sheet_is_refused(xml):
    with pytest.raises(UnreadableTable, match="损坏"):
        read(with_sheet(f"{HEAD}{SHEET}{xml}</worksheet>"))


@pytest.mark.parametrize("value", ["1e400", "nan", "x", "-1e9"])
def test_a_number_or_date_that_is_none_is_told_by_cell(value):
    sheet = f"<sheetData><row r='1'><c r='A1' s='0'><v>{value}</v></c></row></sheetData>"

    [(_, found, faults)] = read(with_sheet(f"{HEAD}{SHEET}{sheet}</worksheet>"))

    assert (found, list(faults)) == ({}, [1]) or found == {1: "-1000000000"}


def test_memory_does_not_grow_with_cells_that_are_blank_or_large():
    row = "<row>" + "<c/>" * 15_000 + "</row>"
    large = f"<row><c t='inlineStr'><is><t>{'x' * 10**6}</t></is></c></row>"
    content = with_sheet(f"{HEAD}{SHEET}<sheetData>{row * 50}{large * 10}</sheetData></worksheet>")

    tracemalloc.start()
    found = read(content, Limits(max_rows=100, max_bytes=64 * 1024**2))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(found) == 10
    assert all("截断" in faults[1] for _, _, faults in found)
    assert peak < 12 * 1024**2
