#!/usr/bin/env bash
# Read as a stream, a cell whose pinyin is kept beside it comes out of ExcelJS as the pinyin.
#
# Version:  exceljs 4.4.0, beside it openpyxl 3.1.5 and xlsx 0.18.5. The workbook is made by XlsxWriter 3.3.1, and
#           the readings are put in as ECMA-376 18.4.6 describes them.
# Expected: Excel keeps what 编辑拼音 ("Edit Phonetic") sets, and what a Japanese input method typed, behind the
#           text of a cell and shows it above the text. Who reads a cell gets its text.
# Seen:     ExcelJS's Workbook gives the text, as other libraries do. Its WorkbookReader, the one meant for large
#           files, keeps the last piece it meets and gives the last reading; the text is lost. In cells with
#           several fonts, whose pieces it gathers, the text stays.
# Matters:  A list of students by a language school is imported with 曾晓明 as míng: only the cells with readings,
#           and only for files large enough to be read as a stream. Two classes of one library do not replace
#           each other without a test of such a cell.
#
# Output seen:
#   ExcelJS, Workbook: 曾晓明, 李华
#   ExcelJS, WorkbookReader: míng, 李华
#   SheetJS: 曾晓明, 李华
#   openpyxl: 曾晓明, 李华
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check XlsxWriter==3.3.1 openpyxl==3.1.5
npm install --silent --no-audit --no-fund --prefix "$folder" exceljs@4.4.0 xlsx@0.18.5 > /dev/null

cat > "$folder/write.py" <<'PYTHON'
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

FOLDER = Path(sys.argv[1])
READINGS = [(0, 1, "zēng"), (1, 2, "xiǎo"), (2, 3, "míng")]

with xlsxwriter.Workbook(FOLDER / "plain.xlsx") as book:
    book.add_worksheet().write_row(0, 0, ["曾晓明", "李华"])
with ZipFile(FOLDER / "plain.xlsx") as plain, ZipFile(FOLDER / "names.xlsx", "w", ZIP_DEFLATED) as names:
    for part in plain.namelist():
        content = plain.read(part).decode()
        if part == "xl/sharedStrings.xml":
            runs = [f'<rPh sb="{start}" eb="{end}"><t>{text}</t></rPh>' for start, end, text in READINGS]
            text = "<t>曾晓明</t>"
            assert content.count(text) == 1
            content = content.replace(text, "".join([text, *runs, '<phoneticPr fontId="0"/>']))
        names.writestr(part, content)
PYTHON

cat > "$folder/read.cjs" <<'SCRIPT'
const ExcelJS = require('exceljs')
const XLSX = require('xlsx')

const path = process.argv[2]
const report = (name, values) => console.log(`${name}: ${values.join(', ')}`)

async function main() {
  const workbook = new ExcelJS.Workbook()
  await workbook.xlsx.readFile(path)
  report('ExcelJS, Workbook', workbook.worksheets[0].getRow(1).values.slice(1))
  for await (const sheet of new ExcelJS.stream.xlsx.WorkbookReader(path)) {
    for await (const row of sheet) report('ExcelJS, WorkbookReader', row.values.slice(1))
  }
  const { Sheets } = XLSX.readFile(path)
  report('SheetJS', XLSX.utils.sheet_to_json(Sheets.Sheet1, { header: 1 })[0])
}
main()
SCRIPT

cat > "$folder/read.py" <<'PYTHON'
import sys

import openpyxl

print("openpyxl:", ", ".join(cell.value for cell in openpyxl.load_workbook(sys.argv[1]).active[1]))
PYTHON

"$folder/venv/bin/python" "$folder/write.py" "$folder"
{
  node "$folder/read.cjs" "$folder/names.xlsx"
  "$folder/venv/bin/python" "$folder/read.py" "$folder/names.xlsx"
} | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
