#!/usr/bin/env bash
# What fpdf2 writes in an OpenType font (.otf) looks right, but two of four PDF libraries cannot read its text.
#
# Version:  fpdf2 2.8.9 with fonttools 4.68.0, read by pypdf 7.1.1, pdfminer.six 20260107, pypdfium2 5.15.2 and
#           PyMuPDF 2.0. Noto Sans SC comes from pylopdf-fonts-zh-cn 0.1.1, the control (Vera, TrueType)
#           from reportlab 5.1.0.
# Expected: The text of a PDF can be read back: fpdf2 embeds the font and a table of its characters (ToUnicode).
# Seen:     For fonts with PostScript outlines, which the Chinese Noto and Source Han fonts have, fpdf2 writes a
#           table of its own as the encoding instead of the usual name Identity-H. PDF knows both, and pdfium
#           and MuPDF read it. pypdf takes each character for two and gives a NUL before each one, pdfminer
#           (and with it pdfplumber) gives an empty text. Neither says a word. TrueType fonts are read by all.
# Matters:  A certificate or an invoice is fine on every screen, but `"结课证书" in page.extract_text()` is False,
#           the text that is indexed or archived holds NUL characters, which PostgreSQL refuses, or nothing.
#           Convert the font to TrueType first, or read with pdfium or MuPDF.
#
# Output seen:
#   TrueType, pypdf: 'Python 3'
#   TrueType, pdfminer: 'Python 3'
#   TrueType, pdfium: 'Python 3'
#   TrueType, MuPDF: 'Python 3'
#   OpenType, pypdf: '\x00P\x00y\x00t\x00h\x00o\x00n\x00 \x00结\x00课\x00证\x00书'
#   OpenType, pdfminer: ''
#   OpenType, pdfium: 'Python 结课证书'
#   OpenType, MuPDF: 'Python 结课证书'
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fpdf2==2.8.9 fonttools==4.68.0 \
  pylopdf-fonts-zh-cn==0.1.1 reportlab==5.1.0 pypdf==7.1.1 pdfminer.six==20260107 pypdfium2==5.15.2 pymupdf==2.0

cat > "$folder/certificate.py" <<'PYTHON'
import sys
from importlib.util import find_spec
from pathlib import Path

import pymupdf
import pypdf
import pypdfium2
from fpdf import FPDF
from pdfminer.high_level import extract_text

FOLDER = Path(sys.argv[1])
CASES = {
    "TrueType": ("reportlab", "fonts/Vera.ttf", "Python 3"),
    "OpenType": ("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf", "Python 结课证书"),
}
READERS = {
    "pypdf": lambda path: pypdf.PdfReader(path).pages[0].extract_text(),
    "pdfminer": extract_text,
    "pdfium": lambda path: pypdfium2.PdfDocument(path)[0].get_textpage().get_text_range(),
    "MuPDF": lambda path: pymupdf.open(path)[0].get_text(),
}


def write(kind: str) -> Path:
    package, font, text = CASES[kind]
    pdf = FPDF()
    pdf.add_page()
    pdf.add_font("text", fname=Path(find_spec(package).origin).parent / font)
    pdf.set_font("text", size=20)
    pdf.cell(text=text)
    path = FOLDER / f"{kind}.pdf"
    pdf.output(path)
    return path


for kind in CASES:
    path = write(kind)
    for name, read in READERS.items():
        print(f"{kind}, {name}: {read(path).strip()!r}")
PYTHON

"$folder/venv/bin/python" "$folder/certificate.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
