#!/usr/bin/env bash
# Day.js and Babel read times that they wrote in Chinese themselves as other times.
#
# Version:  dayjs 1.11.23 (zh-cn, customParseFormat), beside it moment 2.31.0; babel 2.19.0; Python 3.11, node 20.
# Expected: A time written and read with the same format and language is the same time.
# Seen:     Day.js is right for 23 hours of a day: 中午12:30, half past noon, is read as half past midnight.
#           It takes for the afternoon only what it calls so from 13 o'clock on. moment with the same words
#           is right. Babel's parse_time knows the English AM and PM only, in each language: 下午3:05, which
#           its format_time writes, is 03:05. Every hour after noon is twelve hours early, midnight is noon.
# Matters:  A live lesson or the end of a sale at noon is kept as midnight, half a day early and without an
#           error; a test at 3 in the afternoon shows it for Babel and does not for Day.js. Write and read
#           24 hours (HH:mm).
#
# Output seen:
#   dayjs: 23 of 24 hours right; 中午12:30 is read as 00:30
#   moment: 24 of 24 hours right
#   babel: 12 of 24 hours right; 上午12:05 is read as 12:05, 下午1:05 as 01:05
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.19.0
npm install --silent --no-audit --no-fund --prefix "$folder" dayjs@1.11.23 moment@2.31.0 > /dev/null

cat > "$folder/times.cjs" <<'SCRIPT'
const dayjs = require('dayjs')
dayjs.extend(require('dayjs/plugin/customParseFormat'))
require('dayjs/locale/zh-cn')
dayjs.locale('zh-cn')
const moment = require('moment')
require('moment/locale/zh-cn')
moment.locale('zh-cn')

for (const [name, library] of Object.entries({ dayjs, moment })) {
  const wrong = []
  for (let hour = 0; hour < 24; hour++) {
    const written = library(new Date(2026, 0, 5, hour, 30)).format('Ah:mm')
    const read = library(written, 'Ah:mm')
    if (read.hour() !== hour) wrong.push(`${written} is read as ${read.format('HH:mm')}`)
  }
  console.log([`${name}: ${24 - wrong.length} of 24 hours right`, ...wrong].join('; '))
}
SCRIPT

cat > "$folder/times.py" <<'PYTHON'
from datetime import time

from babel.dates import format_time, parse_time

FORMAT, LANGUAGE = "ah:mm", "zh_CN"
wrong = []
for hour in range(24):
    written = format_time(time(hour, 5), FORMAT, locale=LANGUAGE)
    read = parse_time(written, locale=LANGUAGE, format=FORMAT)
    if read.hour != hour:
        wrong.append((written, f"{read:%H:%M}"))
(first, first_read), (second, second_read) = wrong[:2]
print(
    f"babel: {24 - len(wrong)} of 24 hours right; "
    f"{first} is read as {first_read}, {second} as {second_read}"
)
PYTHON

{ node "$folder/times.cjs"; "$folder/venv/bin/python" "$folder/times.py"; } | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
