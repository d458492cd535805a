"""Tables for Excel and WPS as XLSX or CSV, written row by row in constant memory.

Whatever a text holds, it stays that text: no formula, no number in exponent notation, no date.
"""

from luffy_api.libs.spreadsheets.columns import Column, day, money, text, time
from luffy_api.libs.spreadsheets.csv_files import csv_lines
from luffy_api.libs.spreadsheets.xlsx_files import write_xlsx

__all__ = ["Column", "csv_lines", "day", "money", "text", "time", "write_xlsx"]
