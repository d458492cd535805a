#!/usr/bin/env bash
# Link finders read the Chinese sentence around an address as part of the address.
#
# Version:  linkify-it-py 2.2.0 in markdown-it-py 4.3.0, and urlize of Django 5.2.19.
# Expected: An address ends before a comma, full stop or bracket, also before the full-width ones, and may
#           stand right behind a Han character, as no spaces are written there.
# Seen:     Only ASCII punctuation ends an address: 。谢谢 and ） become part of the path. urlize takes the word
#           请看https://… for a name without a scheme and puts http:// in front, so the Han characters
#           become the host; and a mail address swallows the sentence after the comma. markdown-it does well
#           in these two.
# Matters:  Course notes, comments and answers of a support desk are written like this, and their links
#           lead nowhere. Write `<https://…>` (last lines), or cut at full-width punctuation first.
#
# Output seen (text, library, address of the link):
#   See https://example.com/a, thanks. | linkify-it | https://example.com/a
#   See https://example.com/a, thanks. | urlize | https://example.com/a
#   见 https://example.com/a。谢谢 | linkify-it | https://example.com/a%E3%80%82%E8%B0%A2%E8%B0%A2
#   见 https://example.com/a。谢谢 | urlize | https://example.com/a%E3%80%82%E8%B0%A2%E8%B0%A2
#   （见 https://example.com/a） | linkify-it | https://example.com/a%EF%BC%89
#   （见 https://example.com/a） | urlize | https://example.com/a%EF%BC%89
#   请看https://example.com/a | linkify-it | https://example.com/a
#   请看https://example.com/a | urlize | http://%E8%AF%B7%E7%9C%8Bhttps://example.com/a
#   写信给 help@example.com，谢谢 | linkify-it | mailto:help@example.com
#   写信给 help@example.com，谢谢 | urlize | mailto:help@example.com%EF%BC%8C%E8%B0%A2%E8%B0%A2
#   见 <https://example.com/a>。谢谢 | linkify-it | https://example.com/a
#   见 <https://example.com/a>。谢谢 | urlize | https://example.com/a
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    Django==5.2.19 markdown-it-py==4.3.0 linkify-it-py==2.2.0

cat > "$folder/links.py" <<'PYTHON'
import re

from django.conf import settings

settings.configure()

from django.utils.html import urlize
from markdown_it import MarkdownIt

markdown = MarkdownIt("commonmark", {"linkify": True}).enable("linkify").render
texts = [
    "See https://example.com/a, thanks.",
    "见 https://example.com/a。谢谢",
    "（见 https://example.com/a）",
    "请看https://example.com/a",
    "写信给 help@example.com，谢谢",
    "见 <https://example.com/a>。谢谢",
]
for text in texts:
    for name, link in (("linkify-it", markdown), ("urlize", urlize)):
        print(text, "|", name, "|", *re.findall('href="([^"]*)"', link(text)) or ["-"])
PYTHON

"$folder/venv/bin/python" "$folder/links.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
