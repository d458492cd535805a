#!/usr/bin/env bash
# cn2an cannot read almost one in ten of the amounts in words that it writes itself.
#
# Version:  cn2an 0.5.24.
# Expected: an2cn(amount, "rmb") writes the capital numerals of bills and invoices; cn2an(…, "smart")
#           reads them back.
# Seen:     What it reads back is right, but amounts without 角 (199.05, 壹佰玖拾玖元零伍分) and amounts below one
#           yuan (0.50, 伍角) raise ValueError, although that is how they are written: 1890 of the
#           20,000 amounts from 0.01 to 200.00. Round prices, which one tries first, all work.
# Matters:  Reading the amount in words of an invoice as a check of the figures works in tests with 199.00
#           and 199.90, and rejects a genuine invoice over 199.05. Compare in the other direction: write
#           the figures as words and compare the words.
#
# Output seen:
#   199.00 壹佰玖拾玖元整 -> 199
#   199.90 壹佰玖拾玖元玖角 -> 199.9
#   199.95 壹佰玖拾玖元玖角伍分 -> 199.95
#   199.05 壹佰玖拾玖元零伍分 -> ValueError
#   0.50 伍角 -> ValueError
#   of 20000: read back 18110, refused 1890, wrong 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check cn2an==0.5.24

cat > "$folder/amounts.py" <<'PYTHON'
from collections import Counter
from decimal import Decimal

import cn2an


def read(words):
    try:
        return cn2an.cn2an(words, "smart")
    except ValueError:
        return "ValueError"


for amount in ("199.00", "199.90", "199.95", "199.05", "0.50"):
    words = cn2an.an2cn(amount, "rmb")
    print(amount, words, "->", read(words))

outcomes = Counter()
for fen in range(1, 20_001):
    amount = f"{Decimal(fen) / 100:.2f}"
    number = read(cn2an.an2cn(amount, "rmb"))
    if number == "ValueError":
        outcomes["refused"] += 1
    else:
        outcomes["read back" if Decimal(str(number)) == Decimal(amount) else "wrong"] += 1
print("of 20000:", ", ".join(f"{name} {outcomes[name]}" for name in ("read back", "refused", "wrong")))
PYTHON

"$folder/venv/bin/python" "$folder/amounts.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
