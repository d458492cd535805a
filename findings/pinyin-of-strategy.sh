#!/usr/bin/env bash
# Four pinyin libraries do not write 策略 (strategy) as it is typed, celue, but celve or celüe.
#
# Version:  pypinyin 0.55.0, xpinyin 0.7.7; pinyin-pro 3.29.4, pinyin 4.0.0, pinyin-match 1.2.10 (node 20).
# Expected: Pinyin without tones is what one types to get the word: celue for 策略, nuedai for 虐待, lvse for 绿色.
# Seen:     ü is typed as v behind l and n, so 绿色 is lvse. Before e it is not needed, as there is no other lue
#           and nue, and people type u. The libraries put v there, too, or leave ü, which is on no keyboard;
#           xpinyin writes u in one of the words and v in the other. match of pinyin-pro finds no 策略 for
#           celue, with `v: true` or without. Only pinyin-match takes both.
# Matters:  Whoever searches a shop for 缓存策略 or 交易策略 by pinyin finds nothing, while 爬虫 and 数据库,
#           which one tries first, are found. Add lue beside lve, nue beside nve.
#
# Output seen (策略, 虐待, 绿色; then whether celue, celve finds 策略):
#   pypinyin: celve nvedai lvse
#   pypinyin, v_to_u: celüe nüedai lüse
#   xpinyin: celve nuedai lvse
#   pinyin: celve nvedai lvse
#   pinyin-pro: celüe nüedai lüse; match celue no, celve no
#   pinyin-pro, v: celve nvedai lvse; match celue no, celve yes
#   pinyin-match: celue yes, celve yes
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pypinyin==0.55.0 xpinyin==0.7.7
npm install --silent --no-audit --no-fund --prefix "$folder" pinyin-pro@3.29.4 pinyin@4.0.0 pinyin-match@1.2.10 > /dev/null

cat > "$folder/words.py" <<'PYTHON'
from pypinyin import lazy_pinyin
from xpinyin import Pinyin

WORDS = ("策略", "虐待", "绿色")
print("pypinyin:", *("".join(lazy_pinyin(word)) for word in WORDS))
print("pypinyin, v_to_u:", *("".join(lazy_pinyin(word, v_to_u=True)) for word in WORDS))
print("xpinyin:", *(Pinyin().get_pinyin(word, "") for word in WORDS))
PYTHON

cat > "$folder/words.cjs" <<'SCRIPT'
const pro = require('pinyin-pro')
const { pinyin } = require('pinyin')
const PinyinMatch = require('pinyin-match')

const words = ['策略', '虐待', '绿色']
const found = (match) =>
  ['celue', 'celve'].map((typed) => `${typed} ${match('策略', typed) ? 'yes' : 'no'}`).join(', ')

console.log('pinyin:', ...words.map((word) => pinyin(word, { style: 'normal' }).join('')))
for (const [name, options] of [['pinyin-pro', {}], ['pinyin-pro, v', { v: true }]]) {
  const written = words.map((word) => pro.pinyin(word, { toneType: 'none', separator: '', ...options }))
  const match = (text, typed) => pro.match(text, typed, options)
  console.log(`${name}: ${written.join(' ')}; match ${found(match)}`)
}
console.log(`pinyin-match: ${found(PinyinMatch.match)}`)
SCRIPT

{ "$folder/venv/bin/python" "$folder/words.py"; node "$folder/words.cjs"; } | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
