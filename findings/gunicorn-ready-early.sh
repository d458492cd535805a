#!/usr/bin/env bash
# gunicorn tells systemd that it is ready before any worker has loaded the application.
#
# Version:  gunicorn 27.0.1.
# Expected: READY=1 of sd_notify means that the service answers (sd_notify(3)): systemd then ends the wait of
#           `systemctl start`, and starts what comes `After=`, or the next machine's turn of an upgrade.
# Seen:     the master sends it as soon as it has bound its socket. Workers load the application after that,
#           also one that takes 3 seconds, and one that ends with an error.
# Matters:  with Type=notify an upgrade that restarts one service after the other has both of them loading at
#           the same moment, and visitors wait as long as the imports take; a release that cannot be loaded
#           counts as started. `--preload` cures it, but shares what it has opened with each worker; a
#           post_worker_init hook that sends READY=1 itself cures it too.
#
# Output seen (what happened, in this order):
#   an application of 3 s: READY=1, loaded
#   one that cannot be imported: READY=1, ended with status 3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check gunicorn==27.0.1

cat > "$folder/slow.py" <<'PYTHON'
import os
import socket
import time

time.sleep(3)
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
    line.sendto(b"loaded", os.environ["TOLD_TO"])


def app(environ, start_response):
    start_response("200 OK", [])
    return [b""]
PYTHON
echo 'raise RuntimeError("a release that cannot be loaded")' > "$folder/broken.py"

cat > "$folder/watch.py" <<'PYTHON'
import os
import socket
import subprocess
import sys

folder = sys.argv[1]
# gunicorn takes the variable away from its workers, so they have one of their own.
address = os.path.join(folder, "notify")
line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
line.bind(address)
line.settimeout(30)


def watch(module):
    command = [sys.executable, "-m", "gunicorn", f"{module}:app", "--bind", "127.0.0.1:0"]
    environ = {**os.environ, "NOTIFY_SOCKET": address, "TOLD_TO": address}
    server = subprocess.Popen([*command, "--log-level", "critical"], cwd=folder, env=environ,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen = []
    while len(seen) < 2:
        if module == "broken" and seen:
            seen.append(f"ended with status {server.wait(30)}")
            break
        message = line.recv(4096).decode()
        if "READY=1" in message:
            seen.append("READY=1")
        elif message == "loaded":
            seen.append("loaded")
    server.terminate()
    server.wait()
    return ", ".join(seen)


print("an application of 3 s:", watch("slow"))
print("one that cannot be imported:", watch("broken"))
PYTHON

"$folder/venv/bin/python" "$folder/watch.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
