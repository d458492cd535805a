#!/usr/bin/env bash
# python-stdnum refuses the unified social credit codes of every registering authority with a letter.
#
# Version:  python-stdnum 2.2, stdnum.cn.uscc.
# Expected: In a code of GB 32100-2015 the first character is the registering authority and the second the
#           kind of organisation; "18 digits or uppercase English letters" says the module as well.
#           The authorities are 1 to 9, A (army), N (agriculture) and Y (others).
# Seen:     validate demands digits in the first eight places and raises InvalidFormat for A, N and Y before
#           it looks at the check character, although calc_check_digit computes it correctly.
# Matters:  Nearly all codes that one meets begin with 9, so nothing is noticed until an economic
#           collective of a village (N2), which pays tax and asks for invoices, cannot enter its number.
#           Check the form yourself, letters in the first two places allowed, and take only calc_check_digit.
#
# Output seen (made-up organisation, its code, answer, check character by calc_check_digit):
#   government office 11330106ABCDEFGH51 | valid | same
#   association 51330106ABCDEFGH5W | valid | same
#   company 91330106ABCDEFGH5Q | valid | same
#   army hospital A1330106ABCDEFGH5P | InvalidFormat | same
#   village collective N2330106ABCDEFGH58 | InvalidFormat | same
#   other Y1330106ABCDEFGH53 | InvalidFormat | same
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-stdnum==2.2

cat > "$folder/codes.py" <<'PYTHON'
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def organisation_code(body):
    """Eight characters and the check character of GB 11714."""
    total = sum(int(c, 36) * weight for c, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2)))
    return body + "0123456789X"[-total % 11]


def credit_code(kind):
    """A code of this kind with the check character of GB 32100: powers of 3 modulo 31."""
    body = kind + "330106" + organisation_code("ABCDEFGH")
    total = sum(ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return body + ALPHABET[-total % 31]


def answer(code):
    try:
        uscc.validate(code)
    except ValidationError as error:
        return type(error).__name__
    return "valid"


for name, kind in [
    ("government office", "11"),
    ("association", "51"),
    ("company", "91"),
    ("army hospital", "A1"),
    ("village collective", "N2"),
    ("other", "Y1"),
]:
    code = credit_code(kind)
    same = "same" if uscc.calc_check_digit(code[:17]) == code[17] else "different"
    print(name, code, "|", answer(code), "|", same)
PYTHON

"$folder/venv/bin/python" "$folder/codes.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
