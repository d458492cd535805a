#!/usr/bin/env bash
# What orjson returns takes several times as much memory as it is long.
#
# Version:  orjson 3.13.0, Python 3.11, Linux.
# Expected: The bytes of a JSON text take their length and some 33 bytes, as any other bytes object.
#           sys.getsizeof says so, too.
# Seen:     orjson writes into a bytes object of a doubled size, and shortens it without giving the
#           rest back. An answer of 455 bytes holds 4 kB, one of 4.6 kB holds 16 kB, one of
#           19 kB holds 65. tracemalloc sees it, sys.getsizeof does not.
# Matters:  Who keeps rendered answers counts their lengths, so a cache of 64 MB takes up to several
#           hundred. An answer that is sent and forgotten costs nothing; one that is kept should be
#           copied: bytes(memoryview(body)). A slice, such as body[:-1], is a copy already; bytes(body)
#           is none.
#
# Output seen (kind, length, what sys.getsizeof says, bytes of memory in whole kB):
#   orjson.dumps | 455 | 488 | 4
#   bytes(…) | 455 | 488 | 4
#   bytes(memoryview(…)) | 455 | 488 | 0
#   orjson.dumps | 4612 | 4645 | 16
#   bytes(…) | 4612 | 4645 | 16
#   bytes(memoryview(…)) | 4612 | 4645 | 5
#   orjson.dumps | 18707 | 18740 | 65
#   bytes(…) | 18707 | 18740 | 65
#   bytes(memoryview(…)) | 18707 | 18740 | 19
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check orjson==3.13.0

cat > "$folder/keep.py" <<'PYTHON'
import sys
import tracemalloc

import orjson

KEPT = 200
KINDS = {
    "orjson.dumps": lambda body: body,
    "bytes(…)": bytes,
    "bytes(memoryview(…))": lambda body: bytes(memoryview(body)),
}

for courses in (7, 71, 285):
    data = {"a": ["课程" * 10 + str(number) for number in range(courses)]}
    for name, keep in KINDS.items():
        tracemalloc.start()
        kept = [keep(orjson.dumps(data)) for _ in range(KEPT)]
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        row = name, len(kept[0]), sys.getsizeof(kept[0]), round(taken / KEPT / 1000)
        print(*row, sep=" | ")
PYTHON

"$folder/venv/bin/python" "$folder/keep.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
