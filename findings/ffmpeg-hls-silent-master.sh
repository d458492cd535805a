#!/usr/bin/env bash
# For a silent recording encoded by quality ffmpeg writes a master playlist without a video in it.
#
# Version:  Debian's ffmpeg 5.1.9 (its own version is printed first).
# Expected: `-master_pl_name` makes a playlist that names the video; at worst ffmpeg refuses.
# Seen:     EXT-X-STREAM-INF needs a bandwidth, which the HLS muxer takes from the bit rate that was asked for. With
#           `-crf` none was asked for: it leaves out the whole entry and ends with code 0; "Bandwidth info not
#           available" stands among the warnings. Any sound has a bit rate of its own and saves the entry: the
#           bandwidth in it is then that of the sound alone, 141 kbit/s whatever the picture needs.
# Matters:  Lessons with a voice play, and a screen recording without one plays nowhere, though all its segments are
#           there. With several qualities, which differ by -crf, all get the same bandwidth and players choose
#           blindly. Give `-maxrate` and `-bufsize` with `-crf`.
#
# Output seen (entries of the master playlist):
#   silent, -crf: none
#   with sound, -crf 18: BANDWIDTH=140800
#   with sound, -crf 40: BANDWIDTH=140800
#   silent, -crf and -maxrate 800k: BANDWIDTH=880000
set -euo pipefail
command -v ffmpeg > /dev/null || { echo "ffmpeg is missing (apt-get install ffmpeg)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ffmpeg -version | sed -n 1p

master() {
  local name=$1
  shift
  ffmpeg -v fatal -y -f lavfi -i testsrc=size=320x180:rate=5:duration=4 "$@" -c:v libx264 -preset ultrafast \
    -f hls -hls_list_size 0 -master_pl_name master.m3u8 "$folder/video.m3u8"
  echo "$name: $(grep -o 'BANDWIDTH=[0-9]*' "$folder/master.m3u8" || echo none)"
  rm "$folder"/*.m3u8
}

sound=(-f lavfi -i sine=duration=4 -c:a aac -b:a 128k)
{
  master "silent, -crf" -crf 23
  master "with sound, -crf 18" "${sound[@]}" -crf 18
  master "with sound, -crf 40" "${sound[@]}" -crf 40
  master "silent, -crf and -maxrate 800k" -crf 23 -maxrate 800k -bufsize 1600k
} > "$folder/seen"
cat "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
