"""Tables for Excel and WPS as XLSX or CSV, written and read row by row.

Whatever a text holds, it stays that text: no formula, no number in exponent notation, no date.
"""

from luffy_api.libs.spreadsheets.columns import Column, day, money, number, text, time
from luffy_api.libs.spreadsheets.csv_files import csv_lines
from luffy_api.libs.spreadsheets.reading import (
    Limits,
    Row,
    Sheet,
    UnreadableTable,
    column_name,
    read_sheets,
)
from luffy_api.libs.spreadsheets.xlsx_files import Table, write_workbook, write_xlsx

__all__ = [
    "Column",
    "Limits",
    "Row",
    "Sheet",
    "Table",
    "UnreadableTable",
    "column_name",
    "csv_lines",
    "day",
    "money",
    "number",
    "read_sheets",
    "text",
    "time",
    "write_workbook",
    "write_xlsx",
]
