#!/usr/bin/env bash
# vobject calls the time zone of China CST, and Chicago's as well: of two lessons in a calendar one moves by 14 hours.
#
# Version:  vobject 0.9.9, icalendar 7.3.2 and ics 0.7.3 (Python 3.11), node-ical 0.26.1 and ical 0.8.0 (node 20).
# Expected: An event at 20:00 with zoneinfo's Asia/Shanghai is written with TZID=Asia/Shanghai, or another name of its own, and
#           is 20:00 in China (12:00 UTC) for whoever reads it.
# Seen:     vobject takes the short name of the zone in winter for its TZID, and keeps each name with the first zone that
#           the process wrote under it. China and Chicago are both CST: a lesson in Chicago, written after one in
#           China, is 20:00 in China for vobject itself; written first, it takes China's lesson to Chicago. node-ical
#           knows no zone of this name and refuses the whole calendar, ics takes it for UTC, ical for the
#           zone of the process. icalendar reads the VTIMEZONE and is right about a lesson alone.
# Matters:  A calendar of lessons by vobject (CalDAV clients use it) is empty or eight hours off for other programs, and
#           moves the lessons of teachers or students in America. A test with one zone that reads by vobject is right.
#           Write times in UTC with dateutil's tzutc, or write with icalendar.
#
# Output seen (lessons at 20:00 and the moments that are read; 12:00 UTC is right for China, 02:00 the day after for Chicago):
#   China alone, TZID=CST
#     vobject: 2026-01-05 12:00
#     icalendar: 2026-01-05 12:00
#     ics: 2026-01-05 20:00
#     node-ical: RangeError: Forbidden ICU TimeZone
#     ical in Asia/Tokyo: 2026-01-05 11:00
#   Chicago alone, TZID=CST
#     vobject: 2026-01-06 02:00
#   China, Chicago, TZID=CST
#     vobject: 2026-01-05 12:00, 2026-01-05 12:00
#   Chicago, China, TZID=CST
#     vobject: 2026-01-06 02:00, 2026-01-06 02:00
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    vobject==0.9.9 icalendar==7.3.2 ics==0.7.3
npm install --silent --no-audit --no-fund --prefix "$folder" node-ical@0.26.1 ical@0.8.0 > /dev/null
cd "$folder"

cat > write.py <<'PYTHON'
import sys
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import vobject
from dateutil.tz import tzutc

ZONES = {"China": ZoneInfo("Asia/Shanghai"), "Chicago": ZoneInfo("America/Chicago")}
places = sys.argv[1].removesuffix(" alone").split(", ")
calendar = vobject.iCalendar()
for place in places:
    event = calendar.add("vevent")
    event.add("uid").value = f"{place}@school.example"
    event.add("dtstamp").value = datetime(2026, 1, 1, tzinfo=tzutc())
    event.add("summary").value = place
    event.add("dtstart").value = datetime(2026, 1, 5, 20, tzinfo=ZONES[place])
text = calendar.serialize()
with open("lessons.ics", "w", encoding="utf-8", newline="") as file:
    file.write(text)

names = {line[len("DTSTART;") :].split(":")[0] for line in text.splitlines() if line.startswith("DTSTART;")}
print(f"{sys.argv[1]},", *names)
events = {event.summary.value: event for event in vobject.readOne(text).vevent_list}
moments = [events[place].dtstart.value.astimezone(timezone.utc) for place in places]
print("  vobject:", ", ".join(f"{moment:%Y-%m-%d %H:%M}" for moment in moments))
PYTHON
cat > read.py <<'PYTHON'
from datetime import timezone
from pathlib import Path

import icalendar
import ics

text = Path("lessons.ics").read_text(encoding="utf-8")
(event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
print(f"  icalendar: {event['dtstart'].dt.astimezone(timezone.utc):%Y-%m-%d %H:%M}")
(event,) = ics.Calendar(text).events
print(f"  ics: {event.begin.astimezone(timezone.utc):%Y-%m-%d %H:%M}")
PYTHON
cat > read.cjs <<'SCRIPT'
const { readFileSync } = require('node:fs')
const text = readFileSync('lessons.ics', 'utf8')
const moment = (entries) =>
  Object.values(entries)
    .find(({ type }) => type === 'VEVENT')
    .start.toISOString()
    .slice(0, 16)
    .replace('T', ' ')
try {
  console.log(`  node-ical: ${moment(require('node-ical').sync.parseICS(text))}`)
} catch (error) {
  console.log(`  node-ical: ${error.name}: ${error.message}`)
}
console.log(`  ical in ${process.env.TZ}: ${moment(require('ical').parseICS(text))}`)
SCRIPT
{
  venv/bin/python write.py 'China alone'
  venv/bin/python read.py
  TZ=Asia/Tokyo node read.cjs
  for lessons in 'Chicago alone' 'China, Chicago' 'Chicago, China'; do
    venv/bin/python write.py "$lessons"
  done
} | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
