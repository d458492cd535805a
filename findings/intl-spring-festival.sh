#!/usr/bin/env bash
# Intl of node begins the Chinese years 2027 and 2030 on the wrong day.
#
# Version:  node 20.20.2 with ICU 78.2 (its own versions are printed first); beside it lunar-javascript 1.7.7 and
#           tyme4ts 1.5.2.
# Expected: `Intl.DateTimeFormat('zh-CN-u-ca-chinese')` knows the Chinese calendar, as its name says; Chinese New
#           Year 2027 is Saturday, the 6th of February, 2030 Sunday, the 3rd of February.
# Seen:     For Intl the 6th of February 2027 is the last day of the old year (腊月三十), the 3rd of February 2030
#           the second of the new one, and so the Lantern Festivals of both years are a day off. The new moons
#           fall within ten minutes of midnight in Beijing, and ICU reckons the moon less exactly than that.
#           All other years from 1980 to 2099 are right, so that no test with the present year finds it.
# Matters:  A calendar, a countdown or the end of a sale for the festival is right in 2025 and 2026, and in 2027 a
#           day late. Take the days from the notice of the State Council or a library with a table.
#
# Output seen:
#   lunar-javascript: 2027-02-06 2030-02-03
#   tyme4ts: 2027-02-06 2030-02-03
#   2027-02-05: 2026丙午年腊月廿九
#   2027-02-06: 2026丙午年腊月三十
#   2027-02-07: 2027丁未年正月初一
#   2030-02-02: 2030庚戌年正月初一
#   2030-02-03: 2030庚戌年正月初二
#   wrong of 1980 to 2099: 2027 2030
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" lunar-javascript@1.7.7 tyme4ts@1.5.2 > /dev/null
node -p '`node ${process.versions.node}, ICU ${process.versions.icu}`'

cat > "$folder/years.cjs" <<'SCRIPT'
const { Lunar } = require('lunar-javascript')
const { LunarDay } = require('tyme4ts')

const timeZone = 'Asia/Shanghai'
const words = new Intl.DateTimeFormat('zh-CN-u-ca-chinese', { dateStyle: 'long', timeZone })
const numbers = new Intl.DateTimeFormat('en-u-ca-chinese', { month: 'numeric', day: 'numeric', timeZone })
const noon = (day) => new Date(`${day}T12:00:00+08:00`)

const festival = {
  'lunar-javascript': (year) => Lunar.fromYmd(year, 1, 1).getSolar().toYmd(),
  tyme4ts: (year) => {
    const day = LunarDay.fromYmd(year, 1, 1).getSolarDay()
    return [day.getYear(), day.getMonth(), day.getDay()].map((part) => `${part}`.padStart(2, '0')).join('-')
  },
}
for (const [name, day] of Object.entries(festival)) console.log(`${name}: ${day(2027)} ${day(2030)}`)
for (const day of ['2027-02-05', '2027-02-06', '2027-02-07', '2030-02-02', '2030-02-03']) {
  console.log(`${day}: ${words.format(noon(day))}`)
}
const years = Array.from({ length: 120 }, (_, n) => 1980 + n)
const wrong = years.filter((year) => numbers.format(noon(festival['lunar-javascript'](year))) !== '1/1')
console.log('wrong of 1980 to 2099:', ...wrong)
SCRIPT

node "$folder/years.cjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
