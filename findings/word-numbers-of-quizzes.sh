#!/usr/bin/env bash
# Of a quiz written in Word mammoth makes one list, in which the answers are numbered on after their question.
#
# Version:  mammoth 1.13.0 (Python) and 1.13.0 (node), docx2python 3.7.1, docx2txt 0.9, python-docx 1.2.0, which also
#           writes the quiz.
# Expected: Word shows 第一章, two questions 1、 and 2、 and below each its answers A． and B． What is read has them too,
#           or at least tells a question from an answer.
# Seen:     Word counts by itself, so none of these signs is in the text of a paragraph, and python-docx and docx2txt give
#           none. mammoth knows numbered from not numbered and no more: whatever the sign, and however many
#           counters there are, it makes one <ol> of neighbours. docx2python writes the signs, but of
#           第一章 it makes "--", as it counts in no Chinese.
# Matters:  A bank of questions is handed in as a document. Imported through mammoth the chapter is item 1, the
#           first question item 2 and its answer B item 4; "the answer is B" points nowhere, and an import that
#           looks for lines with A． finds none. It works for the teacher who types the letters. Read numPr and
#           numbering.xml oneself.
#
# Output seen:
#   mammoth: <ol><li>变量</li><li>哪一个是常量？</li><li>PI</li><li>name</li><li>哪一个是变量？</li><li>name</li><li>PI</li></ol>
#   mammoth (node): <ol><li>变量</li><li>哪一个是常量？</li><li>PI</li><li>name</li><li>哪一个是变量？</li><li>name</li><li>PI</li></ol>
#   docx2python: -- 变量 / 1) 哪一个是常量？ / A) PI / B) name / 2) 哪一个是变量？ / A) name / B) PI
#   docx2txt: 变量 / 哪一个是常量？ / PI / name / 哪一个是变量？ / name / PI
#   python-docx: 变量 / 哪一个是常量？ / PI / name / 哪一个是变量？ / name / PI
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
from docx2python import docx2python

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
document = docx.Document()
numbering = document.part.numbering_part.element


def counter(number_format, text):
    """A list of its own with this sign, as Word makes one for each 编号 that is begun anew."""
    kind = 100 + len(numbering)
    numbering.insert(0, parse_xml(
        f'<w:abstractNum {WORD} w:abstractNumId="{kind}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="{number_format}"/><w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
    ))
    return numbering.add_num(kind).numId


def paragraph(text, of):
    numbered = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
    numbered.get_or_add_ilvl().val = 0
    numbered.get_or_add_numId().val = of


paragraph("变量", counter("chineseCounting", "第%1章 "))
questions = counter("decimal", "%1、")
for question, answers in (("哪一个是常量？", ("PI", "name")), ("哪一个是变量？", ("name", "PI"))):
    paragraph(question, questions)
    letters = counter("upperLetter", "%1．")
    for answer in answers:
        paragraph(answer, letters)
document.save("quiz.docx")


def show(library, text):
    print(f"{library}:", " / ".join(line.replace("\t", " ") for line in text.split("\n") if line.strip()))


warnings.simplefilter("ignore")
with open("quiz.docx", "rb") as file:
    show("mammoth", mammoth.convert_to_html(file).value)
show("mammoth (node)", subprocess.run(["node", "read.cjs"], capture_output=True, text=True, check=True).stdout)
with docx2python("quiz.docx") as read:
    show("docx2python", read.text)
show("docx2txt", docx2txt.process("quiz.docx"))
show("python-docx", "\n".join(each.text for each in docx.Document("quiz.docx").paragraphs))
PYTHON

cat > read.cjs <<'SCRIPT'
require('mammoth').convertToHtml({ path: 'quiz.docx' }).then(({ value }) => console.log(value))
SCRIPT

venv/bin/python read.py | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
