#!/usr/bin/env bash
# SheetJS turns Chinese number formats into dollars.
#
# Version:  xlsx 0.18.5, the last one in the npm registry. The workbook comes from XlsxWriter 3.3.1.
# Expected: A price with the format `[$-804]0.00` is shown as 199.00: between `$-` and `]` stands a
#           language (804 is Chinese) and before the hyphen a currency, here none. `0!.0,"万"`, the usual
#           way to show ten thousands, gives 4.6万: `!` says that the next character is meant as it is.
# Seen:     Without a currency SheetJS puts a dollar sign, except in front of dates; so does
#           `[DBNum2]`, Chinese numerals, whose digits stay 0-9. A telephone number in such a column
#           becomes $13800138000. The `!` is printed. sheet_to_csv uses these texts.
# Matters:  A price list made in WPS or Excel and read in the browser arrives as dollars, and a list of
#           mobile numbers loses every line to validation. Read the raw values (`raw: true`,
#           `rawNumbers: true` for CSV), as in the last column.
#
# Output seen (format, line of the CSV, line of the CSV with rawNumbers):
#   0.00 | 199.00 | 199
#   [$-804]0.00 | $199.00 | 199
#   [$-804]0 | $13800138000 | 13800138000
#   [$¥-804]0.00 | ¥199.00 | 199
#   [DBNum2][$-804]0 | $199 | 199
#   0!.0,"万" | 46!.0万 | 46027
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check XlsxWriter==3.3.1
npm install --silent --no-audit --no-fund --prefix "$folder" xlsx@0.18.5 > /dev/null

cat > "$folder/write.py" <<'PYTHON'
import sys

import xlsxwriter

with xlsxwriter.Workbook(sys.argv[1]) as book:
    sheet = book.add_worksheet()
    cells = [
        ("0.00", 199),
        ("[$-804]0.00", 199),
        ("[$-804]0", 13800138000),
        ("[$¥-804]0.00", 199),
        ("[DBNum2][$-804]0", 199),
        ('0!.0,"万"', 46027),
    ]
    for row, (number_format, value) in enumerate(cells):
        sheet.write_number(row, 0, value, book.add_format({"num_format": number_format}))
PYTHON

cat > "$folder/read.cjs" <<'SCRIPT'
const XLSX = require('xlsx')
const sheet = XLSX.readFile(process.argv[2], { cellNF: true }).Sheets.Sheet1
const lines = (options) => XLSX.utils.sheet_to_csv(sheet, options).split('\n')
const [shown, raw] = [lines({}), lines({ rawNumbers: true })]
for (let row = 0; row < 6; row++) {
  console.log([sheet[`A${row + 1}`].z, shown[row], raw[row]].join(' | '))
}
SCRIPT

"$folder/venv/bin/python" "$folder/write.py" "$folder/prices.xlsx"
node "$folder/read.cjs" "$folder/prices.xlsx" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
