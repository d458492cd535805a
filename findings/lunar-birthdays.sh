#!/usr/bin/env bash
# Four libraries of the lunar calendar have birthdays of living people on wrong days, two of them more in China than in UTC.
#
# Version:  lunardate 0.3.0 (Python 3.11), chinese-days 1.5.7, chinese-lunar 0.1.4 and lunar-calendar 0.1.4 (node 20), beside
#           them borax 4.1.3 and lunisolar 2.6.0, which agree on each day.
# Expected: A day has one lunar date, whatever the library and the time zone of the process.
# Seen:     Months of all four begin a day early or late, in other years of each: chinese-days has 60 such days in 1996
#           (Mid-Autumn is on the 26th of September, not the 27th), lunardate 60 in 1954 and 1978. lunar-calendar and
#           chinese-lunar also count local midnights, and China had summer time from 1986 to 1991: in Asia/Shanghai, not
#           in UTC, the first has days like 16.958… in each of those summers, and the second is a day late in the weeks
#           after them.
# Matters:  Greetings and vouchers on lunar birthdays go to students between thirty and forty, and to their
#           parents, on the wrong day; tests on a server in UTC and with this year's festivals are right. Compare a library
#           with another one over the years of birth, under TZ=Asia/Shanghai.
#
# Output seen (days from 1950 to 2030 that differ from lunisolar, in UTC and in Asia/Shanghai; those days by years):
#   borax: 0 | 0
#   lunardate: 60 | 60 (1954 1978)
#   chinese-days: 60 | 60 (1996)
#   chinese-lunar: 150 | 243 (1954 1956 1978 1986 1987 1988 1989 1990 1991 1996)
#   lunar-calendar: 180 | 1076 (1986 1987 1988 1989 1990 1991 2007 2008)
#   Mid-Autumn 1996: lunisolar 1996-09-27, chinese-days 1996-09-26
#   1991-05-01 in UTC: lunar-calendar 3/17
#   1991-05-01 in Asia/Shanghai: lunar-calendar 3/16.958
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check lunardate==0.3.0 borax==4.1.3
npm install --silent --no-audit --no-fund --prefix "$folder" \
    chinese-days@1.5.7 chinese-lunar@0.1.4 lunar-calendar@0.1.4 lunisolar@2.6.0 > /dev/null
cd "$folder"

# Both programs write a line for each day and library: the day, and month/day of the lunar date.
cat > days.cjs <<'SCRIPT'
const { writeFileSync } = require('node:fs')
const chineseDays = require('chinese-days')
const chineseLunar = require('chinese-lunar')
const lunarCalendar = require('lunar-calendar')
const lunisolar = require('lunisolar')

// lunar-calendar counts a leap month and all after it as one more.
const plainMonth = ({ lunarMonth, lunarLeapMonth }) =>
  lunarLeapMonth > 0 && lunarMonth > lunarLeapMonth ? lunarMonth - 1 : lunarMonth
const libraries = {
  lunisolar: (date, [year, month, day]) => {
    const { lunar } = lunisolar(`${year}/${month}/${day}`)
    return [lunar.month % 100, lunar.day]
  },
  'chinese-days': (date) => {
    const { lunarMon, lunarDay } = chineseDays.getLunarDate(date.toISOString().slice(0, 10))
    return [lunarMon, lunarDay]
  },
  'chinese-lunar': (date, [year, month, day]) => {
    const lunar = chineseLunar.solarToLunar(new Date(year, month - 1, day))
    return [lunar.month, lunar.day]
  },
  'lunar-calendar': (date, numbers) => {
    const lunar = lunarCalendar.solarToLunar(...numbers)
    return [plainMonth(lunar), Number(lunar.lunarDay.toFixed(3))]
  },
}
const lines = Object.fromEntries(Object.keys(libraries).map((name) => [name, []]))
for (let time = Date.UTC(1950, 0, 1); time < Date.UTC(2031, 0, 1); time += 86_400_000) {
  const date = new Date(time)
  const numbers = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
  for (const [name, lunar] of Object.entries(libraries))
    lines[name].push(`${date.toISOString().slice(0, 10)} ${lunar(date, numbers).join('/')}`)
}
for (const [name, those] of Object.entries(lines)) writeFileSync(`${process.argv[2]}/${name}`, those.join('\n') + '\n')
SCRIPT
cat > days.py <<'PYTHON'
import sys
from datetime import date, timedelta

from borax.calendars.lunardate import LunarDate as Borax
from lunardate import LunarDate

with open(f"{sys.argv[1]}/lunardate", "w") as first, open(f"{sys.argv[1]}/borax", "w") as second:
    day = date(1950, 1, 1)
    while day.year < 2031:
        lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
        print(day, f"{lunar.month}/{lunar.day}", file=first)
        lunar = Borax.from_solar(day)
        print(day, f"{lunar.month}/{lunar.day}", file=second)
        day += timedelta(1)
PYTHON
mkdir UTC China
for zone in UTC Asia/Shanghai; do
  to=${zone/Asia\/Shanghai/China}
  TZ=$zone node days.cjs "$to"
  TZ=$zone venv/bin/python days.py "$to"
done

different() { comm -13 UTC/lunisolar "$1"; }
at() { sed -n "s|^$2 ||p" "$1"; }
{
  for name in borax lunardate chinese-days chinese-lunar lunar-calendar; do
    years=$(different "China/$name" | cut -c 1-4 | uniq | paste -s -d ' ')
    echo "$name: $(different "UTC/$name" | wc -l) | $(different "China/$name" | wc -l)${years:+ ($years)}"
  done
  mid_autumn() { sed -n 's|^\(1996-.*\) 8/15$|\1|p' "China/$1"; }
  echo "Mid-Autumn 1996: lunisolar $(mid_autumn lunisolar), chinese-days $(mid_autumn chinese-days)"
  echo "1991-05-01 in UTC: lunar-calendar $(at UTC/lunar-calendar 1991-05-01)"
  echo "1991-05-01 in Asia/Shanghai: lunar-calendar $(at China/lunar-calendar 1991-05-01)"
} | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
