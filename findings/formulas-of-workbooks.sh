#!/usr/bin/env bash
# Programs that compute a workbook's formulas show a pass rate of 88 % as 1 %, and a month after 31 January as 3 March.
#
# Version:  hyperformula 3.5.0 and fast-formula-parser 1.0.19 (node 20), pycel 1.0b30 (Python 3.11).
# Expected: What Excel, WPS and LibreOffice compute, or an error for what a program does not know.
# Seen:     TEXT(0.875,"0%") is 1% for hyperformula, which rounds the number and leaves the sign where it is, and
#           TEXT(1234.5,"#,##0.00") is 1235,##0.00. EDATE from 31 January by a month is 3 March for pycel and
#           fast-formula-parser, not 28 February. INT(-2.5) is -2 for hyperformula, and -2^2 is -4 for pycel, as in
#           Python, not 4. "A"="a" is false for fast-formula-parser. Each of these is a number or a text, no error.
# Matters:  Marks, pass rates and the ends of courses come from a teacher's workbook and are computed again on the
#           server. With 0.00 as a format, the 15th of a month and numbers above zero all three are right. Compute the
#           columns that you need yourself, or take the values that Excel has saved beside the formulas.
#
# Output seen (formula: Excel | hyperformula | fast-formula-parser | pycel):
#   TEXT(0.875,"0%"): 88% | 1% | 88% | 88%
#   TEXT(1234.5,"#,##0.00"): 1,234.50 | 1235,##0.00 | 1,234.50 | 1,234.50
#   TEXT(60,"0.00"): 60.00 | 60.00 | 60.00 | 60.00
#   EDATE(DATE(2026,1,15),1): 46068 | 46068 | 46068 | 46068
#   EDATE(DATE(2026,1,31),1): 46081 | 46081 | 46084 | 46084
#   INT(2.5): 2 | 2 | 2 | 2
#   INT(-2.5): -3 | -2 | -3 | -3
#   -2^2: 4 | 4 | 4 | -4
#   "A"="a": TRUE | TRUE | FALSE | TRUE
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pycel==1.0b30
npm install --silent --no-audit --no-fund --prefix "$folder" \
    hyperformula@3.5.0 fast-formula-parser@1.0.19 > /dev/null
cd "$folder"

# A formula and what Excel makes of it: a date is the number of its day.
cat > formulas.txt <<'FORMULAS'
TEXT(0.875,"0%")	88%
TEXT(1234.5,"#,##0.00")	1,234.50
TEXT(60,"0.00")	60.00
EDATE(DATE(2026,1,15),1)	46068
EDATE(DATE(2026,1,31),1)	46081
INT(2.5)	2
INT(-2.5)	-3
-2^2	4
"A"="a"	TRUE
FORMULAS
cat > compute.cjs <<'SCRIPT'
const { readFileSync } = require('node:fs')
const FormulaParser = require('fast-formula-parser')
const { HyperFormula } = require('hyperformula')

const shown = (value) => {
  if (value === null || value === undefined || value instanceof Error || value.type) return '-'
  return String(value).replace(/^(true|false)$/, (word) => word.toUpperCase())
}
const parser = new FormulaParser()
for (const line of readFileSync('formulas.txt', 'utf8').trimEnd().split('\n')) {
  const [formula, excel] = line.split('\t')
  const sheet = HyperFormula.buildFromArray([['=' + formula]], { licenseKey: 'gpl-v3' })
  const values = [sheet.getCellValue({ sheet: 0, row: 0, col: 0 }), parser.parse(formula, { row: 1, col: 1 })]
  console.log(`${formula}: ${[excel, ...values.map(shown)].join(' | ')} |`)
}
SCRIPT
cat > compute.py <<'PYTHON'
from pathlib import Path

import openpyxl
from pycel import ExcelCompiler

formulas = [line.split("\t")[0] for line in Path("formulas.txt").read_text().splitlines()]
workbook = openpyxl.Workbook()
for row, formula in enumerate(formulas, 1):
    workbook.active.cell(row, 1, f"={formula}")
workbook.save("formulas.xlsx")
compiled = ExcelCompiler("formulas.xlsx")
for row in range(1, len(formulas) + 1):
    value = compiled.evaluate(f"Sheet!A{row}")
    print("", str(value).upper() if isinstance(value, bool) else value)
PYTHON
paste -d '' <(node compute.cjs) <(venv/bin/python compute.py) | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
