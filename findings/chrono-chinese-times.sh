#!/usr/bin/env bash
# chrono-node understands Chinese times, but on a Thursday 这周日 is four days ago and midnight is noon.
#
# Version:  chrono-node 2.10.3 (zh.hans), node 20.
# Expected: On Thursday 8 January 2026 周日 and 这周日 are the same Sunday, 11 January. 晚上十二点 is midnight,
#           十一点一刻 a quarter past eleven, 一个半小时后 in ninety minutes.
# Seen:     周日 is the 11th, but 这周日, more exact in Chinese, is the 4th: there the week begins with Sunday,
#           which in China is its last day. 晚上十二点 is noon of the same day, 一刻 is one minute, and
#           of 一个半小时后 only 半小时后 is read, half an hour.
# Matters:  这周日晚上7点直播 is kept as a lesson that is over, and nobody is reminded of it. Nothing is refused, and
#           the examples one tries first (明天晚上8点, 下周三下午2点) are right. Show the teacher the date that was
#           understood, before it is kept.
#
# Output seen (on Thursday 2026-01-08 at 10:00):
#   明天晚上8点 -> 2026-01-09 20:00
#   下周三下午2点 -> 2026-01-14 14:00
#   周日晚上7点 -> 2026-01-11 19:00
#   这周日晚上7点 -> 2026-01-04 19:00
#   晚上十一点 -> 2026-01-08 23:00
#   晚上十二点 -> 2026-01-08 12:00
#   十一点一刻 -> 2026-01-08 11:01
#   半小时后 -> 2026-01-08 10:30
#   一个半小时后 -> 2026-01-08 10:30
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" chrono-node@2.10.3 > /dev/null

cat > "$folder/times.mjs" <<'SCRIPT'
import * as chrono from 'chrono-node'

const now = new Date(2026, 0, 8, 10)
const texts = [
  '明天晚上8点', '下周三下午2点', '周日晚上7点', '这周日晚上7点',
  '晚上十一点', '晚上十二点', '十一点一刻', '半小时后', '一个半小时后',
]
for (const text of texts) {
  const { start } = chrono.zh.hans.parse(text, now)[0]
  const [day, time] = start.date().toLocaleString('sv').split(' ')
  console.log(`${text} -> ${start.isCertain('hour') ? `${day} ${time.slice(0, 5)}` : day}`)
}
SCRIPT

node "$folder/times.mjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
