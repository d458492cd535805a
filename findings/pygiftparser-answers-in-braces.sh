#!/usr/bin/env bash
# pygiftparser ends a question at the escaped brace of an answer: {1, 2} is cut, and what stands behind it is lost.
#
# Version:  pygiftparser 1.1 (with Markdown 3.0.1); beside it gift-pegjs 1.0.2 (node 20).
# Expected: In GIFT, Moodle's text format of questions, the characters ~ = # { } : of a text are written with a backslash
#           before them. Escaped they mean nothing else, in the question and in its answers.
# Seen:     Its expression for the answers ends at the first `}` after the `{`, whatever stands before it. The answer with
#           the brace keeps a backslash and loses the brace, those after it go into `tail`, the text behind the gap
#           of a cloze. If only one is left, the choice becomes a short answer. Braces in the question do no harm;
#           backslashes stay there as well. The question is `valid`, nothing is raised or logged.
# Matters:  Questions of a course of programming have dictionaries, sets and blocks among their answers. The student is
#           asked to type `\{` for the one that was to be chosen, or chooses among the wrong ones that came before it.
#           Read with gift-pegjs, or compare the number of answers with that of the lines.
#
# Output seen (kind: answers, * the right one; then the tail):
#   pygiftparser | SelectSet: *[1, 2] / (1, 2) |
#   pygiftparser | ShortSet: *\{1, 2 | ~[1, 2] ~(1, 2) }
#   pygiftparser | SelectSet: [1, 2] / *\{1, 2 | ~(1, 2) }
#   pygiftparser | SelectSet: *字典 / 集合 |
#   gift-pegjs | MC: *[1, 2] / (1, 2)
#   gift-pegjs | MC: *{1, 2} / [1, 2] / (1, 2)
#   gift-pegjs | MC: [1, 2] / *{1, 2} / (1, 2)
#   gift-pegjs | MC: *字典 / 集合
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    pygiftparser==1.1 Markdown==3.0.1 MarkdownSuperscript==2.1.1 yattag==1.16.1
npm install --silent --no-audit --no-fund --prefix "$folder" gift-pegjs@1.0.2 > /dev/null
cd "$folder"

cat > questions.gift <<'GIFT'
::列表::哪一个是列表？{
=[1, 2]
~(1, 2)
}

::集合::哪一个是集合？{
=\{1, 2\}
~[1, 2]
~(1, 2)
}

::集合二::哪一个是集合？{
~[1, 2]
=\{1, 2\}
~(1, 2)
}

::字典::\{1\: 2\} 是什么？{
=字典
~集合
}
GIFT

cat > read.py <<'PYTHON'
from pygiftparser import parser

with open("questions.gift", encoding="utf-8") as file:
    questions = parser.parseFile(file)
for question in questions:
    assert question.valid
    answers = " / ".join("*" * answer.select + answer.answer for answer in question.answers.answers)
    kind = type(question.answers).__name__
    print(f"pygiftparser | {kind}: {answers} |", " ".join(question.tail.split()), sep=" " * bool(question.tail))
PYTHON

cat > read.cjs <<'SCRIPT'
const { readFileSync } = require('fs')
const { parse } = require('gift-pegjs')

for (const { type, choices } of parse(readFileSync('questions.gift', 'utf8'))) {
  const answers = choices.map(({ isCorrect, text }) => (isCorrect ? '*' : '') + text.text)
  console.log(`gift-pegjs | ${type}: ${answers.join(' / ')}`)
}
SCRIPT

{
  venv/bin/python -W ignore read.py
  node read.cjs
} | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
