#!/usr/bin/env bash
# The S3 storage of django-storages in a web process with threads: each thread of each storage reads the
# whole description of S3 again and keeps it.
#
# Version:  django-storages 1.14.6 with boto3 1.44.5, botocore 1.44.5 and Django 5.2.19.
# Expected: one client of boto3, which several threads may use, or at least one session for a process.
# Seen:     `connection` is kept in a threading.local of the storage object, and what fills it is a new
#           boto3.Session. A session has a loader of its own, so nothing that another one has parsed is used
#           again. A site with a public and a private storage and 16 threads ends with 32 sessions and some
#           hundred megabytes more, although no file was touched.
# Matters:  The memory is not there when the process starts; it comes with the first requests of each
#           thread, and once more in every process. Make one resource, and give each thread
#           `type(resource)(client=resource.meta.client)`.
#
# Output seen:
#   32 sessions for 32 pairs of thread and storage, more than 200 MB
#   1 session shared: less than 40 MB
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check django-storages==1.14.6 boto3==1.44.5 \
  botocore==1.44.5 Django==5.2.19

cat > "$folder/threads.py" <<'PYTHON'
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import boto3
from django.conf import settings

settings.configure()
from storages.backends.s3 import S3Storage

THREADS = 16
made = []
session_class = boto3.Session


class Counted(session_class):
    def __init__(self, *args, **options):
        made.append(1)
        super().__init__(*args, **options)


boto3.Session = Counted


def memory():
    [line] = [line for line in open("/proc/self/status") if line.startswith("VmRSS")]
    return int(line.split()[1]) // 1024


def touch(storages, connect):
    barrier = Barrier(THREADS)

    def work(_):
        barrier.wait()
        return [connect(storage) for storage in storages]

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS)))


account = {
    "access_key": "key",
    "secret_key": "secret",
    "bucket_name": "school",
    "region_name": "cn-north-1",
    "endpoint_url": "https://s3.example.com",
}
storages = [S3Storage(location=name, **account) for name in ("public", "private")]
before = memory()
if sys.argv[1] == "own":
    kept = touch(storages, lambda storage: storage.connection.meta.client)
    grown = memory() - before
    size = "more than 200 MB" if grown > 200 else f"{grown} MB"
    print(f"{len(made)} sessions for {THREADS * 2} pairs of thread and storage, {size}")
else:
    shared = storages[0].connection
    kept = touch(storages, lambda storage: type(shared)(client=shared.meta.client))
    grown = memory() - before
    size = "less than 40 MB" if grown < 40 else f"{grown} MB"
    print(f"{len(made)} session shared: {size}")
PYTHON

{ "$folder/venv/bin/python" "$folder/threads.py" own && "$folder/venv/bin/python" "$folder/threads.py" shared; } |
  tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
