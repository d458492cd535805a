#!/usr/bin/env bash
# With the ffmpeg that it installs MoviePy squeezes a phone's portrait video into landscape.
#
# Version:  moviepy 2.2.1 with imageio-ffmpeg 0.8.1 (the ffmpeg inside is printed), and with Debian's ffmpeg 5.1.9, which
#           is needed for the video, too.
# Expected: A phone held upright writes pictures of 320 × 180 and a rotation by 90 degrees. MoviePy knows rotations: `size`
#           is 180 × 320, and the pictures have that size.
# Seen:     It reads the rotation from what ffmpeg prints for people and looks for "displaymatrix" there. The ffmpeg that pip
#           installs prints "Display Matrix" by now, and turns the pictures all the same. MoviePy, which knows of no
#           rotation, asks for 320 × 180 and gets the upright picture squeezed to that. With Debian's ffmpeg, given by
#           IMAGEIO_FFMPEG_EXE, all is right.
# Matters:  In clips and covers of what teachers record with a phone all faces are broad and flat, wherever everything was
#           installed by pip, and not on the machine of whoever has an older ffmpeg. Screen recordings are not rotated:
#           samples of those show nothing. The video below shows a square, 60 points wide and high.
#
# Output seen (size, and the square in it):
#   its own ffmpeg: 320 × 180, square 106 × 34
#   Debian's ffmpeg: 180 × 320, square 60 × 60
set -euo pipefail
command -v ffmpeg > /dev/null || { echo "ffmpeg is missing (apt-get install ffmpeg)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check moviepy==2.2.1 imageio-ffmpeg==0.8.1
cd "$folder"

ffmpeg -v error -f lavfi -i color=white:size=320x180:rate=10:duration=1 \
  -vf drawbox=x=130:y=60:w=60:h=60:color=black:t=fill -c:v libx264 -pix_fmt yuv420p upright.mp4
ffmpeg -v error -i upright.mp4 -c copy -metadata:s:v:0 rotate=270 phone.mp4

cat > show.py <<'PYTHON'
import sys

from moviepy import VideoFileClip

with VideoFileClip("phone.mp4") as clip:
    dark = clip.get_frame(0).mean(axis=2) < 128
    width, height = clip.size
print(f"{sys.argv[1]}: {width} × {height}, square {dark.any(axis=0).sum()} × {dark.any(axis=1).sum()}")
PYTHON

venv/bin/python -c 'import imageio_ffmpeg; print("ffmpeg", imageio_ffmpeg.get_ffmpeg_version())'
{
  venv/bin/python show.py "its own ffmpeg"
  IMAGEIO_FFMPEG_EXE=$(command -v ffmpeg) venv/bin/python show.py "Debian's ffmpeg"
} | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
