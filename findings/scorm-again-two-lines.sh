#!/usr/bin/env bash
# scorm-again refuses each answer and comment of a student that has more than one line, or that begins with a brace.
#
# Version:  scorm-again 3.4.3 (node 20).
# Expected: The run-time of SCORM 2004 takes for `long-fill-in`, the essay among the questions, and for a comment up to
#           4000 characters of ISO 10646, and for `fill-in` texts of 250. Of texts with a brace only those are special
#           that begin with `{lang=…}`. SCORM 1.2 takes 255 characters for `fill-in`.
# Seen:     The patterns say `.`, which is any character but the end of a line: of two lines SetValue returns false with
#           406 (1.2: 405), and nothing is kept. In 2004 so it is with `{1, 2}`, although `= {1, 2}` is taken. The same
#           texts are taken in cmi.suspend_data, in answers of the type `other` and, of 1.2, in cmi.comments.
# Matters:  A package tells the answers to the platform and seldom looks at what SetValue returns. The score arrives, the
#           answer of whoever pressed Enter, or wrote code, does not: the teacher sees an essay without a text. A listener
#           of `SetValue` is called with the refused texts too: keep them from there.
#
# Output seen (by SCORM 1.2 and 2004; + is taken, the number is the error):
#   one line | fill-in + + | long-fill-in + | comment + + | suspend_data + +
#   two lines | fill-in 405 406 | long-fill-in 406 | comment + 406 | suspend_data + +
#   {1, 2} | fill-in + 406 | long-fill-in 406 | comment + 406 | suspend_data + +
#   = {1, 2} | fill-in + + | long-fill-in + | comment + + | suspend_data + +
#   {lang=zh}一 | fill-in + + | long-fill-in + | comment + + | suspend_data + +
#   of two lines kept: "" and heard: "先输入，\n再输出。"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" scorm-again@3.4.3 > /dev/null

cat > "$folder/answer.mjs" <<'SCRIPT'
import { Scorm12API, Scorm2004API } from 'scorm-again'

globalThis.window = globalThis
const OF_2004 = { API: Scorm2004API, answer: 'learner_response', comment: 'cmi.comments_from_learner.0.comment' }
const OF_12 = { API: Scorm12API, answer: 'student_response', comment: 'cmi.comments' }
const ANSWER = 'cmi.interactions.0'

function begun(version, type) {
  const api = new version.API({ autocommit: false, lmsCommitUrl: false, logLevel: 5 })
  api.lmsInitialize('')
  if (type) {
    api.lmsSetValue(`${ANSWER}.id`, 'question-1')
    api.lmsSetValue(`${ANSWER}.type`, type)
  }
  return api
}
function told(api, name, text) {
  return api.lmsSetValue(name, text) === 'true' ? '+' : api.lmsGetLastError()
}
const answered = (version, type, text) => told(begun(version, type), `${ANSWER}.${version.answer}`, text)
const both = (name, text) => [OF_12, OF_2004].map((version) => told(begun(version), name(version), text)).join(' ')

const TWO = '先输入，\n再输出。'
for (const [name, text] of [
  ['one line', '先输入，再输出。'],
  ['two lines', TWO],
  ['{1, 2}', '{1, 2}'],
  ['= {1, 2}', '= {1, 2}'],
  ['{lang=zh}一', '{lang=zh}一'],
]) {
  console.log([
    name,
    `fill-in ${answered(OF_12, 'fill-in', text)} ${answered(OF_2004, 'fill-in', text)}`,
    `long-fill-in ${answered(OF_2004, 'long-fill-in', text)}`,
    `comment ${both((version) => version.comment, text)}`,
    `suspend_data ${both(() => 'cmi.suspend_data', text)}`,
  ].join(' | '))
}
const api = begun(OF_2004, 'long-fill-in')
let heard
api.on('SetValue', (element, text) => { heard = text })
api.lmsSetValue(`${ANSWER}.learner_response`, TWO)
console.log('of two lines kept:', JSON.stringify(api.lmsGetValue(`${ANSWER}.learner_response`)),
  'and heard:', JSON.stringify(heard))
SCRIPT

node "$folder/answer.mjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
