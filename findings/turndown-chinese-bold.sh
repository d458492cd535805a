#!/usr/bin/env bash
# Bold before Chinese text: what HTML-to-Markdown converters write, no Markdown parser reads as bold.
#
# Version:  turndown 7.2.5, markdown-it 15.0.3, marked 18.2.1 (node 20); markdownify 1.2.3, markdown-it-py 4.3.0.
# Expected: HTML that was turned into Markdown has its bold words again when it is rendered.
# Seen:     <strong>重点：</strong>请看 becomes **重点：**请看. Under CommonMark's rule the closing ** stands
#           between punctuation and a letter and closes nothing, so the reader sees asterisks; <em> becomes
#           underscores. turndown and markdownify put neither a blank nor an entity there.
# Matters:  Lessons that are moved from an HTML editor to Markdown lose the emphasis of nearly all their 重点：,
#           注意： and 「…」, and no error is told. Compare the rendered result before the original is dropped.
#
# Output seen:
#   turndown: **重点：**请看 | markdown-it <p>**重点：**请看</p> | marked <p>**重点：**请看</p>
#   turndown: 这是**「注意」**的例子 | markdown-it <p>这是**「注意」**的例子</p> | marked <p>这是**「注意」**的例子</p>
#   turndown: _例：_见下 | markdown-it <p>_例：_见下</p> | marked <p>_例：_见下</p>
#   turndown: **重点** 请看 | markdown-it <p><strong>重点</strong> 请看</p> | marked <p><strong>重点</strong> 请看</p>
#   markdownify: **重点：**请看 | markdown-it-py <p>**重点：**请看</p>
#   markdownify: 这是**「注意」**的例子 | markdown-it-py <p>这是**「注意」**的例子</p>
#   markdownify: *例：*见下 | markdown-it-py <p>*例：*见下</p>
#   markdownify: **重点** 请看 | markdown-it-py <p><strong>重点</strong> 请看</p>
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check markdownify==1.2.3 markdown-it-py==4.3.0
npm install --silent --no-audit --no-fund --prefix "$folder" turndown@7.2.5 markdown-it@15.0.3 marked@18.2.1

cat > "$folder/lessons.json" <<'JSON'
["<p><strong>重点：</strong>请看</p>", "<p>这是<strong>「注意」</strong>的例子</p>", "<p><em>例：</em>见下</p>",
 "<p><strong>重点</strong> 请看</p>"]
JSON
cat > "$folder/seen.cjs" <<'JAVASCRIPT'
const Turndown = require('turndown')
const loaded = require('markdown-it')
const MarkdownIt = loaded.default ?? loaded
const { marked } = require('marked')
for (const html of require('./lessons.json')) {
  const text = new Turndown().turndown(html)
  const [one, other] = [new MarkdownIt().render(text), marked.parse(text)]
  console.log(`turndown: ${text} | markdown-it ${one.trim()} | marked ${other.trim()}`)
}
JAVASCRIPT
cat > "$folder/seen.py" <<'PYTHON'
import json
import sys

from markdown_it import MarkdownIt
from markdownify import markdownify

for html in json.load(open(f"{sys.argv[1]}/lessons.json", encoding="utf-8")):
    text = markdownify(html).strip()
    print(f"markdownify: {text} | markdown-it-py {MarkdownIt().render(text).strip()}")
PYTHON
sed -n '/^# Output seen:/,/^[^#]/s/^#   //p' "$0" > "$folder/expected"
{ node "$folder/seen.cjs"; "$folder/venv/bin/python" "$folder/seen.py" "$folder"; } | tee "$folder/seen"
diff "$folder/expected" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
