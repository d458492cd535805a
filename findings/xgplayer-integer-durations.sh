#!/usr/bin/env bash
# xgplayer drops the last segment of a playlist with whole-second durations.
#
# Version:  xgplayer-hls 3.0.24, beside it hls.js 1.7.4; the playlist comes from Debian's ffmpeg 5.1.9 (its
#           own version is printed first).
# Expected: HLS before version 3 knows whole seconds only, rounded to the nearest. A last segment of 0.3
#           seconds is therefore written as `#EXTINF:0,`, and a player plays all segments.
# Seen:     xgplayer's parser throws every segment with the duration 0 away and marks the one before as
#           the last. hls.js keeps it. Nothing is reported.
# Matters:  The end of a lesson is missing (up to half a second), only with this player, and only when the
#           length happens to end so. A count of the segments played never reaches the count in the
#           playlist. Let the transcoder write decimals (version 3 and above; ffmpeg without
#           `round_durations`).
#
# Output seen:
#   playlist: version 2, durations 4 4 4 0
#   really in the last segment: 0.3 s
#   hls.js: 4 segments, the last is part3.ts
#   xgplayer: 3 segments, the last is part2.ts
set -euo pipefail
command -v ffmpeg > /dev/null || { echo "ffmpeg is missing (apt-get install ffmpeg)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" \
    xgplayer@3.0.24 xgplayer-hls@3.0.24 core-js@3.49.0 hls.js@1.7.4 > /dev/null
# The package's modules are ECMAScript modules without saying so, which bundlers do not mind and node does.
echo '{"type": "module"}' > "$folder/node_modules/xgplayer-hls/es/package.json"
ffmpeg -version | sed -n 1p

ffmpeg -v error -f lavfi -i testsrc=size=64x64:rate=10:duration=12.3 -g 40 -c:v libx264 -preset ultrafast \
    -f hls -hls_time 4 -hls_list_size 0 -hls_flags round_durations \
    -hls_segment_filename "$folder/part%d.ts" "$folder/lesson.m3u8"
length=$(ffprobe -v error -show_entries format=duration -of csv=p=0 "$folder/part3.ts")

cat > "$folder/parse.mjs" <<'SCRIPT'
import { readFileSync } from 'node:fs'

globalThis.self = globalThis // hls.js expects a browser
const hls = await import('./node_modules/hls.js/dist/hls.mjs')
const xg = await import('./node_modules/xgplayer-hls/es/hls/manifest-loader/parser/index.js')

const text = readFileSync(new URL('lesson.m3u8', import.meta.url), 'utf8')
const address = 'https://example.com/lesson.m3u8'
const version = /#EXT-X-VERSION:(.*)/.exec(text)[1]
const durations = [...text.matchAll(/#EXTINF:([^,]*)/g)].map((match) => match[1])
console.log(`playlist: version ${version}, durations ${durations.join(' ')}`)
console.log(`really in the last segment: ${Number(process.argv[2])} s`)

const report = (name, names) => console.log(`${name}: ${names.length} segments, the last is ${names.at(-1)}`)
const level = hls.M3U8Parser.parseLevelPlaylist(text, address, 0, 'main', 0, null)
report('hls.js', level.fragments.map((fragment) => fragment.relurl))
const media = xg.M3U8Parser.parse(text, address)
report('xgplayer', media.segments.map((segment) => segment.url.split('/').at(-1)))
SCRIPT

node "$folder/parse.mjs" "$length" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
