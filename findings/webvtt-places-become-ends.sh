#!/usr/bin/env bash
# @plussub/srt-vtt-parser reads the place of a short cue as a part of its end: second 2 becomes 120, or NaN.
#
# Version:  @plussub/srt-vtt-parser 2.0.5; beside it subtitle 4.2.2, node-webvtt 1.9.4 and media-captions 1.0.4 (node 20).
# Expected: A cue of WebVTT may leave out the hours, and may say behind its times where it stands (`line:0`). A reader
#           takes the times, and either keeps the place or passes over it.
# Seen:     plussub splits all that stands behind `-->` at its colons. With hours it is right; of
#           `00:02.000 position:10% align:start` it makes 120.01 seconds, of `00:02.000 align:start` NaN. A cue whose
#           name has NOTE, STYLE or REGION in it, in any case, such as "Jupyter Notebook", is passed over as a comment.
#           subtitle knows numbers alone for names, and no STYLE; node-webvtt no STYLE: they refuse the file.
#           media-captions reads them all.
# Matters:  Tools that write subtitles leave the hours out of lessons below one hour, and put a cue above where something
#           is written below. By such a reader its words stay over those that follow, or never come. Try a reader
#           with short times, places, names and styles, not with a file that was turned from SRT.
#
# Output seen (the seconds of two cues, which are 1-2 and 3-4):
#   plain: plussub 1-2 3-4 | subtitle 1-2 3-4 | node-webvtt 1-2 3-4 | media-captions 1-2 3-4
#   hours, place: plussub 1-2 3-4 | subtitle 1-2 3-4 | node-webvtt 1-2 3-4 | media-captions 1-2 3-4
#   no hours, place: plussub 1-120.01 3-4 | subtitle 1-2 3-4 | node-webvtt 1-2 3-4 | media-captions 1-2 3-4
#   no hours, align: plussub 1-NaN 3-4 | subtitle 1-2 3-4 | node-webvtt 1-2 3-4 | media-captions 1-2 3-4
#   name: plussub 3-4 | subtitle refused | node-webvtt 1-2 3-4 | media-captions 1-2 3-4
#   style: plussub 1-2 3-4 | subtitle refused | node-webvtt refused | media-captions 1-2 3-4
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" \
    @plussub/srt-vtt-parser@2.0.5 subtitle@4.2.2 node-webvtt@1.9.4 media-captions@1.0.4 > /dev/null

cat > "$folder/read.mjs" <<'SCRIPT'
import { parse } from '@plussub/srt-vtt-parser'
import { parseText } from 'media-captions'
import webvtt from 'node-webvtt'
import subtitle from 'subtitle'

const READERS = {
  plussub: (text) => parse(text).entries.map(({ from, to }) => [from / 1000, to / 1000]),
  subtitle: (text) => subtitle.parseSync(text).filter(({ type }) => type === 'cue')
    .map(({ data }) => [data.start / 1000, data.end / 1000]),
  'node-webvtt': (text) => webvtt.parse(text).cues.map(({ start, end }) => [start, end]),
  'media-captions': async (text) => (await parseText(text)).cues.map(({ startTime, endTime }) => [startTime, endTime]),
}
const lesson = (first) => ['WEBVTT', first, '看黑板。', '', '00:03.000 --> 00:04.000', '再看这里。', ''].join('\n')
const FILES = {
  plain: lesson('\n00:01.000 --> 00:02.000'),
  'hours, place': lesson('\n00:00:01.000 --> 00:00:02.000 position:10% align:start'),
  'no hours, place': lesson('\n00:01.000 --> 00:02.000 position:10% align:start'),
  'no hours, align': lesson('\n00:01.000 --> 00:02.000 align:start'),
  name: lesson('\nJupyter Notebook\n00:01.000 --> 00:02.000'),
  style: lesson('\nSTYLE\n::cue { color: yellow }\n\n00:01.000 --> 00:02.000'),
}

async function seen(read, text) {
  try {
    return (await read(text)).map((times) => times.join('-')).join(' ')
  } catch {
    return 'refused'
  }
}
for (const [name, text] of Object.entries(FILES)) {
  const answers = []
  for (const [reader, read] of Object.entries(READERS)) answers.push(`${reader} ${await seen(read, text)}`)
  console.log(`${name}: ${answers.join(' | ')}`)
}
SCRIPT

node "$folder/read.mjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
