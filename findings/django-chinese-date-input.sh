#!/usr/bin/env bash
# Django's Chinese locale shows dates that its own forms refuse.
#
# Version:  Django 5.2.19, LANGUAGE_CODE zh-hans (zh-hant alike).
# Expected: DATE_INPUT_FORMATS lists 年, 月 and 日, and pages show dates in that form. So a date copied
#           from a page into a form (2026年1月5日) is taken.
# Seen:     It is refused with 输入一个有效的日期. The listed pattern is `%Y年%n月%j日`: `n` and `j` are
#           letters of Django's *display* language (month and day without a zero). Forms hand patterns
#           to strptime, which knows no `%n` and where `%j` is the day of the year. The entry can never
#           match anything, and neither can the three of DATETIME_INPUT_FORMATS.
# Matters:  A back office shows the end of a coupon as 2026年1月5日 15:04; the person who copies it into
#           the next coupon's form is told that it is no date. Give such fields `input_formats` of
#           their own, as in the last line.
#
# Output seen:
#   zh-hans shows   2026年1月5日 | 2026年1月5日 15:04
#   zh-hans lists   %Y年%n月%j日
#   zh-hans date    2026年1月5日 refused
#   zh-hans date    2026年01月05日 refused
#   zh-hans date    2026/1/5 taken
#   zh-hans moment  2026年1月5日 15:04 refused
#   zh-hant shows   2026年1月5日 | 2026年1月5日 15:04
#   zh-hant lists   %Y年%n月%j日
#   zh-hant date    2026年1月5日 refused
#   zh-hant date    2026年01月05日 refused
#   zh-hant date    2026/1/5 taken
#   zh-hant moment  2026年1月5日 15:04 refused
#   own pattern     2026年1月5日 taken
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Django==5.2.19

cat > "$folder/dates.py" <<'PYTHON'
import datetime

import django
from django.conf import settings

settings.configure(USE_I18N=True, USE_TZ=False)
django.setup()

from django import forms
from django.utils.formats import date_format, get_format
from django.utils.translation import override


def answer(field, text):
    try:
        field.clean(text)
    except forms.ValidationError:
        return "refused"
    return "taken"


day, moment = datetime.date(2026, 1, 5), datetime.datetime(2026, 1, 5, 15, 4)
for language in ("zh-hans", "zh-hant"):
    with override(language):
        shown, shown_moment = date_format(day), date_format(moment, "DATETIME_FORMAT")
        print(f"{language} shows   {shown} | {shown_moment}")
        print(f"{language} lists   {[f for f in get_format('DATE_INPUT_FORMATS') if '年' in f][0]}")
        for text in (shown, "2026年01月05日", "2026/1/5"):
            print(f"{language} date    {text} {answer(forms.DateField(), text)}")
        print(f"{language} moment  {shown_moment} {answer(forms.DateTimeField(), shown_moment)}")
print(f"own pattern     {shown} {answer(forms.DateField(input_formats=['%Y年%m月%d日']), shown)}")
PYTHON

"$folder/venv/bin/python" "$folder/dates.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
