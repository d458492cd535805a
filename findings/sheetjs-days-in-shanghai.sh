#!/usr/bin/env bash
# Read with SheetJS in Shanghai, each day of a workbook begins 43 seconds early, that is on the day before.
#
# Version:  xlsx 0.18.5, the last one in the npm registry, node 20. The workbook comes from XlsxWriter 3.3.1.
# Expected: With `cellDates` a cell with the day 2026-01-05 is midnight of that day by the clock of the computer.
# Seen:     SheetJS reckons from the 31st of December 1899, when the clocks of Shanghai showed 8:05:43 h more than
#           Greenwich, and makes up for whole minutes only: 43 seconds are missing. `sheet_to_json` hands on
#           these times. In UTC, as on most build servers, nothing is missing; Singapore loses 25 seconds.
#           The text of the cell (`raw: false`) has the right day.
# Matters:  Birthdays, the beginning of a course, the end of a coupon: all are a day early as soon as
#           somebody takes the day of them, and only in the browsers of the users. Add a minute before the day is
#           taken, or read the numbers and reckon yourself.
#
# Output seen (time zone, the cell as a date, its text with raw: false):
#   Asia/Shanghai | 2026/1/4 23:59:17 | 2026-01-05
#   Asia/Singapore | 2026/1/4 23:59:35 | 2026-01-05
#   UTC | 2026/1/5 00:00:00 | 2026-01-05
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check XlsxWriter==3.3.1
npm install --silent --no-audit --no-fund --prefix "$folder" xlsx@0.18.5 > /dev/null

cat > "$folder/write.py" <<'PYTHON'
import sys
from datetime import date

import xlsxwriter

with xlsxwriter.Workbook(sys.argv[1]) as book:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    book.add_worksheet().write_datetime(0, 0, date(2026, 1, 5), day)
PYTHON

cat > "$folder/read.cjs" <<'SCRIPT'
const XLSX = require('xlsx')
const sheet = XLSX.readFile(`${__dirname}/course.xlsx`, { cellDates: true }).Sheets.Sheet1
const cell = (raw) => XLSX.utils.sheet_to_json(sheet, { header: 1, raw })[0][0]
const shown = cell(true).toLocaleString('zh-CN', { timeZone: process.env.TZ })
console.log([process.env.TZ, shown, cell(false)].join(' | '))
SCRIPT

"$folder/venv/bin/python" "$folder/write.py" "$folder/course.xlsx"
for zone in Asia/Shanghai Asia/Singapore UTC; do
  TZ=$zone node "$folder/read.cjs"
done | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
