#!/usr/bin/env bash
# A brace in any text of Alipay's answer, and python-alipay-sdk refuses the genuine signature of it.
#
# Version:  python-alipay-sdk 3.4.0; beside it alipay-sdk 4.14.0 (node 20). Both ask a gateway of this script on the
#           loopback interface, which signs its answers as Alipay does, over the exact text of the node.
# Expected: An answer whose signature is right is returned.
# Seen:     The Python SDK looks for the end of the signed node by counting braces, also those inside of texts. With one
#           that has no partner it takes too little or too much for the signed text and raises
#           AliPayValidationError; `C{}` is fine. The node SDK takes all of these answers.
# Matters:  Names of shops and courses are such texts, and the answer comes after the deed: the refund has been paid.
#           A shop that takes the error for "failed" refunds once more, or asks for ever about a trade that is
#           paid. Find the node with a JSON reader (raw_decode), and take every error for "unknown".
#
# Output seen (name of the shop in the answer to a refund: Python SDK, node SDK):
#   路飞学城: 9.90, 9.90
#   C{}学堂: 9.90, 9.90
#   编程小店 :-}: AliPayValidationError, 9.90
#   {路飞: AliPayValidationError, 9.90
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-alipay-sdk==3.4.0 cryptography==50.0.2
npm install --silent --no-audit --no-fund --prefix "$folder" alipay-sdk@4.14.0 > /dev/null

cat > "$folder/refund.mjs" <<'SCRIPT'
import { AlipaySdk } from 'alipay-sdk'

const [gateway, privateKey, alipayPublicKey] = process.argv.slice(2)
const sdk = new AlipaySdk({ appId: '2021', privateKey, alipayPublicKey, gateway, keyType: 'PKCS1' })
const bizContent = { out_trade_no: '1', refund_amount: '9.90' }
const answer = await sdk.exec('alipay.trade.refund', { bizContent }, { validateSign: true })
console.log(answer.refundFee)
SCRIPT

cat > "$folder/refunds.py" <<'PYTHON'
import base64
import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from alipay import AliPay
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

NAMES = ["路飞学城", "C{}学堂", "编程小店 :-}", "{路飞"]
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM, FORMATS = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
PRIVATE = KEY.private_bytes(PEM, FORMATS, serialization.NoEncryption()).decode()
PUBLIC = KEY.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


class Gateway(BaseHTTPRequestHandler):
    shop = ""

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        texts = {"code": "10000", "msg": "Success", "store_name": self.shop, "refund_fee": "9.90"}
        node = json.dumps(texts, ensure_ascii=False)
        sign = KEY.sign(node.encode(), padding.PKCS1v15(), hashes.SHA256())
        sign = base64.b64encode(sign).decode()
        body = f'{{"alipay_trade_refund_response":{node},"sign":"{sign}"}}'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html;charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *args):
        pass


def by_python(gateway):
    client = AliPay(
        appid="2021",
        app_notify_url=None,
        app_private_key_string=PRIVATE,
        alipay_public_key_string=PUBLIC,
        sign_type="RSA2",
    )
    client._gateway = gateway
    try:
        return client.api_alipay_trade_refund(out_trade_no="1", refund_amount="9.90")["refund_fee"]
    except Exception as error:
        return type(error).__name__


def by_node(gateway):
    bare = ["".join(pem.splitlines()[1:-1]) for pem in (PRIVATE, PUBLIC)]
    command = ["node", f"{sys.argv[1]}/refund.mjs", gateway, *bare]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/gateway.do"
for Gateway.shop in NAMES:
    print(f"{Gateway.shop}: {by_python(url)}, {by_node(url)}")
PYTHON

no_proxy=127.0.0.1 "$folder/venv/bin/python" "$folder/refunds.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
