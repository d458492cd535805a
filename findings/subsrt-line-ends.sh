#!/usr/bin/env bash
# Of subtitles with the line ends of Linux and macOS subsrt makes a single one; from code it takes what stands between < and >.
#
# Version:  subsrt 1.1.1 and its successor subsrt-ts 2.1.2 (node 20).
# Expected: Three subtitles are three, with LF as with CRLF; WebVTT allows each line end by its specification, and
#           SRT files have both. `a < b and c > d` is what the lecturer says.
# Seen:     subsrt parts a file where an empty line ends with CR. With LF the whole file is the first subtitle, its
#           numbers and times are words, and it is shown for the second of the first one; of WebVTT nothing is left at
#           all but a note. No error; convert writes it into the new file. With CRLF, as a test written on
#           Windows has it, all is right. Both packages delete what looks like a tag to them: b and c.
# Matters:  Subtitles of lessons that were made by ffmpeg, Whisper or an editor on macOS have LF: after the conversion
#           to WebVTT the player shows one full screen of text, then nothing. Turn the line ends into CRLF first, or read
#           with another library.
#
# Output seen (file: subtitles by subsrt; by subsrt-ts):
#   SRT with LF: 1; 3
#   SRT with CRLF: 3; 3
#   WebVTT with LF: 0; 3
#   WebVTT with CRLF: 3; 3
#   "if a < b and c > d:" is "if a  d:"; "if a  d:"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" subsrt@1.1.1 subsrt-ts@2.1.2 > /dev/null

cat > "$folder/count.cjs" <<'SCRIPT'
const { default: successor } = require('subsrt-ts')
const libraries = [require('subsrt'), successor]

const code = 'if a < b and c > d:'
const srt = ['第一句', code, '第三句']
  .map((words, index) => `${index + 1}\n00:00:0${2 * index + 1},000 --> 00:00:0${2 * index + 2},000\n${words}\n`)
  .join('\n')
const vtt = 'WEBVTT\n\n' + srt.replace(/,000/g, '.000')
const captions = (library, text) => library.parse(text, {}).filter(({ type }) => type === 'caption')

for (const [name, text] of Object.entries({ SRT: srt, WebVTT: vtt }))
  for (const [end, lines] of Object.entries({ LF: text, CRLF: text.replace(/\n/g, '\r\n') }))
    console.log(`${name} with ${end}: ${libraries.map((library) => captions(library, lines).length).join('; ')}`)
const words = libraries.map((library) => `"${captions(library, srt.replace(/\n/g, '\r\n'))[1].text}"`)
console.log(`"${code}" is ${words.join('; ')}`)
SCRIPT

node "$folder/count.cjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
