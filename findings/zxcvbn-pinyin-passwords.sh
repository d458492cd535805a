#!/usr/bin/env bash
# zxcvbn: a password of pinyin words and the digits that go with them is rated like a random one.
#
# Version:  zxcvbn 4.5.0 (Python), @zxcvbn-ts/core 3.0.4 with its languages common and en.
# Expected: "I love you" with digits behind it, or a common name, is a weak password in any language: 0
#           or 1 of 4.
# Seen:     the dictionaries have English words, English names and leaked passwords. Pinyin is no
#           word of them, so letters that are no word count as tried one by one: woaini ("I love
#           you") with 1314 520 ("for ever, I love you") and a common name with 123 get 3, "safely
#           unguessable". Digits alone that stand for words (5201314) are known.
# Matters:  a school that asks for a rating of 3 refuses the English ones and takes the same in pinyin. Such
#           words have to be given to it (its `user_inputs`, or a dictionary), or others asked beside it.
#
# Output seen (password, rating in Python, rating in JavaScript):
#   iloveyou1 1 1
#   woaini1314520 3 3
#   michael123 1 1
#   zhangwei123 3 3
#   5201314 1 1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check zxcvbn==4.5.0
npm install --silent --no-audit --no-fund --prefix "$folder" \
    @zxcvbn-ts/core@3.0.4 @zxcvbn-ts/language-common@3.0.4 @zxcvbn-ts/language-en@3.0.2 > /dev/null
cd "$folder"
cat > passwords <<'LIST'
iloveyou1
woaini1314520
michael123
zhangwei123
5201314
LIST
venv/bin/python -c '
import zxcvbn
for line in open("passwords"):
    print(zxcvbn.zxcvbn(line.strip())["score"])
' > python
cat > rate.cjs <<'JS'
const { readFileSync } = require('node:fs')
const { zxcvbn, zxcvbnOptions } = require('@zxcvbn-ts/core')
const common = require('@zxcvbn-ts/language-common'), en = require('@zxcvbn-ts/language-en')
zxcvbnOptions.setOptions({ graphs: common.adjacencyGraphs, dictionary: { ...common.dictionary, ...en.dictionary } })
for (const word of readFileSync('passwords', 'utf-8').trim().split('\n')) console.log(zxcvbn(word).score)
JS
node rate.cjs > javascript
paste -d ' ' passwords python javascript | tee seen
diff seen - <<'EXPECTED'
iloveyou1 1 1
woaini1314520 3 3
michael123 1 1
zhangwei123 3 3
5201314 1 1
EXPECTED
