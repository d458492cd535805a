#!/usr/bin/env bash
# In Chinese cron-descriptor has the same words for 2 and for 14 hours; cronstrue calls half past midnight 上午 12:30.
#
# Version:  cron-descriptor 2.2.1 (Python), cronstrue 3.39.0 (node 20), both in zh_CN.
# Expected: The words for a plan say when it runs; two plans that run at different times have different words.
# Seen:     cron-descriptor counts to twelve and its Chinese words have nothing for AM and PM, which it then leaves out:
#           0 2 * * * and 0 14 * * * are both 在 02:00, midnight and noon both 在 12:00, and a plan for the evening
#           until 22:59 seems to end at 10:59. In English the words are right. Whether it counts to 12 or 24 is decided by
#           the locale of the process, not by the locale_code that one asks for: on a computer set to Chinese all is
#           right, on a server with C.UTF-8 it is not. cronstrue says 上午 and 下午, but of half past midnight
#           上午 12:30, which a Chinese reader takes for half past noon.
# Matters:  A back office that shows the times of backups, of reminders by SMS or of live lessons by these words shows
#           each one after noon twelve hours off, and one checks it with plans for the morning. Ask for 24 hours
#           (last column).
#
# Output seen (plan; cron-descriptor in Chinese, in English, in Chinese with 24 hours; cronstrue, with 24 hours):
#   0 2 * * *
#     在 02:00 | At 02:00 AM | 在 02:00
#     在上午 02:00 | 在02:00
#   0 14 * * *
#     在 02:00 | At 02:00 PM | 在 14:00
#     在下午 02:00 | 在14:00
#   30 0 * * *
#     在 12:30 | At 12:30 AM | 在 00:30
#     在上午 12:30 | 在00:30
#   30 12 * * *
#     在 12:30 | At 12:30 PM | 在 12:30
#     在下午 12:30 | 在12:30
#   */15 9-22 * * *
#     每 15 分钟, 在 09:00 和 10:59 之间 | Every 15 minutes, between 09:00 AM and 10:59 PM | 每 15 分钟, 在 09:00 和 22:59 之间
#     每隔 15 分钟, 在 上午 09:00 和 下午 10:59 之间 | 每隔 15 分钟, 在 09:00 和 22:59 之间
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check cron-descriptor==2.2.1
npm install --silent --no-audit --no-fund --prefix "$folder" cronstrue@3.39.0 > /dev/null

cat > "$folder/plan.py" <<'PYTHON'
import sys

from cron_descriptor import ExpressionDescriptor

ways = ({"locale_code": "zh_CN"}, {"locale_code": "en_US"}, {"locale_code": "zh_CN", "use_24hour_time_format": True})
print("  " + " | ".join(ExpressionDescriptor(sys.argv[1], **way).get_description() for way in ways))
PYTHON
cat > "$folder/plan.cjs" <<'SCRIPT'
const cronstrue = require('cronstrue/i18n')
const words = (use24HourTimeFormat) =>
  cronstrue.toString(process.argv[2], { locale: 'zh_CN', use24HourTimeFormat })
console.log(`  ${words(false)} | ${words(true)}`)
SCRIPT

for plan in '0 2 * * *' '0 14 * * *' '30 0 * * *' '30 12 * * *' '*/15 9-22 * * *'; do
  echo "$plan"
  LC_ALL=C.UTF-8 "$folder/venv/bin/python" -W ignore "$folder/plan.py" "$plan"
  node "$folder/plan.cjs" "$plan"
done | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
