#!/usr/bin/env bash
# Of a root file of Alipay with Windows line ends python-alipay-sdk numbers the first certificate only.
#
# Version:  python-alipay-sdk 3.4.0; beside it alipay-sdk 4.14.0 (node 20), Alipay's own.
# Expected: In certificate mode each request names Alipay's root by `alipay_root_cert_sn`, a number for each certificate of
#           the file. How lines end and whether they are parted by a blank one is nothing to PEM: both SDKs name the
#           same root.
# Seen:     python-alipay-sdk cuts the file at two line feeds. With CRLF, or without the blank line, all is one piece, of
#           which OpenSSL reads the first certificate and passes over the rest. The number is half as long and no
#           error is raised; Alipay's own SDK gives the whole one for all three files.
# Matters:  A textarea of a settings page posts CRLF whatever was pasted, and so does a file from Windows that is read as
#           bytes or mounted as a secret; an editor that removes blank lines does the same. Every request is refused
#           by the gateway for its root, although the shop starts and all keys are right. open() in text mode
#           hides it, as it turns CRLF into LF. Join the certificates with "\n\n" before the SDK gets them.
#
# Output seen (certificates numbered, of two; the same as with LF?):
#   LF: python-alipay-sdk 2, alipay-sdk 2; same numbers
#   CRLF: python-alipay-sdk 1, alipay-sdk 2; other numbers
#   LF without a blank line: python-alipay-sdk 1, alipay-sdk 2; other numbers
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-alipay-sdk==3.4.0 cryptography==50.0.2
npm install --silent --no-audit --no-fund --prefix "$folder" alipay-sdk@4.14.0 > /dev/null
cd "$folder"

cat > numbers.cjs <<'SCRIPT'
const path = require.resolve('alipay-sdk').replace(/[^/]*$/, 'antcertutil.js')
console.log(require(path).getSNFromPath(process.argv[2], true))
SCRIPT

cat > number.py <<'PYTHON'
import subprocess
from datetime import datetime

from alipay import DCAliPay
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID


def certificate(name):
    """A certificate as it stands in a root file, signed by itself."""
    key = rsa.generate_private_key(65537, 2048)
    parts = [(NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, "Example"),
             (NameOID.ORGANIZATIONAL_UNIT_NAME, "Authority"), (NameOID.COMMON_NAME, name)]
    subject = x509.Name([x509.NameAttribute(*part) for part in parts])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(datetime(2026, 1, 1)).not_valid_after(datetime(2046, 1, 1))
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


first, second = certificate("Root R1"), certificate("Root E1")
files = {
    "LF": f"{first}\n{second}",
    "CRLF": f"{first}\n{second}".replace("\n", "\r\n"),
    "LF without a blank line": first + second,
}
for name, content in files.items():
    with open("root.crt", "w", newline="") as file:
        file.write(content)
    ours = DCAliPay.get_root_cert_sn(content)
    theirs = subprocess.run(["node", "numbers.cjs", "root.crt"], capture_output=True, text=True, check=True).stdout
    counts = [len(numbers.strip().split("_")) for numbers in (ours, theirs)]
    same = "same" if ours == theirs.strip() else "other"
    print(f"{name}: python-alipay-sdk {counts[0]}, alipay-sdk {counts[1]}; {same} numbers")
PYTHON

venv/bin/python number.py 2> /dev/null | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
