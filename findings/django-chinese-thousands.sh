#!/usr/bin/env bash
# With Django's Chinese locale `intcomma` puts no comma into a number.
#
# Version:  Django 5.2.19, LANGUAGE_CODE zh-hans (zh-hant alike), beside it en, ja and ko; babel 2.19.0 with zh_CN.
# Expected: intcomma writes commas every three digits, and China writes 1,234,567 as English does; Babel does for zh.
# Seen:     For zh-hans the separator is an empty text, and the digits would be grouped by four. So intcomma,
#           `floatformat:"2g"` and USE_THOUSAND_SEPARATOR do nothing at all; Japanese and Korean have the comma. Who
#           sets THOUSAND_SEPARATOR in the settings changes nothing, as the locale is asked first; in FORMAT_MODULE_PATH
#           the comma alone gives 123,4567, as the group of four is still there.
# Matters:  The turnover on a dashboard reads 1234567.00 in Chinese and 1,234,567.00 for the developer who looks at it
#           in English; the filter in the template looks as if it did its work. Set both THOUSAND_SEPARATOR and
#           NUMBER_GROUPING in a module of FORMAT_MODULE_PATH.
#
# Output seen (intcomma, floatformat:"2g", plain with USE_THOUSAND_SEPARATOR):
#   en: 1,234,567 | 1,234,567.00 | 1,234,567
#   ja: 1,234,567 | 1,234,567.00 | 1,234,567
#   ko: 1,234,567 | 1,234,567.00 | 1,234,567
#   zh-hans: 1234567 | 1234567.00 | 1234567
#   zh-hant: 1234567 | 1234567.00 | 1234567
#   zh-hans, the comma in a module of formats: 123,4567 | 123,4567.00 | 123,4567
#   zh-hans, the groups as well: 1,234,567 | 1,234,567.00 | 1,234,567
#   babel zh_CN: 1,234,567
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Django==5.2.19 babel==2.19.0
for module in comma both; do
    mkdir -p "$folder/$module/zh_Hans"
    touch "$folder/$module/__init__.py" "$folder/$module/zh_Hans/__init__.py"
    echo 'THOUSAND_SEPARATOR = ","' > "$folder/$module/zh_Hans/formats.py"
done
echo 'NUMBER_GROUPING = 3' >> "$folder/both/zh_Hans/formats.py"

cat > "$folder/show.py" <<'PYTHON'
import babel.numbers
import django
from django.conf import settings
from django.template import Context, Template
from django.test.utils import override_settings
from django.utils import formats, translation

settings.configure(
    INSTALLED_APPS=["django.contrib.humanize"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    USE_THOUSAND_SEPARATOR=True,
    THOUSAND_SEPARATOR=",",
)
django.setup()
TEMPLATE = Template('{% load humanize %}{{ n|intcomma }} | {{ n|floatformat:"2g" }} | {{ n }}')


def show(language: str, title: str = "", module: str | None = None) -> None:
    formats.reset_format_cache()
    with override_settings(FORMAT_MODULE_PATH=module), translation.override(language):
        print(f"{language}{title}:", TEMPLATE.render(Context({"n": 1234567})))


for language in ("en", "ja", "ko", "zh-hans", "zh-hant"):
    show(language)
show("zh-hans", ", the comma in a module of formats", "comma")
show("zh-hans", ", the groups as well", "both")
print("babel zh_CN:", babel.numbers.format_decimal(1234567, locale="zh_CN"))
PYTHON

(cd "$folder" && venv/bin/python show.py) | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
