#!/usr/bin/env bash
# What a teacher cut off the beginning of an MP4 is seen again after ffmpeg has copied it into HLS.
#
# Version:  Debian's ffmpeg 5.1.9 (its own version is printed first).
# Expected: A cut MP4 plays from the cut on in every player, and what is made of it, with or without encoding, begins there.
# Seen:     A cut without encoding, as by `-ss … -c copy` or by the editor of a phone, keeps all from the key picture before
#           it and says in an edit list from where to play. Players heed it, and ffmpeg when it encodes. With
#           `-c copy` the HLS muxer gets the hidden pictures as well, and MPEG-TS and Matroska know no edit list: the
#           copy begins at the key picture. Key pictures are up to ten seconds apart. No warning.
# Matters:  The seconds before "welcome" were cut for a reason: a password being typed, a private talk. They were in the
#           file all the time, the preview did not show them, and the packaged lesson does. Encode the beginning,
#           or compare the lengths of both. Red is what was cut, blue what was kept.
#
# Output seen (length and first picture):
#   cut.mp4: 4.0 s, blue
#   encoded into HLS: 4.0 s, blue
#   copied into HLS: 8.0 s, red
#   copied into Matroska: 8.0 s, red
#   copied into MP4: 4.0 s, blue
set -euo pipefail
command -v ffmpeg > /dev/null || { echo "ffmpeg is missing (apt-get install ffmpeg)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ffmpeg -version | sed -n 1p
cd "$folder"

ffmpeg -v error -f lavfi -i color=red:size=320x180:rate=25:duration=4 -f lavfi -i color=blue:size=320x180:rate=25:duration=4 \
  -filter_complex concat -c:v libx264 -preset ultrafast -g 250 -pix_fmt yuv420p recording.mp4
ffmpeg -v error -ss 4 -i recording.mp4 -c copy cut.mp4
ffmpeg -v error -i cut.mp4 -c:v libx264 -preset ultrafast -f hls -hls_list_size 0 encoded.m3u8
ffmpeg -v error -i cut.mp4 -c copy -f hls -hls_list_size 0 copied.m3u8
ffmpeg -v error -i cut.mp4 -c copy copied.mkv
ffmpeg -v error -i cut.mp4 -c copy copied.mp4

show() {
  local length first
  length=$(ffprobe -v error -of csv=p=0 -show_entries format=duration "$2" | xargs printf '%.1f')
  read -r first < <(ffmpeg -v error -i "$2" -frames:v 1 -vf scale=1:1 -f rawvideo -pix_fmt rgb24 - | od -An -tu1)
  echo "$1: $length s, $(awk '{ print ($1 > $3) ? "red" : "blue" }' <<< "$first")"
}
{
  show cut.mp4 cut.mp4
  show "encoded into HLS" encoded.m3u8
  show "copied into HLS" copied.m3u8
  show "copied into Matroska" copied.mkv
  show "copied into MP4" copied.mp4
} > seen
cat seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
