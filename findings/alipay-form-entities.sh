#!/usr/bin/env bash
# The payment page that both official SDKs of Alipay write changes what was signed when a course's name holds `&`.
#
# Version:  alipay-sdk-python 3.7.1411, alipay-sdk 4.14.0 (node); Python 3.11, node 20.
# Expected: page_execute / pageExecute with POST write a form whose fields a browser sends as they were signed.
# Seen:     Of the characters that mean something in an attribute only `"` is escaped. A name such as
#           HTML 实体：&lt; 与 &copy; is sent as HTML 实体：< 与 ©, and the signature is about the other text.
# Matters:  Alipay answers "invalid-signature" for courses about HTML, and for no others: payments of exactly
#           these cannot begin. Send the parameters in the address (GET), or escape the form again.
#
# Output seen:
#   python: signed HTML 实体：&lt; 与 &copy;, a browser sends HTML 实体：< 与 ©, the signature is of another text
#   python: signed R&D 入门, a browser sends R&D 入门, the signature fits
#   node: signed HTML 实体：&lt; 与 &copy;, a browser sends HTML 实体：< 与 ©, the signature is of another text
#   node: signed R&D 入门, a browser sends R&D 入门, the signature fits
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-compile \
  alipay-sdk-python==3.7.1411 cryptography==50.0.2 html5lib==1.1
npm install --silent --no-audit --no-fund --prefix "$folder" alipay-sdk@4.14.0

cat > "$folder/seen.py" <<'PYTHON'
import base64
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import html5lib
from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.request.AlipayTradePagePayRequest import AlipayTradePagePayRequest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

FOLDER = Path(sys.argv[1])
NAMES = ["HTML 实体：&lt; 与 &copy;", "R&D 入门"]
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FORMAT = serialization.PrivateFormat.TraditionalOpenSSL
PEM = KEY.private_bytes(serialization.Encoding.PEM, FORMAT, serialization.NoEncryption()).decode()
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()
PRIVATE = "".join(PEM.splitlines()[1:-1])

NODE = """
import { AlipaySdk } from 'alipay-sdk'
const [name, key, publicKey] = JSON.parse(process.argv[2])
const sdk = new AlipaySdk({ appId: '2021', privateKey: key, alipayPublicKey: publicKey, keyType: 'PKCS1' })
const bizContent = { out_trade_no: '1', total_amount: '99.00', subject: name, product_code: 'FAST_INSTANT_TRADE_PAY' }
console.log(sdk.pageExecute('alipay.trade.page.pay', 'POST', { bizContent }))
"""


class Form:
    """What a browser would send: the address, and the fields with their entities decoded."""

    def __init__(self, page: str) -> None:
        tree = html5lib.parse(page, namespaceHTMLElements=False)
        self.action = tree.find(".//form").get("action")
        inputs = [each for each in tree.iter("input") if each.get("name")]
        self.fields = {each.get("name"): each.get("value") for each in inputs}


def by_python(name: str) -> str:
    config = AlipayClientConfig()
    config.server_url, config.app_id = "https://example.test/gateway.do", "2021"
    config.app_private_key, config.alipay_public_key = PRIVATE, PUBLIC
    request = AlipayTradePagePayRequest()
    request.biz_content = {"out_trade_no": "1", "total_amount": "99.00", "subject": name}
    return DefaultAlipayClient(config).page_execute(request, http_method="POST")


def by_node(name: str) -> str:
    (FOLDER / "page.mjs").write_text(NODE)
    options = json.dumps([name, PRIVATE, PUBLIC])
    command = ["node", str(FOLDER / "page.mjs"), options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def describe(sdk: str, name: str, page: str) -> str:
    form = Form(page)
    sent = dict(parse_qsl(urlsplit(form.action).query)) | form.fields
    sign = base64.b64decode(sent.pop("sign"))
    text = "&".join(f"{key}={value}" for key, value in sorted(sent.items()))
    try:
        KEY.public_key().verify(sign, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        fits = "the signature fits"
    except InvalidSignature:
        fits = "the signature is of another text"
    subject = json.loads(sent["biz_content"])["subject"]
    return f"{sdk}: signed {name}, a browser sends {subject}, {fits}"


for sdk, write in (("python", by_python), ("node", by_node)):
    for name in NAMES:
        print(describe(sdk, name, write(name)))
PYTHON
sed -n '/^# Output seen:/,/^[^#]/s/^#   //p' "$0" > "$folder/expected"
"$folder/venv/bin/python" "$folder/seen.py" "$folder" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
