#!/usr/bin/env bash
# A lesson at 20:00 in China is read from a calendar file as 20:00 UTC, in Python and in JavaScript.
#
# Version:  ics 0.7.3 and icalendar 7.3.2 (Python), ical.js 2.2.1 (node 20 with TZ=UTC, as on a server).
# Expected: `DTSTART;TZID=…:20260105T200000` is 20:00 in that time zone (RFC 5545). The file describes it in a
#           VTIMEZONE, or the name is one of the time zone database.
# Seen:     Outlook and Exchange name the zone "China Standard Time" and describe it: +0800. ics for Python drops the
#           description, does not know the name and takes UTC; what it writes again is 20:00Z. ical.js reads
#           such a file well, but of `Asia/Shanghai` without a description, as icalendar writes it by default,
#           it makes a time without a zone: right on a laptop in China, 8 hours late on a server. icalendar
#           reads all of them. Nobody reports anything.
# Matters:  Live lessons that a school keeps in Outlook appear in the course eight hours late, four in the morning
#           instead of eight in the evening. Read with icalendar; write with `add_missing_timezones()`.
#
# Output seen (file, reader: moment of 20:00 in China, which is 12:00 UTC):
#   Outlook, icalendar: 2026-01-05T12:00:00Z
#   Outlook, ics: 2026-01-05T20:00:00Z
#   Outlook, ical.js: 2026-01-05T12:00:00Z
#   icalendar, icalendar: 2026-01-05T12:00:00Z
#   icalendar, ics: 2026-01-05T12:00:00Z
#   icalendar, ical.js: 2026-01-05T20:00:00Z
#   icalendar with zones, icalendar: 2026-01-05T12:00:00Z
#   icalendar with zones, ics: 2026-01-05T12:00:00Z
#   icalendar with zones, ical.js: 2026-01-05T12:00:00Z
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ics==0.7.3 icalendar==7.3.2
npm install --silent --no-audit --no-fund --prefix "$folder" ical.js@2.2.1 > /dev/null

cat > "$folder/read.mjs" <<'SCRIPT'
import { readFileSync } from 'fs'
import ICAL from 'ical.js'

const calendar = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], 'utf8')))
const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent'))
console.log(event.startDate.toJSDate().toISOString().replace('.000', ''))
SCRIPT

cat > "$folder/calendars.py" <<'PYTHON'
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import ics

FOLDER = Path(sys.argv[1])
MOMENT = datetime(2026, 1, 5, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
OUTLOOK = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//lessons//ZH
BEGIN:VTIMEZONE
TZID:China Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0800
TZOFFSETTO:+0800
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.com
DTSTAMP:20260101T000000Z
DTSTART;TZID=China Standard Time:20260105T200000
SUMMARY:直播课
END:VEVENT
END:VCALENDAR
"""


def written(*, with_zones: bool) -> bytes:
    event = icalendar.Event()
    event.add("uid", "1@example.com")
    event.add("dtstamp", MOMENT.astimezone(timezone.utc))
    event.add("dtstart", MOMENT)
    event.add("summary", "直播课")
    calendar = icalendar.Calendar.new(prodid="-//example//lessons//ZH")
    calendar.add_component(event)
    if with_zones:
        calendar.add_missing_timezones()
    return calendar.to_ical()


def utc(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def by_icalendar(content: bytes) -> str:
    return utc(icalendar.Calendar.from_ical(content).walk("VEVENT")[0].start)


def by_ics(content: bytes) -> str:
    (event,) = ics.Calendar(content.decode()).events
    return utc(event.begin.datetime)


def by_ical_js(content: bytes) -> str:
    path = FOLDER / "lessons.ics"
    path.write_bytes(content)
    command = ["node", FOLDER / "read.mjs", path]
    environment = os.environ | {"TZ": "UTC"}
    return subprocess.run(command, capture_output=True, check=True, text=True, env=environment).stdout.strip()


files = {
    "Outlook": OUTLOOK.replace("\n", "\r\n").encode(),
    "icalendar": written(with_zones=False),
    "icalendar with zones": written(with_zones=True),
}
for name, content in files.items():
    for reader, read in (("icalendar", by_icalendar), ("ics", by_ics), ("ical.js", by_ical_js)):
        print(f"{name}, {reader}: {read(content)}")
PYTHON

"$folder/venv/bin/python" "$folder/calendars.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
