#!/usr/bin/env bash
# Opened and saved with EbookLib, the diagrams of an EPUB lose their size, their gradients and their text.
#
# Version:  EbookLib 0.20 with lxml 6.1.3, Python 3.11; shown by headless Chromium (its own version is printed first).
# Expected: A book that is read and written without a change shows the same. The chapters of an EPUB are XHTML, in
#           which viewBox, linearGradient and foreignObject are written with their capitals.
# Seen:     EbookLib reads each chapter by an HTML parser, which makes all names small, and writes them so. In
#           XHTML viewbox and lineargradient mean nothing: a drawing of 1000 by 500 units is not scaled into its
#           300 by 150 points any more but cut at them, what a gradient fills stays empty, and the text of a
#           foreignObject is not shown. No error and no warning. Formulas in MathML and pictures in <img> stay.
# Matters:  A course with diagrams as an EPUB (Mermaid and draw.io write these three) shows the corner of each; it
#           also hits a finished book to which one only adds a title or a watermark. Put SVG into files of its own,
#           shown by <img>, or change the chapters in the ZIP as text.
#
# Output seen (the names in the chapter, and the colours seen in the middle of three drawings):
#   as it was: viewBox linearGradient foreignObject | green purple orange
#   saved: viewbox lineargradient foreignobject | blue white white
set -euo pipefail
chromium=$(command -v chromium-headless-shell || command -v chromium) \
    || { echo "Chromium is missing (apt-get install chromium-headless-shell)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check EbookLib==0.20 lxml==6.1.3 Pillow==13.0.0
"$chromium" --version
cd "$folder"

cat > save.py <<'PYTHON'
import re
import zipfile
from pathlib import Path

from ebooklib import epub

CHAPTER = """<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>第一课</title></head><body style="margin: 0">
<svg xmlns="http://www.w3.org/2000/svg" style="display: block" width="300" height="150" viewBox="0 0 1000 500">
<rect width="1000" height="500" fill="green"/><rect width="200" height="200" fill="blue"/></svg>
<svg xmlns="http://www.w3.org/2000/svg" style="display: block" width="300" height="150">
<linearGradient id="even"><stop stop-color="purple"/></linearGradient>
<rect width="300" height="150" fill="url(#even)"/></svg>
<svg xmlns="http://www.w3.org/2000/svg" style="display: block" width="300" height="150">
<foreignObject width="300" height="150"><div xmlns="http://www.w3.org/1999/xhtml"
style="height: 150px; background: orange">用户表</div></foreignObject></svg>
</body></html>"""
NAMES = "viewBox|linearGradient|foreignObject"

book = epub.EpubBook()
book.set_identifier("course-1")
book.set_title("数据库入门")
chapter = epub.EpubHtml(title="第一课", file_name="lesson.xhtml", lang="zh-CN")
chapter.content = "<p>第一课</p>"
book.add_item(chapter)
book.spine = [chapter]
book.add_item(epub.EpubNav())
epub.write_epub("empty.epub", book)

# The chapter is put into the book as it is, as another program would have written it.
with zipfile.ZipFile("empty.epub") as empty, zipfile.ZipFile("as it was.epub", "w") as filled:
    for name in empty.namelist():
        filled.writestr(name, CHAPTER if name.endswith("lesson.xhtml") else empty.read(name))
epub.write_epub("saved.epub", epub.read_epub("as it was.epub"))

for name in ("as it was", "saved"):
    with zipfile.ZipFile(f"{name}.epub") as archive:
        text = archive.read("EPUB/lesson.xhtml").decode()
    Path(f"{name}.xhtml").write_text(text, encoding="utf-8")
    names = dict.fromkeys(re.findall(NAMES, text, re.IGNORECASE))
    Path(f"{name}.names").write_text(" ".join(names), encoding="utf-8")
PYTHON
cat > look.py <<'PYTHON'
import sys
from pathlib import Path

from PIL import Image, ImageColor

COLOURS = {ImageColor.getrgb(name): name for name in ("green", "blue", "purple", "orange", "white")}
name = sys.argv[1]
with Image.open(f"{name}.png") as picture:
    seen = [COLOURS[picture.convert("RGB").getpixel((150, 75 + 150 * part))] for part in range(3)]
print(f"{name}: {Path(f'{name}.names').read_text()} | {' '.join(seen)}")
PYTHON
venv/bin/python save.py
for name in 'as it was' saved; do
  "$chromium" --headless --no-sandbox --disable-gpu --no-first-run --hide-scrollbars --window-size=300,450 \
    --screenshot="$folder/$name.png" "file://$folder/$name.xhtml" 2> /dev/null > /dev/null
  venv/bin/python look.py "$name"
done | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
