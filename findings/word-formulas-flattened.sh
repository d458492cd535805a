#!/usr/bin/env bash
# For docx2python 1/12 and 11/2 are both 112 in a formula of Word, and √16 is 16; officeparser writes x/y as \fracxy.
#
# Version:  docx2python 3.7.1 (Python 3.11), officeparser 7.8.0 with KaTeX 0.16.47 (node 20).
# Expected: Formulas come out as LaTeX, between <latex> and </latex> in docx2python, or not at all as in python-docx and
#           docx2txt.
# Seen:     docx2python puts the texts of a formula one after the other and calls this LaTeX: whatever says how they
#           stand to each other, the bar, the root, the index, is gone, and what is left is a formula with another
#           value. officeparser knows them, but writes no braces around a single character: \frac12 is right in LaTeX,
#           \fracxy is the name of a command that does not exist, and KaTeX refuses it. officeparser 8.1.1 writes it, too.
# Matters:  Questions for a quiz that come from Word ask for other numbers, and their answers are judged by
#           them: 16 for 4, 112 for 5.5. With formulas of letters and digits in one line nothing is to be seen. Compare
#           what comes out with the pictures of a few pages, or read <m:oMath> by yourself.
#
# Output seen (formula: docx2python | officeparser | whether KaTeX takes that):
#   1/12: 112 | \frac1{12} | yes
#   11/2: 112 | \frac{11}2 | yes
#   √16: 16 | \sqrt{16} | yes
#   x²: x2 | x^2 | yes
#   a with index 10: a10 | a_{10} | yes
#   x/y: xy | \fracxy | no
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check docx2python==3.7.1
npm install --silent --no-audit --no-fund --prefix "$folder" officeparser@7.8.0 katex@0.16.47 > /dev/null
cd "$folder"

cat > formulas.py <<'PYTHON'
import re
import zipfile

from docx2python import docx2python

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
FORMATS = "http://schemas.openxmlformats.org"
TYPES = f"""{HEAD}<Types xmlns="{FORMATS}/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml"
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONS = f"""{HEAD}<Relationships xmlns="{FORMATS}/package/2006/relationships"><Relationship Id="rId1"
Type="{FORMATS}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"""


def part(name, *inner):
    return f"<m:{name}>{''.join(inner)}</m:{name}>"


def holding(name, words):
    return part(name, part("r", part("t", words)))


def fraction(above, below):
    return part("f", part("fPr", "<m:ctrlPr/>"), holding("num", above), holding("den", below))


FORMULAS = {
    "1/12": fraction("1", "12"),
    "11/2": fraction("11", "2"),
    "√16": part("rad", '<m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/>', holding("e", "16")),
    "x²": part("sSup", holding("e", "x"), holding("sup", "2")),
    "a with index 10": part("sSub", holding("e", "a"), holding("sub", "10")),
    "x/y": fraction("x", "y"),
}
body = "".join(
    f"<w:p><w:r><w:t>{name}:</w:t></w:r><m:oMath>{formula}</m:oMath></w:p>" for name, formula in FORMULAS.items()
)
with zipfile.ZipFile("quiz.docx", "w") as archive:
    archive.writestr("[Content_Types].xml", TYPES)
    archive.writestr("_rels/.rels", RELATIONS)
    archive.writestr(
        "word/document.xml",
        f'{HEAD}<w:document xmlns:w="{FORMATS}/wordprocessingml/2006/main" '
        f'xmlns:r="{FORMATS}/officeDocument/2006/relationships" '
        f'xmlns:m="{FORMATS}/officeDocument/2006/math"><w:body>{body}</w:body></w:document>',
    )
for name, formula in re.findall(r"(.+):<latex>(.*)</latex>", docx2python("quiz.docx").text):
    print(f"{name}: {formula}")
PYTHON
cat > formulas.mjs <<'SCRIPT'
import katex from 'katex'
import { parseOffice } from 'officeparser'

for (const line of (await parseOffice('quiz.docx')).toText().trim().split('\n')) {
  const formula = line.slice(line.indexOf(':') + 1)
  let taken = 'yes'
  try {
    katex.renderToString(formula)
  } catch {
    taken = 'no'
  }
  console.log(` | ${formula} | ${taken}`)
}
SCRIPT
venv/bin/python formulas.py > first
node formulas.mjs > second
paste -d '' first second | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
