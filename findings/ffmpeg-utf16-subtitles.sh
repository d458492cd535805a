#!/usr/bin/env bash
# Of subtitles in UTF-16 with the line ends of Linux, ffmpeg drops each line that begins with a Chinese character.
#
# Version:  Debian's ffmpeg 5.1.9 (its own version is printed first).
# Expected: ffmpeg reads SubRip in UTF-16 with a byte order mark, as programs for Windows save it, or refuses it.
# Seen:     With the line ends of Windows all is well. With those of Linux and macOS the first character of a line keeps
#           one of its three bytes in UTF-8, so that the decoder drops the whole line; a line that begins
#           with a Latin letter or a hyphen stays. The exit code is 0; standard error has "Invalid UTF-8 in decoded
#           subtitles text" without the line. `-c copy` writes the broken bytes.
# Matters:  A lesson in two languages keeps its English half, and a check for "some lines arrived" is content.
#           Convert to UTF-8 before ffmpeg sees the file.
#
# Output seen (encoding and line ends: lines that arrive, exit code):
#   UTF-8, LF: Welcome / 欢迎 / Lesson 一 / - 好 / 第 1 课 | 0
#   UTF-16, CRLF: Welcome / 欢迎 / Lesson 一 / - 好 / 第 1 课 | 0
#   UTF-16, LF: Welcome / Lesson 一 / - 好 | 0
set -euo pipefail
command -v ffmpeg > /dev/null || { echo "ffmpeg is missing (apt-get install ffmpeg)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ffmpeg -version | sed -n 1p

cat > "$folder/convert.py" <<'PYTHON'
import subprocess
import sys
from pathlib import Path

LINES = ["Welcome", "欢迎", "Lesson 一", "- 好", "第 1 课"]
PATH = Path(sys.argv[1]) / "lesson.srt"
TEXT = "\n".join(
    f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line}\n" for n, line in enumerate(LINES, start=1)
)

for name, encoding, end in [
    ("UTF-8, LF", "utf-8", "\n"),
    ("UTF-16, CRLF", "utf-16", "\r\n"),
    ("UTF-16, LF", "utf-16", "\n"),
]:
    PATH.write_bytes(TEXT.replace("\n", end).encode(encoding))
    command = ["ffmpeg", "-v", "error", "-i", PATH, "-f", "webvtt", "-"]
    run = subprocess.run(command, capture_output=True)
    arrived = [line for line in run.stdout.decode().splitlines()[1:] if line and "-->" not in line]
    print(f"{name}: {' / '.join(arrived)} | {run.returncode}")
PYTHON

python3 "$folder/convert.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
