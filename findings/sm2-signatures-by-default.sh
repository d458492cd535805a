#!/usr/bin/env bash
# No SM2 signature that gmssl or sm-crypto makes is verified by node's crypto or by `openssl dgst`, nor the other way round.
#
# Version:  gmssl 3.2.2 (Python), sm-crypto 0.5.8, and node's crypto with the OpenSSL inside of it (node 20 has 3.0, whose
#           number is printed first).
# Expected: SM2 with SM3 is a standard (GB/T 32918): what one library signs, with its defaults, another one verifies.
# Seen:     The signer's identifier goes into what is hashed. The standard of its use, GM/T 0009, says 1234567812345678 where
#           none was agreed on, and the Chinese libraries take that. OpenSSL 3.0 takes the empty one. Each verifies
#           what it signed itself, so that every self-made test passes; a foreign signature is "false", as if it were
#           forged. node's crypto has no way to give the identifier; openssl has `-sigopt distid:`.
# Matters:  A payment or an invoice service that signs by SM2 is refused by a shop on node or OpenSSL, all keys being right.
#           There verify with sm-crypto, or take openssl with `distid:1234567812345678`; between own services one
#           can agree on the empty one, `userId: ''` (last line).
#
# Output seen (who signs, verified by gmssl, by sm-crypto, by node's crypto):
#   gmssl: true, true, false
#   sm-crypto: true, true, false
#   node's crypto: false, false, true
#   sm-crypto, userId '': false, false, true
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
node -p 'process.versions.openssl'
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check gmssl==3.2.2
npm install --silent --no-audit --no-fund --prefix "$folder" sm-crypto@0.5.8 > /dev/null
cd "$folder"

cat > gm.py <<'PYTHON'
"""Signs with the private key given, or verifies a signature (r and s in hexadecimal digits) with the public one."""
import sys

from gmssl.sm2 import CryptSM2

private, public, signature, text = sys.argv[1:]
pair = CryptSM2(private_key=private, public_key=public)
content = text.encode()
print(str(pair.verify_with_sm3(signature, content)).lower() if signature else pair.sign_with_sm3(content))
PYTHON

cat > sign.cjs <<'SCRIPT'
const crypto = require('crypto')
const { execFileSync } = require('child_process')
const { sm2 } = require('sm-crypto')
const TEXT = 'out_trade_no=7&total_amount=99.00'
const { privateKey, publicKey } = (() => {
  // gmssl drops leading zeros and fours of a public key, which is no matter here.
  for (;;) {
    const pair = sm2.generateKeyPairHex()
    if (!/^04[04]/.test(pair.publicKey)) return pair
  }
})()
const point = publicKey.slice(2)
const gm = (signature) =>
  execFileSync('venv/bin/python', ['gm.py', privateKey, point, signature, TEXT], { encoding: 'utf8' }).trim()

const start = '3059301306072a8648ce3d020106082a811ccf5501822d034200'
const publicNode = crypto.createPublicKey({ key: Buffer.from(start + publicKey, 'hex'), format: 'der', type: 'spki' })
// ECPrivateKey of RFC 5915 in PKCS #8.
const inner = `306b0201010420${privateKey}a144034200${publicKey}`
const outer = `308187020100301306072a8648ce3d020106082a811ccf5501822d046d${inner}`
const privateNode = crypto.createPrivateKey({ key: Buffer.from(outer, 'hex'), format: 'der', type: 'pkcs8' })

/** r and s as 128 digits, from and to ASN.1. */
function fromDer(der) {
  const size = der[3]
  const parts = [der.subarray(4, 4 + size), der.subarray(6 + size)]
  return parts.map((part) => part.toString('hex').padStart(64, '0').slice(-64)).join('')
}
function toDer(digits) {
  const integer = (part) => {
    const bare = part.replace(/^(00)+/, '')
    const bytes = /^[89a-f]/.test(bare) ? `00${bare}` : bare
    return `02${(bytes.length / 2).toString(16).padStart(2, '0')}${bytes}`
  }
  const both = integer(digits.slice(0, 64)) + integer(digits.slice(64))
  return Buffer.from(`30${(both.length / 2).toString(16).padStart(2, '0')}${both}`, 'hex')
}

const signed = {
  gmssl: gm(''),
  'sm-crypto': sm2.doSignature(TEXT, privateKey, { hash: true, publicKey }),
  "node's crypto": fromDer(crypto.sign('sm3', Buffer.from(TEXT), privateNode)),
  "sm-crypto, userId ''": sm2.doSignature(TEXT, privateKey, { hash: true, publicKey, userId: '' }),
}
for (const [name, signature] of Object.entries(signed)) {
  const verified = [
    gm(signature),
    sm2.doVerifySignature(TEXT, signature, publicKey, { hash: true }),
    crypto.verify('sm3', Buffer.from(TEXT), publicNode, toDer(signature)),
  ]
  console.log(`${name}: ${verified.join(', ')}`)
}
SCRIPT

node sign.cjs | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
