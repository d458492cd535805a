#!/usr/bin/env bash
# Where Word shows pinyin above a word, python-docx and mammoth lose the word itself.
#
# Version:  python-docx 1.2.0, mammoth 1.13.0 (Python and node), docx2python 3.7.1, docx2txt 0.9.
# Expected: 拼音指南 (phonetic guide) adds a reading to 重庆. What is read is the text with 重庆 in it, with or without the
#           reading.
# Seen:     Word puts both into a <w:ruby> inside the run: the reading first, then the word. python-docx's `text` and
#           mammoth read what a run holds directly and know no ruby: the reading is gone and so is the word. mammoth
#           reports an unrecognised element among its messages, python-docx nothing. docx2python and docx2txt
#           take all there is, each reading before its character.
# Matters:  Sheets for reading aloud have it on the very words that matter. A lesson imported from Word says 请读：在哪里？,
#           or has words that no search finds. Before the import replace each w:ruby by what stands in its
#           w:rubyBase (last line).
#
# Output seen (of 请读：重庆在哪里？):
#   python-docx: 请读：在哪里？
#   mammoth: <p>请读：在哪里？</p>
#   mammoth (node): <p>请读：在哪里？</p>
#   docx2python: 请读：chóng重qìng庆在哪里？
#   docx2txt: 请读：chóng重qìng庆在哪里？
#   python-docx, without guides: 请读：重庆在哪里？
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    python-docx==1.2.0 mammoth==1.13.0 docx2python==3.7.1 docx2txt==0.9
npm install --silent --no-audit --no-fund --prefix "$folder" mammoth@1.13.0 > /dev/null
cd "$folder"

cat > read.py <<'PYTHON'
import subprocess
import warnings

import docx
import docx2txt
import mammoth
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx2python import docx2python

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
# What Word writes for a character with its reading above.
GUIDE = (
    '<w:r {word}><w:ruby><w:rubyPr><w:rubyAlign w:val="center"/><w:hps w:val="11"/><w:hpsRaise w:val="20"/>'
    '<w:hpsBaseText w:val="21"/><w:lid w:val="zh-CN"/></w:rubyPr><w:rt><w:r><w:t>{reading}</w:t></w:r></w:rt>'
    "<w:rubyBase><w:r><w:t>{base}</w:t></w:r></w:rubyBase></w:ruby></w:r>"
)
document = docx.Document()
paragraph = document.add_paragraph("请读：")
for base, reading in (("重", "chóng"), ("庆", "qìng")):
    paragraph._p.append(parse_xml(GUIDE.format(word=WORD, base=base, reading=reading)))
paragraph.add_run("在哪里？")
document.save("lesson.docx")

warnings.simplefilter("ignore")
print("python-docx:", docx.Document("lesson.docx").paragraphs[0].text)
with open("lesson.docx", "rb") as file:
    print("mammoth:", mammoth.convert_to_html(file).value)
print("mammoth (node):", subprocess.run(["node", "read.cjs"], capture_output=True, text=True, check=True).stdout.strip())
with docx2python("lesson.docx") as read:
    print("docx2python:", read.text.strip())
print("docx2txt:", docx2txt.process("lesson.docx").strip())

document = docx.Document("lesson.docx")
for guide in list(document.element.iter(qn("w:ruby"))):
    run = guide.getparent()
    for part in list(guide.find(qn("w:rubyBase"))):
        run.addprevious(part)
    run.remove(guide)
print("python-docx, without guides:", document.paragraphs[0].text)
PYTHON

cat > read.cjs <<'SCRIPT'
require('mammoth').convertToHtml({ path: 'lesson.docx' }).then(({ value }) => console.log(value))
SCRIPT

venv/bin/python read.py | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
