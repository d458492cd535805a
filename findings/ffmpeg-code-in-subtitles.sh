#!/usr/bin/env bash
# ffmpeg changes program code in subtitles on the way from SRT to WebVTT.
#
# Version:  Debian's ffmpeg 5.1.9 (its own version is printed first); the result is read by vtt.js 0.13.0,
#           a WebVTT parser in JavaScript.
# Expected: SRT and WebVTT are both plain text with a few tags. Text that is no such tag arrives as it
#           was, or escaped (`&lt;`, `&amp;`).
# Seen:     `<b && c >` is taken for a bold tag: comparison and name are gone and the rest is bold. `<String>`
#           vanishes, `<K, V>` stays but is not escaped, so the browser hides it as an unknown tag.
#           `\n` and `\N`, line breaks of the ASS format which ffmpeg uses inside, break a Windows path.
#           `-->` is written into the text, where WebVTT forbids it: the parser reads a broken time
#           and shows nothing. The exit code is 0; the only warning is one about a tag `String`.
# Matters:  Subtitles of a programming course say something else than the teacher. Convert SRT to WebVTT
#           by rewriting the time lines and escaping `&`, `<` and `>`, without ffmpeg's subtitle codecs.
#
# Output seen (SRT text -> text of the cue that vtt.js hands to the page, ⏎ for a line break):
#   "if a < b && c > d" -> "if a <b> d</b>"
#   "List<String> 与 Map<K, V>" -> "List 与 Map<K, V>"
#   "打开 C:\\new\\Node" -> "打开 C:⏎ew⏎ode"
#   "状态 a --> b 的转换" -> ""
#   "i < n; i > 0; x << 1" -> "i < n; i > 0; x << 1"
set -euo pipefail
command -v ffmpeg > /dev/null || { echo "ffmpeg is missing (apt-get install ffmpeg)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" vtt.js@0.13.0 > /dev/null
ffmpeg -version | sed -n 1p

cat > "$folder/convert.cjs" <<'SCRIPT'
const { execFileSync } = require('child_process')
const { writeFileSync } = require('fs')
const { WebVTT } = require('vtt.js')

const texts = [
  'if a < b && c > d',
  'List<String> 与 Map<K, V>',
  '打开 C:\\new\\Node',
  '状态 a --> b 的转换',
  'i < n; i > 0; x << 1',
]
const path = `${__dirname}/lesson.srt`
writeFileSync(
  path,
  texts.map((text, n) => `${n + 1}\n00:00:0${n},000 --> 00:00:0${n},900\n${text}\n`).join('\n'),
)
const command = ['-v', 'error', '-i', path, '-f', 'webvtt', '-']
const subtitles = execFileSync('ffmpeg', command, { encoding: 'utf8' })

const shown = {}
const parser = new WebVTT.Parser({ VTTCue: class { text = '' } }, WebVTT.StringDecoder())
parser.onparsingerror = () => {}
parser.oncue = (cue) => (shown[cue.startTime] = cue.text.replaceAll('\n', '⏎'))
parser.parse(subtitles)
parser.flush()
texts.forEach((text, n) => console.log(JSON.stringify(text), '->', JSON.stringify(shown[n])))
SCRIPT

node "$folder/convert.cjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
