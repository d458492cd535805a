#!/usr/bin/env bash
# humanize and timeago write "3 months ago" in Chinese as 3月之前 and 3月前, which is "before March".
#
# Version:  humanize 4.17.0 (zh_CN, zh_HK) and timeago 1.0.16 (zh_CN); beside them babel 2.19.0, arrow 1.4.0 and
#           pendulum 3.3.0; Python 3.11.
# Expected: A span of months has a measure word, 3个月; 3月 is the third month of a year. Babel, whose words are those of
#           the CLDR, arrow and pendulum write so. From ten thousand on Chinese counts in 万, not in thousands.
# Seen:     Both write the bare 月. So what is a month to eleven months old bears the name of a month: of February it is
#           3月之前 in May. humanize's naturaldelta of three months is just 3月, March, and 3月之后 is "after March"
#           instead of "in three months". Days, hours and years are right. Its intword writes 12345 as 12.3 千, as
#           its list has a word for each three digits and none for four.
# Matters:  The last visit of a student, the age of a review and the end of a membership (3月之后) are dates for whoever
#           reads them, and nobody sees it in the first month of a page. Let Babel's format_timedelta and
#           format_compact_decimal write them.
#
# Output seen (10, 93 and 800 days ago):
#   humanize: 10天之前 | 3月之前 | 2年之前
#   timeago: 1周前 | 3月前 | 2年前
#   babel: 1周前 | 3个月前 | 2年前
#   arrow: 1周前 | 3个月前 | 2年前
#   pendulum: 1周前 | 3个月前 | 2年前
#   humanize, a span and a time to come: 3月 | 3月之后
#   humanize, zh_HK: 3 月 之前
#   12345 students: humanize 12.3 千 | babel 1.2万
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    humanize==4.17.0 timeago==1.0.16 babel==2.19.0 arrow==1.4.0 pendulum==3.3.0

cat > "$folder/ago.py" <<'PYTHON'
from datetime import datetime, timedelta

import arrow
import humanize
import pendulum
import timeago
from babel.dates import format_timedelta
from babel.numbers import format_compact_decimal

NOW = datetime(2026, 5, 10)
SPAN = timedelta(days=93)
LIBRARIES = {
    "humanize": humanize.naturaltime,
    "timeago": lambda span: timeago.format(NOW - span, NOW, "zh_CN"),
    "babel": lambda span: format_timedelta(-span, add_direction=True, locale="zh_CN"),
    "arrow": lambda span: arrow.get(NOW - span).humanize(arrow.get(NOW), locale="zh_cn"),
    "pendulum": lambda span: pendulum.instance(NOW - span).diff_for_humans(pendulum.instance(NOW), locale="zh"),
}

humanize.i18n.activate("zh_CN")
for library, ago in LIBRARIES.items():
    print(f"{library}:", " | ".join(ago(timedelta(days=days)) for days in (10, 93, 800)))
print("humanize, a span and a time to come:", humanize.naturaldelta(SPAN), "|", humanize.naturaltime(-SPAN))
thousands = humanize.intword(12345)
humanize.i18n.activate("zh_HK")
print("humanize, zh_HK:", humanize.naturaltime(SPAN))
compact = format_compact_decimal(12345, locale="zh_CN", fraction_digits=1)
print(f"12345 students: humanize {thousands} | babel {compact}")
PYTHON

"$folder/venv/bin/python" "$folder/ago.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
