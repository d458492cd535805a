#!/usr/bin/env bash
# tincanjs reads half an hour of learning, PT30M, as no time at all and an hour, PT1H, as an hour and a second.
#
# Version:  tincanjs 0.50.0, beside it iso8601-duration 2.1.4 and tinyduration 3.4.1 (node 20).
# Expected: In xAPI the time that was spent is a duration of ISO 8601, where a part that is nought is left out. The
#           library says that it reads no years, months and days; hours, minutes and seconds, then, it does.
# Seen:     Without S, and without M after H, it cuts the text at places that it has not found. PT30M and PT26H30M are 0;
#           of PT1H5S the figures from the 1 on are taken for the seconds, so that each PT1H…S is 3601 seconds. No error.
#           It writes such texts itself: of the 36,000 whole seconds below ten hours it reads 531 back as others,
#           each of them a length of whole hours and less than a minute.
# Matters:  A record store adds up how long students learnt. Lengths of full minutes, as authoring tools write them and a
#           test of an hour has them, count nothing, the odd ones are right. Read `result.duration` by another library.
#
# Output seen (text, then milliseconds by tincanjs, iso8601-duration and tinyduration):
#   PT1H30M5S | 5405000 5405000 5405000
#   PT45M30S | 2730000 2730000 2730000
#   PT30M | 0 1800000 1800000
#   PT26H30M | 0 95400000 95400000
#   PT1H | 3601000 3600000 3600000
#   PT1H5S | 3601000 3605000 3605000
#   PT2H59S | 7202000 7259000 7259000
#   written and read back by tincanjs: 531 of 36000 differ, the shortest is PT1H0S
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" \
    tincanjs@0.50.0 iso8601-duration@2.1.4 tinyduration@3.4.1 > /dev/null

cat > "$folder/read.cjs" <<'SCRIPT'
const iso = require('iso8601-duration')
const tinyduration = require('tinyduration')
const { Utils } = require('tincanjs')

const byTincan = (text) => Utils.convertISO8601DurationToMilliseconds(text)
const byIso = (text) => iso.toSeconds(iso.parse(text)) * 1000
function byTiny(text) {
  const { hours = 0, minutes = 0, seconds = 0 } = tinyduration.parse(text)
  return ((hours * 60 + minutes) * 60 + seconds) * 1000
}

for (const text of ['PT1H30M5S', 'PT45M30S', 'PT30M', 'PT26H30M', 'PT1H', 'PT1H5S', 'PT2H59S']) {
  console.log(text, '|', byTincan(text), byIso(text), byTiny(text))
}
const lengths = Array.from({ length: 36000 }, (_, second) => second * 1000)
const written = (length) => Utils.convertMillisecondsToISO8601Duration(length)
const others = lengths.filter((length) => byTincan(written(length)) !== length)
console.log('written and read back by tincanjs:',
  `${others.length} of ${lengths.length} differ, the shortest is ${written(others[0])}`)
SCRIPT

node "$folder/read.cjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
