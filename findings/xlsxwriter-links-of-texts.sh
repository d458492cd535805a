#!/usr/bin/env bash
# A student's question that begins with a link becomes an empty cell when XlsxWriter writes it.
#
# Version:  XlsxWriter 3.3.1; read by openpyxl 3.1.5.
# Expected: `write` and `write_row` put a str into the cell, at worst as a link whose text is the str.
# Seen:     A text that begins with http:// is taken for a link as a whole, blanks and Chinese included. Excel takes no link
#           of more than 2079 characters, so that such a text is left out; of one that begins with internal:,
#           external: or mailto: the beginning is cut. After 65,530 links in a sheet the texts of all further rows
#           are left out, too. There is a UserWarning, which nobody sees on a server and Python shows once for
#           each place in the code; `write` returns a negative number.
# Matters:  An export of questions lacks the longest of those that show a page or a repository, and one of 70,000 orders with
#           a link each has 4,470 empty cells at its end. Tests with short texts and few rows see nothing. Open
#           the workbook with `{"strings_to_urls": False}` (last line).
#
# Output seen (what a reader of the workbook finds):
#   a link, then 2,100 characters of text: nothing
#   the same, 20 characters: the text
#   internal:仅供内部使用: 仅供内部使用
#   external:外聘讲师: 外聘讲师
#   a link in row 65530: the text
#   a link in row 65531: nothing
#   the first four, strings_to_urls off: the text, the text, the text, the text
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check XlsxWriter==3.3.1 openpyxl==3.1.5

cat > "$folder/write.py" <<'PYTHON'
import io
import warnings

import openpyxl
import xlsxwriter

warnings.simplefilter("ignore")
LINK = "https://example.com/lessons/7 "


def told(texts, *, first_row=0, **options):
    """What is read of the texts, the first of which is written into the row of that number."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet()
        for row in range(first_row):
            sheet.write(row, 0, f"https://example.com/orders/{row}")
        for row, text in enumerate(texts, start=first_row):
            sheet.write(row, 0, text)
    sheet = openpyxl.load_workbook(content, read_only=True).active
    sheet.reset_dimensions()
    cells = dict(enumerate((cells[0] if cells else None) for cells in sheet.values))
    found = [cells.get(row) for row in range(first_row, first_row + len(texts))]
    return ["nothing" if one is None else "the text" if one == text else one for one, text in zip(found, texts)]


TEXTS = {
    "a link, then 2,100 characters of text": LINK + "课" * 2_100,
    "the same, 20 characters": LINK + "课" * 20,
    "internal:仅供内部使用": "internal:仅供内部使用",
    "external:外聘讲师": "external:外聘讲师",
}
for title, one in zip(TEXTS, told(list(TEXTS.values()))):
    print(f"{title}: {one}")
links = ["https://example.com/orders/a", "https://example.com/orders/b"]
for row, one in enumerate(told(links, first_row=65_529), start=65_530):
    print(f"a link in row {row}: {one}")
print("the first four, strings_to_urls off:", ", ".join(told(list(TEXTS.values()), strings_to_urls=False)))
PYTHON

"$folder/venv/bin/python" "$folder/write.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
