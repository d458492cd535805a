#!/usr/bin/env bash
# python-calamine chooses the type of a date by its value: of a column of moments the one at midnight is a day.
#
# Version:  python-calamine 0.9.1, beside it openpyxl 3.1.5. The workbook comes from XlsxWriter 3.3.1.
# Expected: The cells of a column with one format, `yyyy-mm-dd hh:mm`, are of one type, and whole numbers are int,
#           as openpyxl has it.
# Seen:     A moment at midnight is a `date`, whatever its format, all others are a `datetime`; and a whole number
#           is always a `float`. Python does not compare a date with a datetime, and a date is no moment of a time zone.
# Matters:  calamine is taken instead of openpyxl since it is many times as fast. Deadlines and sales that begin at
#           00:00 are then what breaks an import, with a TypeError in the row of a whole day, or are passed over by
#           `isinstance(value, datetime)`; and a telephone number becomes 13800138000.0. Make a datetime of each date.
#
# Output seen (what is written with yyyy-mm-dd hh:mm or as a number; python-calamine; openpyxl):
#   2026-01-05 20:00: datetime 2026-01-05 20:00:00; datetime 2026-01-05 20:00:00
#   2026-01-06 00:00: date 2026-01-06; datetime 2026-01-06 00:00:00
#   2026-01-06 00:01: datetime 2026-01-06 00:01:00; datetime 2026-01-06 00:01:00
#   13800138000: float 13800138000.0; int 13800138000
#   the latest of the moments: TypeError: can't compare datetime.datetime to datetime.date; 2026-01-06 00:01:00
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    XlsxWriter==3.3.1 openpyxl==3.1.5 python-calamine==0.9.1

cat > "$folder/read.py" <<'PYTHON'
import datetime
import sys

import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

path = sys.argv[1]
moments = ["2026-01-05 20:00", "2026-01-06 00:00", "2026-01-06 00:01"]
with xlsxwriter.Workbook(path) as book:
    sheet, style = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for row, moment in enumerate(moments):
        sheet.write_datetime(row, 0, datetime.datetime.fromisoformat(moment), style)
    sheet.write_number(len(moments), 0, 13800138000)


def latest(values):
    try:
        return max(values)
    except TypeError as error:
        return f"TypeError: {error}"


by_calamine = [row[0] for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()]
by_openpyxl = [cell.value for cell in openpyxl.load_workbook(path).active["A"]]
for written, *values in zip([*moments, "13800138000"], by_calamine, by_openpyxl):
    print(f"{written}:", "; ".join(f"{type(value).__name__} {value}" for value in values))
print(f"the latest of the moments: {latest(by_calamine[:-1])}; {latest(by_openpyxl[:-1])}")
PYTHON

"$folder/venv/bin/python" "$folder/read.py" "$folder/dates.xlsx" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
