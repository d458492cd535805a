#!/usr/bin/env bash
# Day.js shows the length of a course of 25 hours as 01:00:00, or as 25:undefined:undefined.
#
# Version:  dayjs 1.11.23 with its plugin duration; beside it luxon 3.7.2 (node 20).
# Expected: `duration(…).format('HH:mm:ss')` is 25:00:00, whichever way the duration was given; `toISOString()` is a
#           length that other programs read as the same one.
# Seen:     Of a number of milliseconds the plugin makes years, months and days first and HH shows what is left: 25 hours
#           are one day and 01:00:00, 24 are 00:00:00. Of an object with hours alone it makes nothing else, and
#           format puts the missing minutes in as the word undefined. In ISO 8601 it writes 31 days as
#           P1MT14H, with a month of 730 hours: Day.js reads that rightly, Luxon as 734 hours instead of 744,
#           since nobody else has such a month.
# Matters:  Lessons are shorter than a day, and their lengths right; the sum on the card of the course is not, and a video
#           of one minute and no seconds says undefined. Learning times that are reported in ISO 8601, as xAPI
#           does, lose ten hours of each month. Count hours with Math.floor(seconds / 3600) and write PT…S.
#
# Output seen (duration, HH:mm:ss; ISO 8601, read by Day.js and by Luxon in hours):
#   90 minutes: 01:30:00; PT1H30M, 1.5, 1.5
#   24 hours: 00:00:00; P1D, 24, 24
#   25 hours: 01:00:00; P1DT1H, 25, 25
#   744 hours: 14:00:00; P1MT14H, 744, 734
#   { hours: 25 }: 25:undefined:undefined
#   { minutes: 90 }: undefined:90:undefined
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" dayjs@1.11.23 luxon@3.7.2 > /dev/null

cat > "$folder/show.cjs" <<'SCRIPT'
const dayjs = require('dayjs')
const { Duration } = require('luxon')
dayjs.extend(require('dayjs/plugin/duration'))

for (const [name, hours] of [['90 minutes', 1.5], ['24 hours', 24], ['25 hours', 25], ['744 hours', 744]]) {
  const duration = dayjs.duration(hours * 3_600_000)
  const text = duration.toISOString()
  const read = [dayjs.duration(text).asHours(), Duration.fromISO(text).as('hours')].join(', ')
  console.log(`${name}: ${duration.format('HH:mm:ss')}; ${text}, ${read}`)
}
console.log('{ hours: 25 }:', dayjs.duration({ hours: 25 }).format('HH:mm:ss'))
console.log('{ minutes: 90 }:', dayjs.duration({ minutes: 90 }).format('HH:mm:ss'))
SCRIPT

node "$folder/show.cjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
