#!/usr/bin/env bash
# officeparser and node-pptx-parser read the slides of a deck by the names of their files: a moved one is at its old place.
#
# Version:  officeparser 7.8.0 (the last for node 20) and node-pptx-parser 1.0.1; python-pptx 1.0.2 writes the decks, and reads
#           them beside the two.
# Expected: The text of a deck is in the order in which it is shown, and what was taken out of it is not there.
# Seen:     The order of slides is a list in presentation.xml; moving one changes this list and no name of a file, and
#           taking one out of the list leaves its file in the archive. Both packages do not look at the list: they
#           sort slide1.xml, slide2.xml … by number, whatever is shown. For a deck as it was first written that is
#           right. officeparser 8.1.1, which needs node 22, follows the list.
# Matters:  Lessons made from a teacher's slides have the summary at the end although it was moved to the front, the
#           numbers of slides in search results lead to others, and the solutions that were taken out for the
#           students are back. Read ppt/presentation.xml and its relations first, as python-pptx does.
#
# Output seen (what was done: python-pptx | officeparser | node-pptx-parser):
#   as written: 引入 练习 答案 小结 | 引入 练习 答案 小结 | 引入 练习 答案 小结
#   小结 moved to the front: 小结 引入 练习 答案 | 引入 练习 答案 小结 | 引入 练习 答案 小结
#   答案 taken out: 引入 练习 小结 | 引入 练习 答案 小结 | 引入 练习 答案 小结
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-pptx==1.0.2
npm install --silent --no-audit --no-fund --prefix "$folder" officeparser@7.8.0 node-pptx-parser@1.0.1 > /dev/null
cd "$folder"

cat > decks.py <<'PYTHON'
from pptx import Presentation


def deck(name, change):
    presentation = Presentation()
    for title in ("引入", "练习", "答案", "小结"):
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = title
    change(presentation.slides._sldIdLst)
    presentation.save(f"{name}.pptx")
    titles = [slide.shapes.title.text for slide in Presentation(f"{name}.pptx").slides]
    print(f"{name}:", *titles)


deck("as written", lambda slides: None)
deck("小结 moved to the front", lambda slides: slides.insert(0, slides[3]))
deck("答案 taken out", lambda slides: slides.remove(slides[2]))
PYTHON
cat > read.mjs <<'SCRIPT'
import { readFileSync } from 'node:fs'
import nodePptxParser from 'node-pptx-parser'
import { parseOffice } from 'officeparser'

const Parser = nodePptxParser.default ?? nodePptxParser
for (const line of readFileSync('decks.txt', 'utf8').trimEnd().split('\n')) {
  const file = `${line.split(':')[0]}.pptx`
  const office = (await parseOffice(file)).toText().trim().split(/\s+/)
  const slides = (await new Parser(file).extractText()).flatMap(({ text }) => text)
  console.log([line, office.join(' '), slides.join(' ')].join(' | '))
}
SCRIPT
venv/bin/python decks.py > decks.txt
node read.mjs | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
