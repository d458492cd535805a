#!/usr/bin/env bash
# Nobody knows the transport streams that ffmpeg writes: to sniffers they are data, a script or a translation file.
#
# Version:  filetype 1.2.0, puremagic 1.30, python-magic 0.4.27 with libmagic 5.44, mimetypes of Python 3.11;
#           with Debian's media-types 10; needs ffmpeg and Debian's libmagic1 and media-types.
# Expected: A .ts file, the segments of HLS and the recordings of OBS and of set-top boxes, is video/mp2t.
# Seen:     filetype says nothing. puremagic says TypeScript by the file's name, and nothing for its bytes.
#           libmagic says application/octet-stream: it wants the program table (PAT) in the first packet, and
#           ffmpeg writes the service description (SDT) before it. mimetypes says text/vnd.trolltech.linguist.
# Matters:  An upload form that sniffs with these refuses valid recordings, and a static server that asks
#           mimetypes sends segments as text. Look for 0x47 every 188 bytes, and name the type of .ts yourself.
#
# Output seen:
#   filetype: None
#   puremagic, the file: application/x-typescript
#   libmagic: application/octet-stream
#   libmagic, the same from its PAT on: video/MP2T
#   mimetypes: text/vnd.trolltech.linguist
#   0x47 at every 188th byte: True
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check filetype==1.2.0 puremagic==1.30 python-magic==0.4.27
ffmpeg -loglevel error -f lavfi -i testsrc=d=2:s=176x144:r=10 -f lavfi -i sine=d=2 "$folder/lesson.ts"

cat > "$folder/seen.py" <<'PYTHON'
import mimetypes
import sys

import filetype
import magic
import puremagic

path = sys.argv[1]
data = open(path, "rb").read()
packets = [data[n : n + 188] for n in range(0, len(data), 188)]
first = next(n for n, packet in enumerate(packets) if packet[1] & 0x1F == 0 and packet[2] == 0)
print("filetype:", filetype.guess(path))
print("puremagic, the file:", puremagic.from_file(path, mime=True))
print("libmagic:", magic.from_buffer(data, mime=True))
print("libmagic, the same from its PAT on:", magic.from_buffer(b"".join(packets[first:]), mime=True))
print("mimetypes:", mimetypes.guess_type(path)[0])
print("0x47 at every 188th byte:", all(packet[0] == 0x47 for packet in packets))
PYTHON
sed -n '/^# Output seen:/,/^[^#]/s/^#   //p' "$0" > "$folder/expected"
"$folder/venv/bin/python" "$folder/seen.py" "$folder/lesson.ts" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
