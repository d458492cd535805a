#!/usr/bin/env bash
# ffmpeg's one picture for every ten seconds is that of the fifth second of the ten.
#
# Version:  Debian's ffmpeg 5.1.9 (its own version is printed first).
# Expected: `-vf fps=1/10`, the usual way to the small pictures above a progress bar, takes the pictures at 0, 10,
#           20 … seconds; whoever writes the WebVTT beside them, or counts in the player, takes it so.
# Seen:     The filter rounds each moment to the nearest multiple of ten, and the last picture that falls on
#           one wins. So the pictures are those of 4, 14, 24 … seconds; `start_time=0` does not change it, and
#           `round=down` takes those of 9, 19, 29. With `round=up` they are at 0, 10, 20.
# Matters:  A student who looks for the slide in the preview and clicks lands before it, by half the distance of
#           the pictures; with a picture a minute that is half a minute. In a short trial with a picture a second it
#           cannot be noticed. Say `round=up`.
#
# Output seen (of a minute whose picture shows its second, the seconds that the pictures show):
#   fps=1/10: 4 14 24 34 44 54
#   fps=1/10:start_time=0: 4 14 24 34 44 54
#   fps=1/10:round=down: 9 19 29 39 49 59
#   fps=1/10:round=up: 0 10 20 30 40 50
#   fps=1/20: 9 29 49
set -euo pipefail
command -v ffmpeg > /dev/null || { echo "ffmpeg is missing (apt-get install ffmpeg)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ffmpeg -version | sed -n 1p

# A grey picture that is four shades brighter with each second.
ffmpeg -v error -f lavfi -i "color=black:size=64x64:rate=25:duration=60,format=gray,geq=lum='4*floor(T)'" \
  -c:v ffv1 "$folder/minute.mkv"
for filter in fps=1/10 fps=1/10:start_time=0 fps=1/10:round=down fps=1/10:round=up fps=1/20; do
    echo -n "$filter:"
    ffmpeg -v error -i "$folder/minute.mkv" -vf "$filter,scale=1:1" -pix_fmt gray -f rawvideo - \
      | od -A n -t u1 -v -w1 | awk '{ printf " %d", $1 / 4 } END { print "" }'
done | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
