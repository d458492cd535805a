#!/usr/bin/env bash
# One integral in a Word file, and markitdown leaves out all formulas of the file, without an error.
#
# Version:  markitdown 0.1.9 with its extra docx, Python 3.11.
# Expected: The formulas of a Word file come out as LaTeX, as they do of a file with fractions, powers and sums. One that
#           the converter does not know is missing or looks odd by itself.
# Seen:     Word writes no sign for an integral, since ∫ is what a sign of this kind is if nothing is said (ECMA-376,
#           22.1.2.20: chr). markitdown stumbles over the missing sign, lets the error pass in silence and goes on with
#           the file as it was, from which the next step drops each formula. A sum, whose sign is written, does no
#           harm, and an integral whose sign is written does none. A fraction without properties, which the format
#           allows as well, does the same as an integral. (Whatever comes out has \_ for the _ of an index, as if it
#           were text, and means an underscore in LaTeX.) The project knows of it (its pull requests 2368 and 2445, open).
# Matters:  A chapter of mathematics or a bank of questions that was converted for search, for a model or for
#           import reads 计算 的值, with nothing left to compute, because of one formula on another page. Read the formulas
#           by another program, or write <m:chr m:val="∫"/> into document.xml first.
#
# Output seen (what is in the file | text):
#   fraction, power | 计算 $\frac{1}{2}$ 的值 / 已知 $x^{2}$，求 x
#   fraction, power, sum | 计算 $\frac{1}{2}$ 的值 / 已知 $x^{2}$，求 x / 求 $\sum\_{1}^{9}x$
#   fraction, power, integral | 计算 的值 / 已知 ，求 x / 求
#   fraction, power, integral with its sign | 计算 $\frac{1}{2}$ 的值 / 已知 $x^{2}$，求 x / 求 $\int\_{1}^{9}x$
#   bare fraction, power | 计算 的值 / 已知 ，求 x
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'markitdown[docx]==0.1.9'
cd "$folder"

cat > formulas.py <<'PYTHON'
import zipfile

from markitdown import MarkItDown

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


def text(words):
    return f"<m:r><m:t>{words}</m:t></m:r>"


def large(sign):
    """A sum or an integral from 1 to 9; Word writes no sign for an integral."""
    properties = part("naryPr", sign, '<m:limLoc m:val="subSup"/>', "<m:ctrlPr/>")
    return part("nary", properties, part("sub", text(1)), part("sup", text(9)), part("e", text("x")))


def fraction(*properties):
    return "计算 ", part("f", *properties, part("num", text(1)), part("den", text(2))), " 的值"


FRACTION = fraction(part("fPr", "<m:ctrlPr/>"))
POWER = "已知 ", part("sSup", part("sSupPr", "<m:ctrlPr/>"), part("e", text("x")), part("sup", text(2))), "，求 x"
FILES = {
    "fraction, power": [FRACTION, POWER],
    "fraction, power, sum": [FRACTION, POWER, ("求 ", large('<m:chr m:val="∑"/>'), "")],
    "fraction, power, integral": [FRACTION, POWER, ("求 ", large(""), "")],
    "fraction, power, integral with its sign": [FRACTION, POWER, ("求 ", large('<m:chr m:val="∫"/>'), "")],
    "bare fraction, power": [fraction(), POWER],
}
for name, paragraphs in FILES.items():
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{before}</w:t></w:r><m:oMath>{formula}</m:oMath>'
        f'<w:r><w:t xml:space="preserve">{after}</w:t></w:r></w:p>'
        for before, formula, after in paragraphs
    )
    with zipfile.ZipFile("file.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr(
            "word/document.xml",
            f'{HEAD}<w:document xmlns:w="{FORMATS}/wordprocessingml/2006/main" '
            f'xmlns:m="{FORMATS}/officeDocument/2006/math"><w:body>{body}</w:body></w:document>',
        )
    lines = MarkItDown().convert("file.docx").text_content.split("\n\n")
    print(name, "|", " / ".join(line.strip() for line in lines))
PYTHON
venv/bin/python formulas.py | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
