#!/usr/bin/env bash
# Dates in Excel's own Chinese formats are read as numbers by three libraries for Python, and as dates by a fourth.
#
# Version:  openpyxl 3.1.5, tablib 3.9.0 (which reads with openpyxl), pylightxl 1.61, python-calamine 0.9.1. The
#           workbook comes from XlsxWriter 3.3.1.
# Expected: A cell that Excel shows as 2026年1月5日 is read as a date, as one that it shows as 2026-01-05.
# Seen:     Some formats have a number and no code in the file. ECMA-376 (part 1, 18.8.30) keeps 0 to 49 for all
#           languages and, for Chinese, 27 to 36 and 50 to 58: 31 is 2026年1月5日, 57 is 2026年1月. openpyxl
#           knows only the former, takes the others for "General" and gives 46027. The same format with its code in
#           the file, as soon as somebody changes anything in it, is a date again.
# Matters:  In one column some birthdays are dates and some 46027, depending on how the teacher chose
#           the format; django-import-export, which reads by tablib, refuses the row or keeps the number as a text.
#           Read with calamine, or add the numbers to openpyxl's BUILTIN_FORMATS.
#
# Output seen (format; openpyxl, tablib, pylightxl, python-calamine):
#   14: 2026-01-05, 2026-01-05, 2026/01/05, 2026-01-05
#   31: 46027, 46027, 46027, 2026-01-05
#   57: 46027, 46027, 46027, 2026-01-05
#   58: 46027, 46027, 46027, 2026-01-05
#   yyyy"年"m"月"d"日": 2026-01-05, 2026-01-05, 2026/01/05, 2026-01-05
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check XlsxWriter==3.3.1 openpyxl==3.1.5 tablib==3.9.0 \
  pylightxl==1.61 python-calamine==0.9.1

cat > "$folder/dates.py" <<'PYTHON'
import sys

import openpyxl
import pylightxl
import python_calamine
import tablib
import xlsxwriter

PATH = sys.argv[1]
FORMATS = (14, 31, 57, 58, 'yyyy"年"m"月"d"日"')


def with_tablib():
    with open(PATH, "rb") as file:
        return tablib.Dataset().load(file, format="xlsx", headers=False)


with xlsxwriter.Workbook(PATH) as book:
    sheet = book.add_worksheet("Sheet1")
    for line, number_format in enumerate(FORMATS):
        sheet.write_number(line, 0, 46027, book.add_format({"num_format": number_format}))

columns = [
    [row[0] for row in rows]
    for rows in (
        openpyxl.load_workbook(PATH).active.values,
        with_tablib(),
        pylightxl.readxl(PATH).ws("Sheet1").rows,
        python_calamine.CalamineWorkbook.from_path(PATH).get_sheet_by_index(0).to_python(),
    )
]
for number_format, *cells in zip(FORMATS, *columns, strict=True):
    print(f"{number_format}: {', '.join(str(cell).removesuffix(' 00:00:00') for cell in cells)}")
PYTHON

"$folder/venv/bin/python" "$folder/dates.py" "$folder/students.xlsx" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
