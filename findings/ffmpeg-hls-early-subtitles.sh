#!/usr/bin/env bash
# The subtitles that ffmpeg puts beside its own HLS video are due 1.4 seconds before the pictures they belong to.
#
# Version:  Debian's ffmpeg 5.1.9 (its own version is printed first).
# Expected: One command that makes an HLS video and its subtitles of two files keeps the two together.
# Seen:     The clock in ffmpeg's MPEG-TS stands at 1.4 s when the video begins. The WebVTT beside it begins at 0 and
#           has no X-TIMESTAMP-MAP, for which RFC 8216 (3.5) rules that its 0 is the 0 of that clock: the line for
#           the picture at 3.0 s is due with the one at 1.6 s, and a line for the first second never.
# Matters:  hls.js goes by the standard and is early; players that show the times as they stand are right; the teacher
#           who corrects the file by 1.4 s spoils it for the others. Let the clock begin at 0 (-muxdelay 0
#           -muxpreload 0), or write X-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000 into the segments.
#
# Output seen (the clock at the first picture; time of the line, lines with X-TIMESTAMP-MAP; picture it is due with):
#   as it is: 1.4 s; 3.0 s, 0; 1.6 s
#   -muxdelay 0 -muxpreload 0: 0.0 s; 3.0 s, 0; 3.0 s
set -euo pipefail
command -v ffmpeg > /dev/null || { echo "ffmpeg is missing (apt-get install ffmpeg)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ffmpeg -version | sed -n 1p

cat > "$folder/lesson.py" <<'PYTHON'
import subprocess
import sys
from pathlib import Path

FOLDER = Path(sys.argv[1])
PICTURE = ["-f", "lavfi", "-i", "color=size=64x64:rate=5:duration=8"]
CODECS = ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "100k", "-c:s", "webvtt"]
HLS = ["-f", "hls", "-hls_list_size", "0", "-master_pl_name", "master.m3u8"]
TOGETHER = ["-map", "0:v", "-map", "1:s", "-var_stream_map", "v:0,s:0,sgroup:subtitles"]


def write(*options):
    command = ["ffmpeg", "-v", "error", "-y", *PICTURE, "-i", "lesson.vtt", *TOGETHER, *CODECS, *HLS]
    subprocess.run([*command, *options, "lesson%v.m3u8"], check=True, cwd=FOLDER)


def clock():
    command = ["ffprobe", "-v", "error", "-show_entries", "format=start_time", "-of", "csv=p=0"]
    return float(subprocess.check_output([*command, FOLDER / "lesson00.ts"]))


(FOLDER / "lesson.vtt").write_text("WEBVTT\n\n00:03.000 --> 00:04.000\n这里是重点。\n")
for options in ([], ["-muxdelay", "0", "-muxpreload", "0"]):
    write(*options)
    begin, subtitles = clock(), (FOLDER / "lesson00.vtt").read_text()
    (line,) = [float(each[3:9]) for each in subtitles.splitlines() if "-->" in each]
    maps = subtitles.count("X-TIMESTAMP-MAP")
    print(f"{' '.join(options) or 'as it is'}: {begin:.1f} s; {line:.1f} s, {maps}; {line - begin:.1f} s")
PYTHON

python3 "$folder/lesson.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
