#!/usr/bin/env bash
# Of a workbook that counts its days from 1904, as Excel for Mac used to make them, SheetJS and pylightxl read
# dates that are four years and a day too early.
#
# Version:  xlsx 0.18.5 (the last one in the npm registry), exceljs 4.4.0, read-excel-file 9.3.10 (node 20); openpyxl
#           3.1.5, pylightxl 1.61, python-calamine 0.9.1. The workbook comes from XlsxWriter 3.3.1.
# Expected: A workbook says in `date1904` which of its two days is the first (ISO/IEC 29500-1, 18.17.4.1), and a reader
#           that knows dates heeds it.
# Seen:     pylightxl does not. SheetJS does for the text of a cell, which is right in CSV, but not for the Date that
#           `cellDates` asks for: one library tells two days of one cell. The others agree.
# Matters:  Of a teacher whose workbook was begun on an old Mac (the setting is passed on to all copies of a file) the
#           term of 2026 begins in January 2022: it is over as soon as it is imported, and each date is valid.
#           With SheetJS look at `Workbook.WBProps.date1904`, or take the texts.
#
# Output seen (days counted from 1900, from 1904):
#   openpyxl: 2026-01-05, 2026-01-05
#   python-calamine: 2026-01-05, 2026-01-05
#   pylightxl: 2026/01/05, 2022/01/04
#   exceljs: 2026-01-05, 2026-01-05
#   read-excel-file: 2026-01-05, 2026-01-05
#   SheetJS, CSV: 2026-01-05, 2026-01-05
#   SheetJS, cellDates: 2026-01-05, 2022-01-04
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TZ=UTC
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    XlsxWriter==3.3.1 openpyxl==3.1.5 pylightxl==1.61 python-calamine==0.9.1
npm install --silent --no-audit --no-fund --prefix "$folder" xlsx@0.18.5 exceljs@4.4.0 read-excel-file@9.3.10 > /dev/null
cd "$folder"

cat > read.py <<'PYTHON'
import datetime

import openpyxl
import pylightxl
import xlsxwriter
from python_calamine import CalamineWorkbook

NAMES = ("1900.xlsx", "1904.xlsx")
for name in NAMES:
    with xlsxwriter.Workbook(name, {"date_1904": name == "1904.xlsx"}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet().write_datetime("A1", datetime.datetime(2026, 1, 5), day)


def show(library, read):
    print(f"{library}:", ", ".join(str(read(name))[:10] for name in NAMES))


show("openpyxl", lambda name: openpyxl.load_workbook(name).active["A1"].value)
show("python-calamine", lambda name: CalamineWorkbook.from_path(name).get_sheet_by_index(0).to_python()[0][0])
show("pylightxl", lambda name: pylightxl.readxl(name).ws("Sheet1").address("A1"))
PYTHON

cat > read.mjs <<'SCRIPT'
import ExcelJS from 'exceljs'
import readXlsxFile from 'read-excel-file/node'
import XLSX from 'xlsx'

const show = async (library, read) => {
  const values = [await read('1900.xlsx'), await read('1904.xlsx')]
  console.log(`${library}: ${values.map((v) => (v instanceof Date ? v.toISOString() : v).slice(0, 10)).join(', ')}`)
}
await show('exceljs', async (name) => {
  const book = new ExcelJS.Workbook()
  await book.xlsx.readFile(name)
  return book.worksheets[0].getCell('A1').value
})
await show('read-excel-file', async (name) => (await readXlsxFile(name))[0].data[0][0])
await show('SheetJS, CSV', (name) => XLSX.utils.sheet_to_csv(XLSX.readFile(name).Sheets.Sheet1).trim())
await show('SheetJS, cellDates', (name) => XLSX.readFile(name, { cellDates: true }).Sheets.Sheet1.A1.v)
SCRIPT

{ venv/bin/python read.py; node read.mjs; } | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
