#!/usr/bin/env bash
# Read by pysubs2, a WebVTT file shows its comments and the names of its cues, and loses numbers.
#
# Version:  pysubs2 1.8.1, beside it webvtt-py 0.6.0; Python 3.11.
# Expected: Of WebVTT only the lines below a time are shown. A line above it is the name of the cue, a block that
#           begins with NOTE is a comment, <00:01.500> the moment at which the rest of a line appears (YouTube's
#           own subtitles are full of it), &lt; is <.
# Seen:     pysubs2 reads WebVTT as SubRip with other commas. Whatever stands between two times are words of the
#           first cue: comments and names, and moments as well. A last line that is a number, the answer to a
#           question, is taken for the number of the next cue and dropped. Cues with numbers for names, which
#           one tries first, are right. Entities stay as they are, also with webvtt-py: SubRip made of them
#           shows &lt;.
# Matters:  Students read "NOTE 待审校" in the middle of a lecture, once a teacher uploads the file of another
#           platform, and never read that the answer is 42. Take comments and names out first and give each
#           cue a number; unescape what is converted to another format.
#
# Output seen:
#   pysubs2: 你好<00:01.500> 世界|NOTE 待审校|quiz
#   pysubs2: 答案是
#   pysubs2: vector&lt;int&gt;
#   webvtt-py: 你好 世界
#   webvtt-py: 答案是|42
#   webvtt-py: vector&lt;int&gt;
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pysubs2==1.8.1 webvtt-py==0.6.0

cat > "$folder/subtitles.py" <<'PYTHON'
import pysubs2
import webvtt

TEXT = """WEBVTT

00:01.000 --> 00:02.000
你好<00:01.500><c> 世界</c>

NOTE 待审校

quiz
00:03.000 --> 00:04.000
答案是
42

00:05.000 --> 00:06.000
vector&lt;int&gt;
"""

for event in pysubs2.SSAFile.from_string(TEXT):
    print("pysubs2:", event.plaintext.replace("\n\n", "\n").replace("\n", "|"))
for caption in webvtt.from_string(TEXT):
    print("webvtt-py:", caption.text.replace("\n", "|"))
PYTHON

"$folder/venv/bin/python" "$folder/subtitles.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
