#!/usr/bin/env bash
# prometheus_client with several processes kills its process by SIGBUS when the disk is full.
#
# Version:  prometheus_client 0.26.0, Linux. Needs root: it mounts a tmpfs of 200 KB as the small disk.
# Expected: to count is at worst an OSError (no space left), or lost counts; a shop does not end because
#           the disk of its metrics is full.
# Seen:     in the multiprocess mode a new file is made by ftruncate, sparse, and written through mmap. On a
#           full disk ftruncate succeeds, and the first write into a page without a block is a SIGBUS, which no
#           `except` sees and nothing logs: gunicorn says "Worker was sent SIGBUS" and starts the next
#           one, which dies at its first request too.
# Matters:  PROMETHEUS_MULTIPROC_DIR often lies on the disk of everything else. Make the files with
#           posix_fallocate before the library opens them (it uses an existing file of any size): then
#           there is an OSError at a place where it can be handled.
#
# Output seen (files, what became of the process):
#   made by prometheus_client | ended by SIGBUS
#   made by posix_fallocate | OSError: No space left on device
set -euo pipefail
folder=$(mktemp -d)
trap 'umount "$folder/disk" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check prometheus_client==0.26.0
mkdir "$folder/disk"
mount -t tmpfs -o size=200k tmpfs "$folder/disk"
head -c 190K /dev/zero > "$folder/disk/all-the-rest"

cat > "$folder/count.py" <<'PYTHON'
import os
import sys
from pathlib import Path

if sys.argv[1] == "posix_fallocate":
    file = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"], f"counter_{os.getpid()}.db")
    try:
        with file.open("ab") as opened:
            os.posix_fallocate(opened.fileno(), 0, 65536)
    except OSError as error:
        print(f"made by posix_fallocate | OSError: {error.strerror}")
        sys.exit()

from prometheus_client import Counter

requests = Counter("requests", "Requests.", ["path"])
for number in range(500):
    requests.labels(f"/{number}").inc()
PYTHON

export PROMETHEUS_MULTIPROC_DIR=$folder/disk
{
    status=0
    "$folder/venv/bin/python" "$folder/count.py" prometheus_client 2>/dev/null || status=$?
    ((status != 135)) || echo "made by prometheus_client | ended by SIGBUS"
    rm -f "$folder"/disk/*.db
    "$folder/venv/bin/python" "$folder/count.py" posix_fallocate
} 2>/dev/null | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
