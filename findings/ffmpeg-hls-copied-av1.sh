#!/usr/bin/env bash
# Copied into HLS by ffmpeg, a video in AV1 or VP9 becomes a lesson that one can only hear.
#
# Version:  Debian's ffmpeg 5.1.9 (its own version is printed first).
# Expected: `-c copy -f hls` puts the streams into segments, or ends with an error when the segments cannot hold them.
# Seen:     The segments are MPEG-TS, which knows neither AV1 nor VP9. ffmpeg writes the picture as private data, of
#           which no reader knows what it is, says so in a warning and ends with code 0. The playlist has the
#           right length, and its size that of the whole video. ffprobe finds data and a sound. With
#           `-hls_segment_type fmp4` the same command keeps the video.
# Matters:  What is H.264 already is copied to save hours, and phones and screen recorders make AV1 now: the lesson plays,
#           without a picture, and a job that looks at the exit code is content. Look at the codec before copying,
#           or at the streams of the result.
#
# Output seen (streams of the playlist):
#   h264 in MPEG-TS: exit 0, video h264, audio aac
#   av1 in MPEG-TS: exit 0, data bin_data, audio aac
#   vp9 in MPEG-TS: exit 0, data bin_data, audio aac
#   av1 in fMP4: exit 0, video av1, audio aac
#   vp9 in fMP4: exit 0, video vp9, audio aac
set -euo pipefail
command -v ffmpeg > /dev/null || { echo "ffmpeg is missing (apt-get install ffmpeg)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ffmpeg -version | sed -n 1p

declare -A encoders=([h264]="libx264 -preset ultrafast" [av1]="libsvtav1 -preset 12" [vp9]="libvpx-vp9 -deadline realtime")
for codec in h264 av1 vp9; do
  # shellcheck disable=SC2086
  SVT_LOG=1 ffmpeg -v error -f lavfi -i testsrc=size=320x180:rate=10:duration=3 -f lavfi -i sine=duration=3 \
    -pix_fmt yuv420p -c:v ${encoders[$codec]} -c:a aac "$folder/$codec.mp4"
done

copied() {
  local codec=$1 kind=$2 code=0 streams
  ffmpeg -v fatal -y -i "$folder/$codec.mp4" -c copy -f hls -hls_segment_type "$kind" "$folder/list.m3u8" || code=$?
  streams=$(ffprobe -v fatal -of csv=p=0 -show_entries stream=index,codec_type,codec_name "$folder/list.m3u8" \
    | sort -u | awk -F , 'NF >= 3 { printf "%s%s %s", sep, $3, $2; sep = ", " }')
  echo "$codec in $([[ $kind == fmp4 ]] && echo fMP4 || echo MPEG-TS): exit $code, $streams"
}
{
  for codec in h264 av1 vp9; do copied "$codec" mpegts; done
  for codec in av1 vp9; do copied "$codec" fmp4; done
} > "$folder/seen"
cat "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
