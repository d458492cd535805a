"""Tables are read back with other programs' eyes: openpyxl for XLSX, csv for CSV."""

import csv
import io
import os
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from luffy_api.libs import spreadsheets

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://evil.example","付款")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
]
# What Excel would turn into a number, a date or a time.
NUMBERS = ["2026112822001439905012345678", "00123", "1E5", "3-4", "2026/11/28", "10:30", "50%"]
PLAIN = ["路飞学城（北京）有限公司", 'a,"b"\nc', "01JD5E10XK", "<b>&amp;</b>", "_x0041_", "😀"]
# XlsxWriter would write the last ones into the file as they are.
PLAIN += [" 甲 ", "甲\t乙\n", "x_x005F_x0041_", "]]>", "<r>a & b</r>", "<r><t>甲</t></r>"]
COLUMNS = [
    spreadsheets.text("标题", lambda row: row[0]),
    spreadsheets.money("金额（元）", lambda row: row[1]),
    spreadsheets.time("时间", lambda row: row[2]),
]
NOON = datetime(2026, 11, 28, 4, 0, 0, 999_999, tzinfo=UTC)


def xlsx(rows, **options):
    """The workbook of these rows, as openpyxl reads it."""
    file = io.BytesIO()
    spreadsheets.write_xlsx(file, title="订单", columns=COLUMNS, rows=rows, **options)
    return openpyxl.load_workbook(file)


def cells_of(text):
    """The first cell of a workbook whose one row has this text."""
    return xlsx([(text, None, None)])["订单"]["A2"]


def csv_of(rows):
    """The lines of a CSV file as a program that obeys its byte order mark parses them."""
    data = b"".join(spreadsheets.csv_lines(COLUMNS, rows))
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", [*FORMULAS, *NUMBERS, *PLAIN])
def test_every_text_is_the_same_text_in_a_workbook(text):
    cell = cells_of(text)

    # openpyxl hands out the file's own escapes: `_x005F_` is an underscore.
    assert (unescape(cell.value), cell.data_type, cell.number_format) == (text, "s", "@")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_stays_a_text_when_its_cell_is_edited(text):
    assert cells_of(text).quotePrefix


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_in_a_csv_file_begins_with_an_apostrophe(text):
    assert csv_of([(text, None, None)])[1][0] == f"'{text}"


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_in_a_csv_file_ends_in_a_tab(text):
    assert csv_of([(text, None, None)])[1][0] == f"{text}\t"


@pytest.mark.parametrize("text", PLAIN)
def test_any_other_text_is_the_same_text_in_a_csv_file(text):
    assert csv_of([(text, None, None)])[1][0] == text


@pytest.mark.parametrize("text", ["\0", "a\x0bb", "\ud800", "\ufffe", "\x1b[31m"])
def test_characters_that_would_damage_the_file_are_replaced(text):
    assert "�" in cells_of(text).value
    assert "�" in csv_of([(text, None, None)])[1][0]


def test_every_line_break_is_a_line_feed():
    assert cells_of("甲\r\n乙\r丙").value == "甲\n乙\n丙"
    assert csv_of([("甲\r\n乙\r丙", None, None)])[1][0] == "甲\n乙\n丙"
    assert csv_of([("\r=1+1", None, None)])[1][0] == "'\n=1+1"


@pytest.mark.parametrize(("character", "left"), [("长", 32_767), ("😀", 16_383)])
def test_a_text_beyond_the_limit_of_a_cell_is_cut(character, left):
    assert cells_of(character * 40_000).value == character * left


@pytest.mark.parametrize("amount", ["0.00", "0.10", "99.05", "-3.50", "99999999.99"])
def test_an_amount_is_a_number_with_two_decimals(amount):
    row = ("", Decimal(amount), None)
    cell = xlsx([row])["订单"]["B2"]

    assert (cell.data_type, cell.number_format) == ("n", "0.00")
    assert f"{cell.value:.2f}" == amount
    assert csv_of([row])[1][1] == amount


def test_a_moment_is_a_date_in_local_time():
    row = ("", None, NOON)
    cell = xlsx([row])["订单"]["C2"]

    assert cell.is_date
    assert cell.value.isoformat() == "2026-11-28T12:00:00"
    assert csv_of([row])[1][2] == "2026-11-28 12:00:00"


def test_a_day_is_a_date_without_a_time():
    columns = [spreadsheets.day("日期", lambda row: row)]
    file = io.BytesIO()
    spreadsheets.write_xlsx(file, title="账单", columns=columns, rows=[date(2026, 11, 28)])
    cell = openpyxl.load_workbook(file)["账单"]["A2"]

    assert (cell.is_date, cell.number_format) == (True, "yyyy-mm-dd")
    assert cell.value.isoformat() == "2026-11-28T00:00:00"
    lines = b"".join(spreadsheets.csv_lines(columns, [date(2026, 11, 28)])).decode()
    assert lines.split("\r\n")[1] == "2026-11-28"


def test_headings_come_first_and_empty_values_are_empty_cells():
    assert csv_of([(None, None, None)]) == [["标题", "金额（元）", "时间"], ["", "", ""]]
    sheet = xlsx([(None, None, None), ("a", None, None)])["订单"]
    assert [cell.value for cell in sheet[1]] == ["标题", "金额（元）", "时间"]
    assert [cell.value for cell in sheet[2]] == [None, None, None]
    assert sheet.freeze_panes == "A2"


def test_a_table_without_rows_has_its_headings():
    assert len(csv_of([])) == 1
    assert xlsx([])["订单"].max_row == 1


@pytest.mark.parametrize(("count", "sheets"), [(2, [2]), (3, [2, 1]), (5, [2, 2, 1])])
def test_more_rows_than_a_sheet_takes_go_on_in_the_next(count, sheets):
    book = xlsx([(str(n), None, None) for n in range(count)], max_rows=2)

    assert [sheet.max_row - 1 for sheet in book] == sheets
    assert all(sheet["A1"].value == "标题" for sheet in book)
    texts = [cell.value for sheet in book for cell in sheet["A"][1:]]
    assert texts == [str(n) for n in range(count)]


def test_rows_are_taken_one_by_one():
    taken = []
    lines = spreadsheets.csv_lines(COLUMNS, (taken.append(n) or ("a", None, None) for n in "123"))

    next(lines), next(lines)

    assert taken == ["1"]


def test_a_workbook_that_fails_leaves_no_files_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def broken():
        yield ("a", None, None)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        xlsx(broken())

    assert os.listdir(tmp_path) == []
