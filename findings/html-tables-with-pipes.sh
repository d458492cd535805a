#!/usr/bin/env bash
# Of six converters from HTML to Markdown, one keeps a table whose cells hold code with `||`.
#
# Version:  markdownify 1.2.3 (also with escape_misc), html2text 2025.4.15, html-to-markdown 3.21.2 (Python);
#           turndown 7.2.5 with turndown-plugin-gfm 1.0.2 and @truto/turndown-plugin-gfm 1.0.3,
#           node-html-markdown 2.0.0 (node). markdown-it-py 4.3.0 reads what they write.
# Expected: A table becomes Markdown that becomes the same table. GFM demands `\|` for a bar in a cell, in code, too.
# Seen:     Most do not write it. The reader then takes each bar of the code for the edge of a cell, and as a row
#           has no more cells than the heading, it drops the rest: the meaning beside the code is gone.
#           escape_misc of markdownify writes it for text, not for code. The others write a backslash too many
#           or take the code for text. Only html-to-markdown is right.
# Matters:  The table of operators of a programming course loses its right column as soon as its page is kept or
#           exported as Markdown; nothing is reported, and tables of words are fine. Escape the bars inside
#           cells yourself (a hook for code in markdownify, a rule in turndown).
#
# Output seen (the row `a || b`, 或 as it is read again; ` ` marks code):
#   markdownify: `a and nothing
#   markdownify, escape_misc: `a and nothing
#   html2text: `a and nothing
#   html-to-markdown: `a || b` and 或
#   node-html-markdown: a | and b
#   turndown-plugin-gfm: `a and nothing
#   @truto/turndown-plugin-gfm: `a \|\| b` and 或
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check markdownify==1.2.3 html2text==2025.4.15 \
  html-to-markdown==3.21.2 markdown-it-py==4.3.0
npm install --silent --no-audit --no-fund --prefix "$folder" turndown@7.2.5 turndown-plugin-gfm@1.0.2 \
  @truto/turndown-plugin-gfm@1.0.3 node-html-markdown@2.0.0 > /dev/null

cat > "$folder/convert.cjs" <<'SCRIPT'
const TurndownService = require('turndown')
const { NodeHtmlMarkdown } = require('node-html-markdown')

const html = process.argv[2]
const converted = { 'node-html-markdown': NodeHtmlMarkdown.translate(html) }
for (const plugin of ['turndown-plugin-gfm', '@truto/turndown-plugin-gfm']) {
  const service = new TurndownService()
  service.use(require(plugin).gfm)
  converted[plugin] = service.turndown(html)
}
console.log(JSON.stringify(converted))
SCRIPT

cat > "$folder/tables.py" <<'PYTHON'
import json
import re
import subprocess
import sys

import html2text
import html_to_markdown
from markdown_it import MarkdownIt
from markdownify import markdownify

HTML = (
    "<table><thead><tr><th>运算</th><th>含义</th></tr></thead>"
    "<tbody><tr><td><code>a || b</code></td><td>或</td></tr></tbody></table>"
)
READER = MarkdownIt("commonmark").enable("table")


def by_node() -> dict[str, str]:
    command = ["node", "convert.cjs", HTML]
    return json.loads(subprocess.run(command, cwd=sys.argv[1], capture_output=True, check=True).stdout)


def row(markdown: str) -> str:
    body = READER.render(markdown).partition("<tbody>")[2]
    cells = re.findall("<td>(.*?)</td>", body)
    return " and ".join(re.sub("</?code>", "`", cell) or "nothing" for cell in cells)


converted = {
    "markdownify": markdownify(HTML),
    "markdownify, escape_misc": markdownify(HTML, escape_misc=True),
    "html2text": html2text.html2text(HTML),
    "html-to-markdown": html_to_markdown.convert(HTML).content,
} | by_node()
for name, markdown in converted.items():
    print(f"{name}: {row(markdown)}")
PYTHON

"$folder/venv/bin/python" "$folder/tables.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
