#!/usr/bin/env bash
# For natsort's realsorted the surnames 万, 伍 and 陆 are numbers: they stand among the rows that begin with digits.
#
# Version:  natsort 8.4.0, Python 3.11.
# Expected: realsorted is natsorted for names with signed numbers and fractions, such as 第1.5课. A name without a
#           digit is a text.
# Seen:     Each character to which Unicode gives a numeric value is a number by itself: 万 is 10000, 百 100, 伍 5,
#           陆 6, 零 0. 陆游 comes before "7班", 万里 before Amy and all other names. natsorted, which knows whole numbers
#           only, asks for digits and does not do so. Chinese numerals of two characters are not added up, so
#           neither of them puts 第十课 before 第十一课.
# Matters:  A list of students, teachers or files that is put in order by realsorted, since "1.5" and "-1" should be,
#           has some families at its beginning. Sort by a key of your own, in which only [0-9.] are numbers.
#
# Output seen:
#   natsorted: 1.5班 7班 12班 Amy 万里 伍佰 张三 李四 陆游
#   realsorted: 1.5班 伍佰 陆游 7班 12班 万里 Amy 张三 李四
#   natsorted: 第一课 第三课 第二课 第十一课 第十课
#   realsorted: 第一课 第二课 第三课 第十一课 第十课
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check natsort==8.4.0

cat > "$folder/sort.py" <<'PYTHON'
from natsort import natsorted, realsorted

for words in ("张三 陆游 Amy 12班 万里 7班 李四 伍佰 1.5班", "第十课 第三课 第一课 第十一课 第二课"):
    for order in (natsorted, realsorted):
        print(f"{order.__name__}:", *order(words.split()))
PYTHON

"$folder/venv/bin/python" "$folder/sort.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
