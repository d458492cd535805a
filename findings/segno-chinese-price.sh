#!/usr/bin/env bash
# A QR code of segno: whether a Chinese text is read depends on whether Japanese has the same characters.
#
# Version:  segno 1.6.6; read by zxing-cpp 3.1.1 and by jsqr 1.4.0.
# Expected: 课程 ¥99 and 学分 ¥99 are the same kind of text: both are read as written, or neither.
# Seen:     segno tries ISO 8859-1 first, then Shift JIS, then UTF-8, and does not mark the choice in the
#           code. 课 does not exist in Shift JIS, so 课程 ¥99 becomes UTF-8 and is fine. 学 and 分
#           do, so 学分 ¥99 becomes Shift JIS, where the byte of ¥ is also the backslash: zxing reads
#           学分 \99. A bare ¥99 becomes ISO 8859-1 and is read as ･99. jsQR, common in web pages,
#           finds these codes and returns an empty text.
# Matters:  A share picture with a price or a course name is tested with one name, works, and fails for
#           the next. Pass `encoding="utf-8"`, which all read (last lines).
#
# Output seen (text, encoding asked for, what zxing-cpp reads, what jsQR reads):
#   "课程 ¥99" | default | "课程 ¥99" | "课程 ¥99"
#   "学分 ¥99" | default | "学分 \\99" | ""
#   "¥99" | default | "･99" | ""
#   "学分 Python" | default | "学分 Python" | ""
#   "学分 ¥99" | utf-8 | "学分 ¥99" | "学分 ¥99"
#   "¥99" | utf-8 | "¥99" | "¥99"
#   "学分 Python" | utf-8 | "学分 Python" | "学分 Python"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    segno==1.6.6 zxing-cpp==3.1.1 pillow==13.0.0
npm install --silent --no-audit --no-fund --prefix "$folder" jsqr@1.4.0 pngjs@7.0.0 > /dev/null

cat > "$folder/draw.py" <<'PYTHON'
import json
import sys

import segno
import zxingcpp
from PIL import Image

folder, texts = sys.argv[1], ["课程 ¥99", "学分 ¥99", "¥99", "学分 Python"]
cases = [(text, None) for text in texts] + [(text, "utf-8") for text in texts[1:]]
for number, (text, encoding) in enumerate(cases):
    path = f"{folder}/{number}.png"
    segno.make_qr(text, encoding=encoding).save(path, scale=8)
    (code,) = zxingcpp.read_barcodes(Image.open(path).convert("L"))
    print(*(json.dumps(text, ensure_ascii=False), encoding or "default"), sep=" | ", end=" | ")
    print(json.dumps(code.text, ensure_ascii=False))
PYTHON

cat > "$folder/read.cjs" <<'SCRIPT'
const { readFileSync } = require('fs')
const { default: jsQR } = require('jsqr')
const { PNG } = require('pngjs')
for (let number = 0; number < 7; number++) {
  const picture = PNG.sync.read(readFileSync(`${__dirname}/${number}.png`))
  const code = jsQR(new Uint8ClampedArray(picture.data), picture.width, picture.height)
  console.log(' | ' + JSON.stringify(code.data))
}
SCRIPT

"$folder/venv/bin/python" "$folder/draw.py" "$folder" > "$folder/zxing"
node "$folder/read.cjs" > "$folder/jsqr"
paste -d '' "$folder/zxing" "$folder/jsqr" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
