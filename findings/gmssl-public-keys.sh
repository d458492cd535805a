#!/usr/bin/env bash
# gmssl for Python cannot verify with one in eight SM2 public keys, if they are given in the usual form.
#
# Version:  gmssl 3.2.2, beside it sm-crypto 0.5.8 (node), which gets the same keys and signatures.
# Expected: A public key of SM2 is a point, written as 04 and its two coordinates (GB/T 32918). gmssl takes it with
#           the 04 or without.
# Seen:     The 04 is taken off with `lstrip("04")`, which takes off every 0 and 4 at the beginning, also those of the
#           coordinate. With a key whose coordinate begins with one of the two, verify raises an error, "Odd-length
#           string". Without the 04 gmssl takes the same signatures, and sm-crypto takes all.
# Matters:  Whoever signs with SM2 for Alipay, a bank or electronic invoices tests with one pair of keys, and seven of
#           eight work. The eighth is that of the real merchant, or the one after the yearly change. Put the key into
#           the object oneself, `sm2.public_key = key[2:]`: a bare coordinate that begins with 04 is cut as well.
#
# Output seen (of 64 signatures by 64 pairs of keys):
#   gmssl, key with 04: 59 verified, 5 not, their keys begin with 0407, 0409, 0440, 0445, 0447
#   gmssl, key without: 64 verified
#   sm-crypto, key with 04: 64 verified
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check gmssl==3.2.2
npm install --silent --no-audit --no-fund --prefix "$folder" sm-crypto@0.5.8 > /dev/null

cat > "$folder/verify.py" <<'PYTHON'
import json
import subprocess
import sys

from gmssl.sm2 import CryptSM2, default_ecc_table

TEXT = "out_trade_no=20260105&total_amount=99.00"


def verified(key: str, signature: str) -> bool:
    try:
        return CryptSM2("", key).verify_with_sm3(signature, TEXT.encode())
    except Exception:
        return False


pairs = []
for number in range(1, 65):
    private = f"{number * 0x1234567891234567:064x}"
    point = CryptSM2(private, "")._kg(int(private, 16), default_ecc_table["g"])
    pairs.append((point, CryptSM2(private, point).sign_with_sm3(TEXT.encode())))

refused = [point for point, signature in pairs if not verified("04" + point, signature)]
begins = ", ".join(sorted("04" + point[:2] for point in refused))
print(f"gmssl, key with 04: {64 - len(refused)} verified, {len(refused)} not, their keys begin with {begins}")
print("gmssl, key without:", sum(verified(*pair) for pair in pairs), "verified")
others = json.dumps([TEXT, [("04" + point, signature) for point, signature in pairs]])
print(subprocess.run(["node", sys.argv[1]], input=others, capture_output=True, text=True, check=True).stdout, end="")
PYTHON

cat > "$folder/verify.cjs" <<'SCRIPT'
const { sm2 } = require('sm-crypto')
const [text, pairs] = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const right = pairs.filter(([key, signature]) => sm2.doVerifySignature(text, signature, key, { hash: true }))
console.log(`sm-crypto, key with 04: ${right.length} verified`)
SCRIPT

"$folder/venv/bin/python" "$folder/verify.py" "$folder/verify.cjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
