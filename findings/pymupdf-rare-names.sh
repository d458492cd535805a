#!/usr/bin/env bash
# A name with a rare character that PyMuPDF writes looks right, but its text is another one, for PyMuPDF itself, too.
#
# Version:  PyMuPDF 2.0, read by itself, by pypdfium2 5.15.2 and by pypdf 7.1.1. Noto Sans SC comes from
#           pylopdf-fonts-zh-cn 0.1.1 and has all these characters; fpdf2 2.8.9 is the control.
# Expected: Text that is written in an embedded font can be found, copied and read again.
# Seen:     Characters beyond U+FFFF take two pairs of bytes in a PDF's table of characters (ToUnicode, UTF-16). PyMuPDF
#           writes their numbers in hexadecimal as they are, five digits, of which readers take the first four: 𬭚 is
#           read as a Coptic letter, 𫓧 (flerovium) as an arrow. What fpdf2 writes is read rightly by PyMuPDF.
# Matters:  The certificate of 王𬭚明 is right on paper and on the screen, but a search for the name finds nothing, and
#           who copies it or compares it by program has somebody else's. Write certificates with
#           another library, and test them with such a name.
#
# Output seen (what was written; what PyMuPDF, pdfium and pypdf read):
#   PyMuPDF 王小明: 王小明, 王小明, 王小明
#   PyMuPDF 王𬭚明: 王ⲵ明, 王ⲵ明, 王皐明
#   PyMuPDF 𬬻、𫓧: ⲳ、⭎, ⲳ、⭎, 、
#   fpdf2 王𬭚明: 王𬭚明, 王𬭚明
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pypdfium2==5.15.2 pypdf==7.1.1 fpdf2==2.8.9 \
  fonttools==4.68.0 pylopdf-fonts-zh-cn==0.1.1
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps pymupdf==2.0

cat > "$folder/names.py" <<'PYTHON'
import logging
import sys
from importlib.util import find_spec
from pathlib import Path

import pymupdf
import pypdf
import pypdfium2
from fpdf import FPDF

FONT = Path(find_spec("pylopdf_fonts_zh_cn").origin).parent / "NotoSansSC-Regular.otf"
PATH = Path(sys.argv[1]) / "certificate.pdf"
logging.disable(logging.CRITICAL)  # pypdf tells the odd digits, and fontTools what it leaves out


def with_pymupdf(text):
    document = pymupdf.open()
    document.new_page().insert_text((72, 72), text, fontname="F0", fontfile=str(FONT))
    document.save(PATH)


def with_fpdf2(text):
    document = FPDF()
    document.add_page()
    document.add_font("text", fname=FONT)
    document.set_font("text", size=20)
    document.cell(text=text)
    document.output(PATH)


READERS = [
    lambda: pymupdf.open(PATH)[0].get_text(),
    lambda: pypdfium2.PdfDocument(PATH)[0].get_textpage().get_text_range(),
    lambda: pypdf.PdfReader(PATH).pages[0].extract_text(),
]
# What pypdf makes of fpdf2's OpenType fonts is another story.
for name, write, text, readers in [
    ("PyMuPDF", with_pymupdf, "王小明", READERS),
    ("PyMuPDF", with_pymupdf, "王𬭚明", READERS),
    ("PyMuPDF", with_pymupdf, "𬬻、𫓧", READERS),
    ("fpdf2", with_fpdf2, "王𬭚明", READERS[:2]),
]:
    write(text)
    print(f"{name} {text}: {', '.join(read().strip() for read in readers)}")
PYTHON

"$folder/venv/bin/python" "$folder/names.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
