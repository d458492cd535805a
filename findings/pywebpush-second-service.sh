#!/usr/bin/env bash
# pywebpush writes into the claims that it is given, so the second push service gets the claims for the first.
#
# Version:  pywebpush 2.5.0. Two servers of this script on the loopback interface stand for the push services of
#           two browsers.
# Expected: `vapid_claims={"sub": "mailto:…"}` is what does not change from message to message, and a call leaves the
#           arguments alone. The audience in the token is the push service of the subscription (RFC 8292).
# Seen:     The call puts `aud` and `exp` into the caller's dict. The next call finds an `aud` there and keeps it, so
#           a token for the first service is sent to the second. The audience is there for it to refuse that.
# Matters:  A site with the claims in its settings reaches the users of that browser which was served first since the
#           start of the process, and the others get no reminder of their lesson; in which process which browser,
#           changes with each restart. A test with one browser passes. Give each call `dict(claims)`.
#
# Output seen (who was asked: audience of the token):
#   one dict for all calls: first for first, second for first, first for first
#   a copy for each call: first for first, second for second, first for first
#   the dict after a call: aud, exp, sub
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pywebpush==2.5.0

cat > "$folder/push.py" <<'PYTHON'
import base64
import http.server
import json
import os
import threading

import py_vapid
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pywebpush import webpush

asked = []


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class PushService(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        token = self.headers["Authorization"].split("t=")[1].split(",")[0]
        claims = token.split(".")[1]
        asked.append((self.server.server_port, json.loads(base64.urlsafe_b64decode(claims + "=="))["aud"]))
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_):
        pass


servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), PushService) for _ in range(2)]
for server in servers:
    threading.Thread(target=server.serve_forever, daemon=True).start()
names = {f"http://127.0.0.1:{server.server_port}": name for server, name in zip(servers, ("first", "second"))}
browser = ec.generate_private_key(ec.SECP256R1()).public_key()
keys = {
    "p256dh": url64(browser.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
    "auth": url64(os.urandom(16)),
}
vapid = py_vapid.Vapid()
vapid.generate_keys()


def push_to_three(title, claims_for_a_call):
    asked.clear()
    for place in [*names, next(iter(names))]:
        subscription = {"endpoint": f"{place}/push", "keys": keys}
        webpush(subscription, "直播五分钟后开始", vapid_private_key=vapid, vapid_claims=claims_for_a_call())
    print(f"{title}:", ", ".join(f"{names[f'http://127.0.0.1:{port}']} for {names[aud]}" for port, aud in asked))


claims = {"sub": "mailto:push@example.com"}
push_to_three("one dict for all calls", lambda: claims)
push_to_three("a copy for each call", lambda: {"sub": claims["sub"]})
print("the dict after a call:", ", ".join(sorted(claims)))
PYTHON

"$folder/venv/bin/python" "$folder/push.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
