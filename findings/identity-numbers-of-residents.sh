#!/usr/bin/env bash
# Identity numbers of residents from Hong Kong, Macao and Taiwan are refused; children of a new district raise KeyError.
#
# Version:  python-stdnum 2.2 (stdnum.cn.ric), validator 13.15.35 (node).
# Expected: A number with a valid date and check digit is valid. Since 2018 residents from Hong Kong, Macao and Taiwan
#           have cards with 18 digits as well, whose number begins with 810000, 820000 or 830000 instead of the
#           code of a county; 临平区 of Hangzhou has had the code 330113 since 2021.
# Seen:     python-stdnum has none of the three in its table; validator's list ends before Taiwan. Where the table has
#           the province and not the district, python-stdnum raises KeyError, which is none of its own
#           errors: is_valid, which ought to answer True or False, raises it, too.
# Matters:  Such students cannot enter their number for an examination or a certificate, and a child from a new
#           district ends in a server error. Check length, date and check digit, and leave the place alone.
#
# Output seen (made-up person, number; python-stdnum's is_valid, validator's isIdentityCard):
#   from Beijing 110101199001010015: True, true
#   from Hong Kong 810000199001010019: False, true
#   from Macao 820000199001010010: False, true
#   from Taiwan 830000199001010012: False, false
#   child from Linping 330113202201010010: KeyError, true
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-stdnum==2.2
npm install --silent --no-audit --no-fund --prefix "$folder" validator@13.15.35 > /dev/null

cat > "$folder/check.cjs" <<'SCRIPT'
const validator = require('validator')
console.log(process.argv.slice(2).map((number) => validator.isIdentityCard(number, 'zh-CN')).join(' '))
SCRIPT

cat > "$folder/persons.py" <<'PYTHON'
import subprocess
import sys

from stdnum.cn import ric

PERSONS = {
    "from Beijing": "11010119900101001",
    "from Hong Kong": "81000019900101001",
    "from Macao": "82000019900101001",
    "from Taiwan": "83000019900101001",
    "child from Linping": "33011320220101001",
}


def number(body):
    """With its check digit (GB 11643)."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def by_stdnum(identity):
    try:
        return ric.is_valid(identity)
    except Exception as error:
        return type(error).__name__


numbers = [number(body) for body in PERSONS.values()]
command = ["node", f"{sys.argv[1]}/check.cjs", *numbers]
by_validator = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
for person, identity, other in zip(PERSONS, numbers, by_validator, strict=True):
    print(f"{person} {identity}: {by_stdnum(identity)}, {other}")
PYTHON

"$folder/venv/bin/python" "$folder/persons.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
