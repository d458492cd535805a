#!/usr/bin/env bash
# getByText of Testing Library does not find 第一课　变量 by its own text, while getByRole finds it by nothing else.
#
# Version:  @testing-library/dom 10.4.2 with jsdom 27.3.0 (node 20).
# Expected: A text with the wide blank of Chinese (U+3000) is found by that text in every query, or by its form with a
#           plain blank in every query.
# Seen:     getByText, getByLabelText and getByTitle turn each white space of the page, U+3000 and U+00A0 among them, into a
#           plain blank and compare that with the text they were given, which they leave as it is: the text copied
#           from the page matches nothing. getByRole compares names as they are, so there the plain blank finds
#           nothing. Both ask for the same words.
# Matters:  A test that "the lesson is not shown" (queryByText … toBeNull) passes while it is shown, and goes on passing for
#           good. The author of a failing one sees two equal lines. Give the texts of a page to getByText through
#           getDefaultNormalizer(), or as a regular expression with \s.
#
# Output seen (found by the text of the page; by the same with a plain blank):
#   getByText: no; yes
#   getByLabelText: no; yes
#   getByTitle: no; yes
#   getByRole: yes; no
#   getByText, normalized: yes; yes
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" @testing-library/dom@10.4.2 jsdom@27.3.0 > /dev/null

cat > "$folder/find.cjs" <<'SCRIPT'
const { JSDOM } = require('jsdom')
const TEXT = '第一课\u3000变量'
const { window } = new JSDOM(`
  <p>${TEXT}</p> <label>${TEXT}<input></label> <i title="${TEXT}"></i> <button aria-label="${TEXT}"></button>`)
Object.assign(global, { window, document: window.document, MutationObserver: window.MutationObserver })
const { getDefaultNormalizer, queryAllByText, queryAllByLabelText, queryAllByTitle, queryAllByRole } =
  require('@testing-library/dom')
const body = window.document.body
const normalize = getDefaultNormalizer()

const queries = {
  getByText: (text) => queryAllByText(body, text, { selector: 'p' }),
  getByLabelText: (text) => queryAllByLabelText(body, text, { selector: 'input' }),
  getByTitle: (text) => queryAllByTitle(body, text),
  getByRole: (name) => queryAllByRole(body, 'button', { name }),
  'getByText, normalized': (text) => queryAllByText(body, normalize(text), { selector: 'p' }),
}
for (const [name, query] of Object.entries(queries)) {
  const found = [TEXT, TEXT.replace('\u3000', ' ')].map((text) => (query(text).length ? 'yes' : 'no'))
  console.log(`${name}: ${found.join('; ')}`)
}
SCRIPT

node "$folder/find.cjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
