#!/usr/bin/env bash
# One line of code in the subtitles of a lesson, and xgplayer's plugin shows none of them.
#
# Version:  xgplayer-subtitles 3.0.26, node 20.
# Expected: A file of subtitles that is valid SRT or WebVTT is shown; at worst a line looks odd.
# Seen:     The parser takes what stands before the first `>` of a line for the name of a tag and makes a regular
#           expression of it, as it is. If that is none, as with `if (a > b)` or `map(x => x * 2)`, it gives up
#           the whole file: the plugin gets an error and no list, the student no subtitles. With `x -> y` what
#           it makes happens to be one, and all is well. `&lt;`, which WebVTT demands for `<`, is shown
#           as `&lt;`, as it is escaped twice.
# Matters:  In a course about C or JavaScript exactly the lessons that speak of code have no subtitles, while
#           those of all other courses are fine. Hand the file to the browser's own <track>.
#
# Output seen (subtitles of three cues, whose second one is given; how many are shown, and the second one):
#   SRT, 指针 x -> y: 3, 指针 x -&gt; y
#   SRT, if (a > b) 时: 0, Invalid regular expression
#   SRT, list.map(x => x * 2): 0, Invalid regular expression
#   WebVTT, vector&lt;int&gt;: 3, vector&amp;lt;int&amp;gt;
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" xgplayer-subtitles@3.0.26 > /dev/null
# The package's modules are ECMAScript modules without saying so, which bundlers do not mind and node does.
echo '{"type": "module"}' > "$folder/node_modules/xgplayer-subtitles/es/package.json"

cat > "$folder/parse.mjs" <<'SCRIPT'
import Parser from './node_modules/xgplayer-subtitles/es/parser.js'

console.error = () => {} // the parser writes the error there, too
const cases = [
  ['SRT', '指针 x -> y'],
  ['SRT', 'if (a > b) 时'],
  ['SRT', 'list.map(x => x * 2)'],
  ['WebVTT', 'vector&lt;int&gt;'],
]

function file(kind, line) {
  const point = kind === 'SRT' ? ',' : '.'
  const cues = ['第一句', line, '第三句'].map((text, index) => {
    const [start, end] = [index, index + 1].map((second) => `00:00:0${second}${point}000`)
    return `${index + 1}\n${start} --> ${end}\n${text}\n`
  })
  return (kind === 'SRT' ? cues : ['WEBVTT\n', ...cues]).join('\n')
}

for (const [kind, line] of cases) {
  // The callback is called again when it throws itself, so it only keeps what it is given.
  const calls = []
  Parser.parse(file(kind, line), (...given) => calls.push(given))
  const [{ list = [] }, error] = calls[0]
  const cues = list.flatMap((group) => group.list)
  console.log(`${kind}, ${line}: ${cues.length}, ${cues[1]?.text.join(' ') ?? error.message.split(':')[0]}`)
}
SCRIPT

node "$folder/parse.mjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
