#!/usr/bin/env bash
# Of 20 seconds of sound over a picture that ends after 5, ffmpeg's HLS playlist has 5.
#
# Version:  Debian's ffmpeg 5.1.9 (its own version is printed first).
# Expected: A recording whose sound goes on after its picture, as when the camera is switched off, becomes a playlist as
#           long as the recording.
# Seen:     The HLS muxer reckons the length of a segment from the packets of the video alone. When there are no more
#           of them, all the rest of the sound goes into the last segment, and the playlist gives that one
#           the length of its pictures. Each second is in the files: decoded, they have 20. The MP4
#           of the same command says 20 as well.
# Matters:  Players believe the playlist: the bar ends at 0:05, "watched to the end" is told at 0:05, and the summary
#           that the teacher speaks over the last slide cannot be reached. Compare the sum of the playlist
#           with the recording, and hold the last picture (tpad) until the sound ends.
#
# Output seen:
#   mp4: 20.0 s
#   playlist: 4.0 + 1.0 = 5.0 s
#   sound in the segments: 4 s, 16 s
#   with tpad: 4.0 + 4.0 + 4.0 + 4.0 + 4.0 = 20.0 s
set -euo pipefail
command -v ffmpeg > /dev/null || { echo "ffmpeg is missing (apt-get install ffmpeg)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ffmpeg -version | sed -n 1p

cat > "$folder/recording.py" <<'PYTHON'
import subprocess
import sys
from pathlib import Path

FOLDER = Path(sys.argv[1])
PICTURE = ["-f", "lavfi", "-i", "color=size=64x64:rate=5:duration=5"]
SOUND = ["-f", "lavfi", "-i", "sine=duration=20"]
CODECS = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-c:a", "aac"]
HLS = ["-f", "hls", "-hls_time", "4", "-hls_list_size", "0"]


def ffmpeg(*options, name):
    command = ["ffmpeg", "-v", "error", *PICTURE, *SOUND, *options, *CODECS]
    subprocess.run([*command, *(HLS if name.endswith("m3u8") else []), FOLDER / name], check=True)


def probed(*options):
    command = ["ffprobe", "-v", "error", "-of", "csv=p=0", *options]
    return subprocess.check_output(command, text=True).split()


def lengths(name):
    lines = (FOLDER / name).read_text().splitlines()
    seconds = [float(line[8:].rstrip(",")) for line in lines if line.startswith("#EXTINF:")]
    return f"{' + '.join(f'{each:.1f}' for each in seconds)} = {sum(seconds):.1f} s"


def sound(path):
    times = probed("-select_streams", "a", "-show_entries", "packet=pts_time", path)
    seconds = [float(time.rstrip(",")) for time in times]
    return f"{max(seconds) - min(seconds):.0f} s"


ffmpeg(name="whole.mp4")
ffmpeg(name="short.m3u8")
ffmpeg("-vf", "tpad=stop_mode=clone:stop_duration=15", name="held.m3u8")
(length,) = probed("-show_entries", "format=duration", FOLDER / "whole.mp4")
print(f"mp4: {float(length):.1f} s")
print("playlist:", lengths("short.m3u8"))
print("sound in the segments:", ", ".join(map(sound, sorted(FOLDER.glob("short*.ts")))))
print("with tpad:", lengths("held.m3u8"))
PYTHON

python3 "$folder/recording.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
