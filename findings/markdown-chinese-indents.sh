#!/usr/bin/env bash
# Of the two wide blanks with which Chinese paragraphs begin, five of eight Markdown parsers keep those of some lines.
#
# Version:  markdown-it-py 4.3.0, mistune 3.4.0, Markdown 3.11.3, cmarkgfm 2025.10.22, commonmark 0.9.2 (Python);
#           markdown-it 15.0.3, marked 18.2.1, commonmark 0.31.2 (node).
# Expected: CommonMark takes spaces and tabs from the ends of a paragraph, nothing else: U+3000, the ideographic space
#           of which Chinese writers type two before a paragraph, is a character like others.
# Seen:     markdown-it-py, Markdown and both commonmark strip it as Unicode's idea of a space: but only before
#           the first line of a paragraph. mistune does the contrary, it keeps the first line's and strips that of the
#           following ones. markdown-it for node keeps both, so that the page that was previewed in the
#           browser is another than the one that its port for Python renders. cmarkgfm and marked keep them, too.
# Matters:  In a text whose lines are broken by hand the first line of each paragraph is flush and the second is
#           indented. Compare the parsers with such a text; indent with CSS (text-indent: 2em).
#
# Output seen (first line, second line):
#   markdown-it-py: stripped, kept
#   mistune: kept, stripped
#   Markdown: stripped, kept
#   cmarkgfm: kept, kept
#   commonmark (Python): stripped, kept
#   markdown-it: kept, kept
#   marked: kept, kept
#   commonmark (node): stripped, kept
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check markdown-it-py==4.3.0 mistune==3.4.0 \
  Markdown==3.11.3 cmarkgfm==2025.10.22 commonmark==0.9.2
npm install --silent --no-audit --no-fund --prefix "$folder" markdown-it@15.0.3 marked@18.2.1 commonmark@0.31.2 > /dev/null

cat > "$folder/render.cjs" <<'SCRIPT'
const { Parser, HtmlRenderer } = require('commonmark')
const loaded = require('markdown-it')
const MarkdownIt = loaded.default ?? loaded
const { marked } = require('marked')

const text = process.argv[2]
console.log(JSON.stringify({
  'markdown-it': new MarkdownIt().render(text),
  marked: marked.parse(text),
  'commonmark (node)': new HtmlRenderer().render(new Parser().parse(text)),
}))
SCRIPT

cat > "$folder/render.py" <<'PYTHON'
import json
import subprocess
import sys

import cmarkgfm
import commonmark
import markdown
import mistune
from markdown_it import MarkdownIt

INDENT = "\u3000\u3000"
TEXT = f"{INDENT}第一行\n{INDENT}第二行\n"

rendered = {
    "markdown-it-py": MarkdownIt().render(TEXT),
    "mistune": mistune.html(TEXT),
    "Markdown": markdown.markdown(TEXT),
    "cmarkgfm": cmarkgfm.markdown_to_html(TEXT),
    "commonmark (Python)": commonmark.commonmark(TEXT),
} | json.loads(subprocess.check_output(["node", f"{sys.argv[1]}/render.cjs", TEXT]))
for name, html in rendered.items():
    fates = ["kept" if INDENT + line in html else "stripped" for line in ("第一行", "第二行")]
    print(f"{name}: {', '.join(fates)}")
PYTHON

"$folder/venv/bin/python" "$folder/render.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
