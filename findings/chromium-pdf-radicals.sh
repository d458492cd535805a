#!/usr/bin/env bash
# Of the name 高小马 on a certificate that Chromium printed pypdf reads ⾼⼩⻢, which are other characters.
#
# Version:  Debian's chromium or chromium-headless-shell (needed; its version is printed first) with the Noto Sans SC of
#           pylopdf-fonts-zh-cn 0.1.1; read by pypdf 7.1.1, pdfminer.six 20260107 and pypdfium2 5.15.2.
# Expected: The text of a page is the text of its PDF. The page says 高小马, 金一文 and 王明.
# Seen:     The font draws 高 (U+9AD8) and the radical ⾼ (U+2FBC) by one glyph. For searching and copying Chromium notes a
#           character for each glyph, and of two it takes the radical. In this font 270 characters have one, 人, 心 and 文 among
#           them; 王 and 明 have none. pdfium, hence a search in Chrome, turns the radicals back, so that nothing is
#           seen there; pypdf and pdfminer return what stands in the file. NFKC helps with all but ⻢ and its like.
# Matters:  A check that compares the name on a certificate or an invoice with the student's fails for 高小马 and passes for
#           王明; an index of handouts finds neither 高 nor 文. Both names look right in every log. Compare with a
#           table of the radicals (U+2E80 to U+2FDF), or read with pdfium.
#
# Output seen:
#   pypdf: ⾼⼩⻢ ⾦⼀⽂ 王明
#   pypdf, NFKC: 高小⻢ 金一文 王明
#   pdfminer: ⾼⼩⻢ ⾦⼀⽂ 王明
#   pypdfium2: 高小马 金一文 王明
set -euo pipefail
chromium=$(command -v chromium-headless-shell || command -v chromium) \
    || { echo "Chromium is missing (apt-get install chromium-headless-shell)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$chromium" --version
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    pylopdf-fonts-zh-cn==0.1.1 pypdf==7.1.1 pdfminer.six==20260107 pypdfium2==5.15.2
cd "$folder"

cp "$(venv/bin/python -c 'import pylopdf_fonts_zh_cn as fonts; print(fonts.sans_path())')" font.otf
cat > page.html <<'HTML'
<!doctype html>
<meta charset="utf-8">
<style>@font-face { font-family: Sans; src: url(font.otf) } p { font-family: Sans }</style>
<p>高小马 金一文 王明</p>
HTML
"$chromium" --headless --no-sandbox --disable-gpu --no-first-run --no-pdf-header-footer \
    --user-data-dir="$folder/profile" --print-to-pdf="$folder/page.pdf" "file://$folder/page.html" 2> log

cat > read.py <<'PYTHON'
import logging
import unicodedata

import pypdf
import pypdfium2
from pdfminer.high_level import extract_text

logging.disable(logging.CRITICAL)
by_pypdf = pypdf.PdfReader("page.pdf").pages[0].extract_text().strip()
print("pypdf:", by_pypdf)
print("pypdf, NFKC:", unicodedata.normalize("NFKC", by_pypdf))
print("pdfminer:", extract_text("page.pdf").strip())
document = pypdfium2.PdfDocument("page.pdf")
print("pypdfium2:", document[0].get_textpage().get_text_bounded().strip())
PYTHON

venv/bin/python read.py | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
