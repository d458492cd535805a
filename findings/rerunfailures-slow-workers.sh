#!/usr/bin/env bash
# With pytest-rerunfailures a worker of pytest-xdist waits for the kernel at the end of each test.
#
# Version:  pytest 9.2.0, pytest-xdist 3.8.0, pytest-rerunfailures 16.7; Python 3.11, Linux.
# Expected: `--reruns` costs nothing as long as no test fails.
# Seen:     For each test a worker sends two short messages to the main process over TCP on this machine. The
#           second waits until the first is acknowledged (Nagle), and Linux delays that by 40 ms: 300 empty
#           tests take over 6 seconds longer than without the option. Without workers, or with TCP_NODELAY on
#           the plugin's socket, they do not.
# Matters:  A suite of 10,000 short tests in two workers loses minutes, and no profile shows where: nothing
#           computes. Set the option of the socket in `pytest_sessionstart` (config.failures_db.sock).
#
# Output seen:
#   a worker with --reruns takes over 10 ms more for each test: True
#   the same with TCP_NODELAY: False
#   no worker, with --reruns: False
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  pytest==9.2.0 pytest-xdist==3.8.0 pytest-rerunfailures==16.7

cat > "$folder/test_nothing.py" <<'PYTHON'
import pytest


@pytest.mark.parametrize("number", range(300))
def test_nothing(number):
    pass
PYTHON
cat > "$folder/nodelay.py" <<'PYTHON'
import socket


def pytest_sessionstart(session):
    if hasattr(session.config, "workerinput"):
        session.config.failures_db.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
PYTHON
cat > "$folder/seen.py" <<'PYTHON'
import re
import subprocess
import sys

PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_nothing.py"]


def seconds(*options):
    """The shortest of three runs, as pytest tells it."""

    def once():
        command = [*PYTEST, *options]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return float(re.search(r"300 passed in ([\d.]+)s", told)[1])

    return min(once() for _ in range(3))


def is_slow(longer, shorter):
    return (longer - shorter) / 300 > 0.01


worker, alone = seconds("-n1"), seconds()
print("a worker with --reruns takes over 10 ms more for each test:", is_slow(seconds("-n1", "--reruns", "1"), worker))
print("the same with TCP_NODELAY:", is_slow(seconds("-n1", "--reruns", "1", "-p", "nodelay"), worker))
print("no worker, with --reruns:", is_slow(seconds("--reruns", "1"), alone))
PYTHON
sed -n '/^# Output seen:/,/^[^#]/s/^#   //p' "$0" > "$folder/expected"
(cd "$folder" && PYTHONPATH=. venv/bin/python seen.py) | tee "$folder/seen"
diff "$folder/expected" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
