#!/usr/bin/env bash
# What boto3 sends for the same call depends on http or https, and the option that should stop its checksums
# leaves the deletion of several objects without the header that most S3 servers want.
#
# Version:  boto3 1.44.5 with botocore 1.44.5; Python 3.11, openssl.
# Expected: A test against a local S3 over http shows what a provider gets over https. With
#           `request_checksum_calculation="when_required"` a client is what it was before 1.36.
# Seen:     Over http a file is sent as it is, with a CRC32 in a header. Over https the same call sends chunks
#           with the CRC32 behind them (aws-chunked). `when_required` sends the file as it is on both; but
#           delete_objects, for which the protocol demands a checksum, still has the CRC32 and no Content-MD5.
# Matters:  Aliyun OSS and OpenStack Swift refuse the chunks, so uploads fail in production only. OSS, COS,
#           Swift and others refuse the deletion (MissingArgument, InvalidRequest): files stay and are paid for.
#           Set `when_required` and add the Content-MD5 in `before-call.s3.DeleteObjects`; test over https.
#
# Output seen:
#   http, as boto3 comes: PUT 10 bytes, CRC32 in a header
#   http, as boto3 comes: POST ?delete with CRC32, without MD5
#   http, when_required: PUT 10 bytes, no checksum
#   http, when_required: POST ?delete with CRC32, without MD5
#   https, as boto3 comes: PUT chunks, CRC32 behind them
#   https, as boto3 comes: POST ?delete with CRC32, without MD5
#   https, when_required: PUT 10 bytes, no checksum
#   https, when_required: POST ?delete with CRC32, without MD5
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.44.5 botocore==1.44.5
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
  -keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null

cat > "$folder/checksums.py" <<'PYTHON'
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import boto3
from botocore.config import Config

folder = sys.argv[1]


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        told = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(told.get("content-length", 0)))
        if "transfer-encoding" in told:
            while size := int(self.rfile.readline(), 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        seen.append((self.command, told, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_POST = answer

    def log_message(self, *_):
        pass


def shape(command, told, body):
    crc = "x-amz-checksum-crc32" in told
    if command == "POST":
        with_crc = "with" if crc else "without"
        return f"POST ?delete {with_crc} CRC32, {'with' if 'content-md5' in told else 'without'} MD5"
    if "x-amz-trailer" in told:
        return "PUT chunks, CRC32 behind them"
    return f"PUT {len(body)} bytes, {'CRC32 in a header' if crc else 'no checksum'}"


for scheme in ("http", "https"):
    server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
    server.daemon_threads = True
    if scheme == "https":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(f"{folder}/cert.pem", f"{folder}/key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    for option in (None, "when_required"):
        options = {"request_checksum_calculation": option} if option else {}
        client = boto3.client(
            "s3",
            endpoint_url=f"{scheme}://127.0.0.1:{server.server_port}",
            region_name="cn-hangzhou",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            verify=f"{folder}/cert.pem",
            config=Config(s3={"addressing_style": "path"}, proxies={}, **options),
        )
        seen = []
        client.put_object(Bucket="school", Key="a.mp4", Body=b"0123456789")
        client.delete_objects(Bucket="school", Delete={"Objects": [{"Key": "a.mp4"}]})
        for request in seen:
            print(f"{scheme}, {option or 'as boto3 comes'}: {shape(*request)}")
PYTHON

env -u AWS_CA_BUNDLE no_proxy=127.0.0.1 NO_PROXY=127.0.0.1 "$folder/venv/bin/python" "$folder/checksums.py" "$folder" |
  tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
