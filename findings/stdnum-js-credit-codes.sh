#!/usr/bin/env bash
# stdnum for JavaScript refuses every Chinese company whose check character is 0.
#
# Version:  stdnum 1.12.0 of the npm registry, CN.uscc. The same numbers are shown to python-stdnum 2.2.
# Expected: The last character of a unified social credit code (GB 32100-2015) makes the weighted sum a
#           multiple of 31. It is one of 31 characters, and 0 when the other 17 are a multiple already.
# Seen:     For these the character is looked up at place 31 of an alphabet that ends at 30, so no character
#           is ever right: each of the codes that end in 0, one in 31, is an InvalidChecksum. All others
#           here are taken, and python-stdnum takes every one.
# Matters:  A form for invoices that checks tax numbers in the browser tells one company in 31 that its
#           number is wrong; the company compares digit by digit and finds nothing. A few sample numbers
#           in a test do not show it. Check such a number again with (31 - sum) % 31.
#
# Output seen:
#   91330106A00000003T: npm valid, python valid
#   91330106A00000011M: npm valid, python valid
#   91330106A000002300: npm InvalidChecksum, python valid
#   91330106A0000029X0: npm InvalidChecksum, python valid
#   of 10000 valid codes: npm refuses 322, python refuses 0
#   of 322 that end in 0: npm refuses 322
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-stdnum==2.2
npm install --silent --no-audit --no-fund --prefix "$folder" stdnum@1.12.0 > /dev/null

cat > "$folder/codes.py" <<'PYTHON'
from stdnum.cn import uscc

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(serial):
    """A made-up company, with the check characters of GB 11714 and GB 32100."""
    organisation = f"A{serial:07}"
    total = sum(int(c, 36) * weight for c, weight in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2)))
    body = f"91330106{organisation}{'0123456789X'[-total % 11]}"
    total = sum(ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return body + ALPHABET[-total % 31]


for code in map(credit_code, range(10_000)):
    print(code, "valid" if uscc.is_valid(code) else "invalid")
PYTHON

cat > "$folder/check.cjs" <<'SCRIPT'
const { CN } = require('stdnum').stdnum
const lines = require('fs').readFileSync(0, 'utf8').trim().split('\n')
const rows = lines.map((line) => {
  const [code, python] = line.split(' ')
  const { isValid, error } = CN.uscc.validate(code)
  return { code, python, npm: isValid ? 'valid' : error.constructor.name }
})
const show = ({ code, npm, python }) => console.log(`${code}: npm ${npm}, python ${python}`)
rows.filter(({ code }) => !code.endsWith('0')).slice(0, 2).forEach(show)
rows.filter(({ code }) => code.endsWith('0')).slice(0, 2).forEach(show)
const count = (wanted) => rows.filter(wanted).length
console.log(`of ${rows.length} valid codes: npm refuses ${count(({ npm }) => npm !== 'valid')},`
  + ` python refuses ${count(({ python }) => python !== 'valid')}`)
console.log(`of ${count(({ code }) => code.endsWith('0'))} that end in 0: npm refuses`
  + ` ${count(({ code, npm }) => code.endsWith('0') && npm !== 'valid')}`)
SCRIPT

"$folder/venv/bin/python" "$folder/codes.py" | node "$folder/check.cjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
