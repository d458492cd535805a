#!/usr/bin/env bash
# nzh reads 两千零五十 as 50 and 一千两百 as 1000: it leaves out 两, the usual word for two in front of a unit.
#
# Version:  nzh 1.0.14 (node 20), beside it cn2an 0.5.24 (Python).
# Expected: A number in Chinese words is read as that number, or refused. One says and writes 两百, 两千 and 两万; 二万
#           is rather rare.
# Seen:     decodeS passes over each character that it does not know, without an error, and it knows no 两. So the
#           unit after it counts nothing: 两百 is 0, 一千两百 is 1000. Digits before a unit, 1.5万, are passed over as
#           well, and a fraction before a unit loses the unit: 三点五万 is 3.5. What encodeS writes, it reads.
# Matters:  A price, a budget or the length of a course that a person typed in words is kept as another number which
#           looks like one. A test that writes numbers by nzh and reads them back finds nothing. Take cn2an, and refuse
#           a text with a character that is not in 零〇一二三四五六七八九十百千万亿点负.
#
# Output seen (words, by nzh, by cn2an in its mode smart; of 100,000 numbers, those that nzh reads back):
#   二百五十 | 250 | 250
#   两百五十 | 50 | 250
#   一千两百 | 1000 | 1200
#   两千零五十 | 50 | 2050
#   两万 | 0 | 20000
#   三点五万 | 3.5 | ValueError
#   1.5万 | 0 | 15000
#   99,999 of 99,999
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check cn2an==0.5.24
npm install --silent --no-audit --no-fund --prefix "$folder" nzh@1.0.14 > /dev/null

words='二百五十 两百五十 一千两百 两千零五十 两万 三点五万 1.5万'
cat > "$folder/read.cjs" <<'SCRIPT'
const nzh = require('nzh/cn')
for (const word of process.argv.slice(2)) console.log(`${word} | ${nzh.decodeS(word)} `)
SCRIPT
cat > "$folder/read.py" <<'PYTHON'
import sys

import cn2an

for word in sys.argv[1:]:
    try:
        print(f" {cn2an.cn2an(word, 'smart'):g}")
    except ValueError:
        print(" ValueError")
PYTHON
cat > "$folder/back.cjs" <<'SCRIPT'
const nzh = require('nzh/cn')
let right = 0
for (let number = 1; number < 100_000; number++) right += nzh.decodeS(nzh.encodeS(number)) === number
console.log(`${right.toLocaleString('en')} of 99,999`)
SCRIPT

# shellcheck disable=SC2086 # seven words
{
  paste -d '|' <(node "$folder/read.cjs" $words) <("$folder/venv/bin/python" "$folder/read.py" $words)
  node "$folder/back.cjs"
} | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
