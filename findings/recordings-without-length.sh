#!/usr/bin/env bash
# Of recordings of one minute mutagen and tinytag say 0 seconds, 8 seconds or 13 hours, and report nothing.
#
# Version:  mutagen 1.48.1, tinytag 2.3.2, music-metadata 11.16.1 (node); the recordings come from Debian's
#           ffmpeg 5.1.9 (its own version is printed first). The last one plays for 7 seconds, the others for 60.
# Expected: The length of a recording that plays for a minute is 60 seconds, or it is said to be unknown.
# Seen:     The head of a fragmented MP4, which recorders write so that a crash costs little, holds no length:
#           both Python libraries say 0.0, and music-metadata 24 seconds. An .aac (ADTS) has no head; after five
#           seconds of speech and a pause mutagen and ffprobe guess 8 seconds from its size, tinytag 0.1. A WAV
#           that went through a pipe has the largest length in its head, and both believe it. Of a cut without
#           new encoding mutagen and music-metadata count the second that the list of edits leaves out.
# Matters:  The length of a lesson, and how much of it was watched, is wrong for what teachers record themselves
#           and right for what a studio delivers. Use ffprobe, do not take 0 for a length, and of .aac let it
#           count the packets (-count_packets).
#
# Output seen (seconds):
#   plain.m4a: mutagen 60.0, tinytag 60.0, music-metadata 60.0, ffprobe 60.0
#   fragmented.m4a: mutagen 0.0, tinytag 0.0, music-metadata 23.7, ffprobe 60.0
#   pause.aac: mutagen 8.1, tinytag 0.1, music-metadata 59.7, ffprobe 8.0
#   piped.wav: mutagen 48695.8, tinytag 48695.8, music-metadata 60.0, ffprobe 60.0
#   cut.mp4: mutagen 8.0, tinytag 7.0, music-metadata 8.0, ffprobe 7.0
set -euo pipefail
command -v ffmpeg > /dev/null || { echo "ffmpeg is missing (apt-get install ffmpeg)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mutagen==1.48.1 tinytag==2.3.2
npm install --silent --no-audit --no-fund --prefix "$folder" music-metadata@11.16.1 > /dev/null
ffmpeg -version | sed -n 1p

# Five seconds of sound, then a pause; and a picture.
sound=(-f lavfi -i "sine=duration=5,apad=pad_dur=55")
make() { ffmpeg -v error -y "$@"; }
cd "$folder"
make "${sound[@]}" -c:a aac -b:a 64k plain.m4a
make -i plain.m4a -c copy -movflags frag_keyframe+empty_moov -frag_duration 2000000 fragmented.m4a
make -i plain.m4a -c copy pause.aac
make "${sound[@]}" -f wav - > piped.wav
make -f lavfi -i testsrc=size=64x64:rate=10:duration=12 -f lavfi -i sine=duration=12 \
  -c:v libx264 -preset ultrafast -g 20 -c:a aac whole.mp4
make -ss 5.05 -i whole.mp4 -c copy cut.mp4

cat > lengths.mjs <<'SCRIPT'
import { parseFile } from 'music-metadata'

const lengths = {}
for (const name of process.argv.slice(2)) {
  const { format } = await parseFile(name, { duration: true })
  lengths[name] = format.duration
}
console.log(JSON.stringify(lengths))
SCRIPT

cat > lengths.py <<'PYTHON'
import json
import subprocess

import mutagen
from tinytag import TinyTag

NAMES = ["plain.m4a", "fragmented.m4a", "pause.aac", "piped.wav", "cut.mp4"]


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


by_node = json.loads(output("node", "lengths.mjs", *NAMES))
for name in NAMES:
    probe = ("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", name)
    lengths = {
        "mutagen": mutagen.File(name).info.length,
        "tinytag": TinyTag.get(name).duration,
        "music-metadata": by_node[name],
        "ffprobe": float(output(*probe)),
    }
    print(f"{name}:", ", ".join(f"{library} {length:.1f}" for library, length in lengths.items()))
PYTHON

"$folder/venv/bin/python" lengths.py | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
