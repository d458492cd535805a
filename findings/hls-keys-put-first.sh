#!/usr/bin/env bash
# Three libraries that write HLS playlists put the key before the beginning of the video, which then counts as encrypted.
#
# Version:  m3u8 6.0.0 (Python), hls-parser 0.16.1 and m3u8parse 5.0.2 (node 20); played by Debian's ffmpeg 5.1.9 (its own
#           version is printed first) and read by hls.js 1.7.4. Needs openssl, too.
# Expected: A playlist that is read and written without a change means the same. EXT-X-KEY is about what follows it, the
#           initialization sections of EXT-X-MAP as well (RFC 8216, 4.3.2.4): with EXT-X-MAP first, init.mp4
#           is as it is and the segments are encrypted.
# Seen:     All three hang both tags on the first segment and always write EXT-X-KEY first. So init.mp4 is said to be
#           encrypted: ffmpeg decrypts it and finds no video, hls.js would do the same. For a playlist with the key
#           first, or one of MPEG-TS, which has no such section, nothing changes.
# Matters:  Whoever signs addresses, cuts a preview or changes the address of the key of a protected lesson does so by
#           such a library. Lessons in TS go on to play, those in fMP4 that were encrypted after they had been cut
#           do not. Change the lines of a playlist as text, and leave their order.
#
# Output seen (the tags in their order; whether init.mp4 is decrypted by hls.js; pictures seen by ffmpeg):
#   as it was: MAP KEY; hls.js: as it is; ffmpeg: 60
#   m3u8: KEY MAP; hls.js: AES-128; ffmpeg: 0
#   hls-parser: KEY MAP; hls.js: AES-128; ffmpeg: 0
#   m3u8parse: KEY MAP; hls.js: AES-128; ffmpeg: 0
set -euo pipefail
command -v ffmpeg > /dev/null || { echo "ffmpeg is missing (apt-get install ffmpeg)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check m3u8==6.0.0
npm install --silent --no-audit --no-fund --prefix "$folder" \
    hls-parser@0.16.1 m3u8parse@5.0.2 hls.js@1.7.4 > /dev/null
ffmpeg -version | sed -n 1p
cd "$folder"

# Six seconds in three segments, which are encrypted one by one; the beginning is not.
ffmpeg -v error -f lavfi -i testsrc=size=64x64:rate=10:duration=6 -c:v libx264 -preset ultrafast -g 20 \
  -hls_segment_type fmp4 -hls_time 2 -hls_playlist_type vod -hls_segment_filename 'plain%d.m4s' plain.m3u8
key=000102030405060708090a0b0c0d0e0f
iv=00000000000000000000000000000001
printf '\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f' > lesson.key
for number in 0 1 2; do
  openssl enc -aes-128-cbc -K "$key" -iv "$iv" -in "plain$number.m4s" -out "part$number.m4s"
done
sed -e 's/^plain\(.*m4s\)/part\1/' \
  -e "/^#EXT-X-MAP/a #EXT-X-KEY:METHOD=AES-128,URI=\"lesson.key\",IV=0x$iv" plain.m3u8 > 'as it was.m3u8'

venv/bin/python -c 'import m3u8; m3u8.load("as it was.m3u8").dump("m3u8.m3u8")'
cat > write.mjs <<'SCRIPT'
import { readFileSync, writeFileSync } from 'node:fs'
import hlsParser from 'hls-parser'
import m3u8parse from 'm3u8parse'

globalThis.self = globalThis // hls.js expects a browser
const { M3U8Parser } = await import('./node_modules/hls.js/dist/hls.mjs')
const original = readFileSync('as it was.m3u8', 'utf8')
writeFileSync('hls-parser.m3u8', hlsParser.stringify(hlsParser.parse(original)))
writeFileSync('m3u8parse.m3u8', (await m3u8parse(original)).toString())
for (const name of ['as it was', 'm3u8', 'hls-parser', 'm3u8parse']) {
  const text = readFileSync(`${name}.m3u8`, 'utf8')
  const tags = [...text.matchAll(/^#EXT-X-(MAP|KEY)/gm)].map(([, tag]) => tag).join(' ')
  const level = M3U8Parser.parseLevelPlaylist(text, 'https://school.example/', 0, 'main', 0, null)
  const begun = level.fragments[0].initSegment.decryptdata?.method ?? 'as it is'
  console.log(`${name}: ${tags}; hls.js: ${begun}`)
}
SCRIPT
node write.mjs > read.txt

pictures() {
  ffprobe -v quiet -allowed_extensions ALL -count_frames -select_streams v \
    -show_entries stream=nb_read_frames -of csv=p=0 "$1" < /dev/null | sed -n 1p
}
while IFS= read -r line; do
  counted=$(pictures "${line%%:*}.m3u8" || true)
  echo "$line; ffmpeg: ${counted:-0}"
done < read.txt > seen
cat seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
