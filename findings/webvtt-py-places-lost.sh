#!/usr/bin/env bash
# webvtt-py: reading subtitles and saving them takes away where each of them stands.
#
# Version:  webvtt-py 0.5.1.
# Expected: a file that is read and saved without a change says the same: identifiers, styles, comments,
#           the voice of a speaker and the settings of a cue (`line:0 align:start`).
# Seen:     everything but the settings is kept. A cue that stands above, since the lecture has
#           writing at its lower edge, is written back without them, and so stands
#           below, where cues stand by themselves. No error, no warning; Caption has no attribute for them.
# Matters:  a program that moves times, joins parts or corrects words of a lecture's subtitles brings
#           all of them down over what is written there.
#
# Output seen (the line of times, before and after):
#   "00:00.500 --> 00:02.000 line:0 align:start" | "00:00:00.500 --> 00:00:02.000"
#   kept: identifier, style, comment, voice
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check webvtt-py==0.5.1

cat > "$folder/lecture.vtt" <<'VTT'
WEBVTT

STYLE
::cue { color: yellow }

NOTE 第一讲

一
00:00.500 --> 00:02.000 line:0 align:start
<v 老师>看黑板下面这一行
VTT
cd "$folder"
venv/bin/python - > seen <<'PYTHON'
import webvtt

webvtt.read("lecture.vtt").save("saved.vtt")
before, after = (open(name, encoding="utf-8").read() for name in ("lecture.vtt", "saved.vtt"))
times = [next(line for line in text.splitlines() if "-->" in line) for text in (before, after)]
print(" | ".join(f'"{line}"' for line in times))
parts = {"identifier": "一\n", "style": "color: yellow", "comment": "NOTE 第一讲", "voice": "<v 老师>"}
print("kept:", ", ".join(name for name, text in parts.items() if text in after))
PYTHON
cat seen
diff seen - <<'EXPECTED'
"00:00.500 --> 00:02.000 line:0 align:start" | "00:00:00.500 --> 00:00:02.000"
kept: identifier, style, comment, voice
EXPECTED
