#!/usr/bin/env bash
# Opening a workbook with openpyxl and saving it again changes texts that nobody touched.
#
# Version:  openpyxl 3.1.5. The workbooks come from XlsxWriter 3.3.1; SheetJS (xlsx 0.18.5 of the npm
#           registry) reads them before and after.
# Expected: A workbook writes a character that XML cannot hold as _xHHHH_ and, so that a text which looks
#           like that stays itself, its first underscore as _x005F_ (ISO/IEC 29500-1, ST_Xstring). A reader
#           undoes this, a writer does it.
# Seen:     Reading, openpyxl undoes nothing; it only deletes `x005F_` from each shared string, also where
#           it is part of the text. From inline strings (constant_memory of XlsxWriter) the same text comes
#           with its escape. Saving, it escapes nothing, so the file says something else than before.
# Matters:  A line break typed into a web form is CR LF, and its CR comes out as _x000D_. A file name with a
#           size in it, cover_x1080_2.png, names another file once the list was saved. Write LF alone, and
#           have such a list saved by a spreadsheet program.
#
# Output seen (way of storing, text written, by openpyxl, by SheetJS, by SheetJS once openpyxl saved):
#   shared | 第一行␊第二行 | 第一行␊第二行 | 第一行␊第二行 | 第一行␊第二行
#   shared | 第一行␍␊第二行 | 第一行_x000D_␊第二行 | 第一行␍␊第二行 | 第一行␍␊第二行
#   shared | cover_x1080_2.png | cover_x1080_2.png | cover_x1080_2.png | coverႀ2.png
#   shared | id_x005F_7 | id_7 | id_x005F_7 | id_7
#   inline | 第一行␊第二行 | 第一行␊第二行 | 第一行␊第二行 | 第一行␊第二行
#   inline | 第一行␍␊第二行 | 第一行_x000D_␊第二行 | 第一行␍␊第二行 | 第一行␍␊第二行
#   inline | cover_x1080_2.png | cover_x005F_x1080_2.png | cover_x1080_2.png | cover_x1080_2.png
#   inline | id_x005F_7 | id_x005F_x005F_7 | id_x005F_7 | id_x005F_7
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 XlsxWriter==3.3.1
npm install --silent --no-audit --no-fund --prefix "$folder" xlsx@0.18.5 > /dev/null

cat > "$folder/write.py" <<'PYTHON'
import json
import sys

import openpyxl
import xlsxwriter

TEXTS = ["第一行\n第二行", "第一行\r\n第二行", "cover_x1080_2.png", "id_x005F_7"]

read = {}
for way, options in (("shared", {}), ("inline", {"constant_memory": True})):
    path = f"{sys.argv[1]}/{way}.xlsx"
    with xlsxwriter.Workbook(path, options) as book:
        book.add_worksheet().write_column("A1", TEXTS)
    book = openpyxl.load_workbook(path)
    book.save(f"{sys.argv[1]}/{way}-saved.xlsx")
    read[way] = [cell.value for cell in book.active["A"]]
print(json.dumps({"texts": TEXTS, "read": read}))
PYTHON

cat > "$folder/compare.cjs" <<'SCRIPT'
const XLSX = require('xlsx')
const [, , folder] = process.argv
const { texts, read } = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const column = (name) =>
  XLSX.utils.sheet_to_json(XLSX.readFile(`${folder}/${name}.xlsx`).Sheets.Sheet1, { header: 1 }).flat()
for (const [way, values] of Object.entries(read)) {
  const [before, after] = [column(way), column(`${way}-saved`)]
  texts.forEach((text, row) => {
    console.log([way, text, values[row], before[row], after[row]].join(' | ').replaceAll('\r', '␍').replaceAll('\n', '␊'))
  })
}
SCRIPT

"$folder/venv/bin/python" "$folder/write.py" "$folder" | node "$folder/compare.cjs" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
