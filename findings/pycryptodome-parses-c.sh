#!/usr/bin/env bash
# pycryptodomex parses C with pycparser, in Python, at every import, once cffi is installed.
#
# Version:  pycryptodomex 3.24.2, cffi 2.1.1, pycparser 3.0, CPython 3.11.
# Expected: The library is compiled: importing it loads some shared objects, whatever else is installed.
# Seen:     Where `import cffi` works, the C declarations of each compiled module are parsed by pycparser when it
#           is imported, so AES and RSA take more than twice the processor time to import. The results are the same.
# Matters:  SDKs of Alipay and WeChat Pay for Python stand on this library, and cryptography and argon2-cffi bring
#           cffi along. Every worker and command of a shop waits for it, although most sign nothing: import it
#           inside of the functions that sign.
#
# Output seen (times of one machine, medians of nine):
#   without cffi 69 ms, pycparser loaded: {'False'}
#   with cffi    166 ms, pycparser loaded: {'True'}; 2.4 times
#   the same ciphertext: True
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for name in alone with; do python3 -m venv "$folder/$name"; done
"$folder/alone/bin/pip" install -q --disable-pip-version-check pycryptodomex==3.24.2
"$folder/with/bin/pip" install -q --disable-pip-version-check pycryptodomex==3.24.2 cffi==2.1.1 pycparser==3.0

cat >"$folder/import.py" <<'PY'
import sys
import time

began = time.process_time()
from Cryptodome.Cipher import AES
from Cryptodome.Hash import SHA256
from Cryptodome.PublicKey import RSA
from Cryptodome.Signature import pkcs1_15

used = time.process_time() - began
text = AES.new(b"k" * 32, AES.MODE_ECB).encrypt(b"sixteen bytes...").hex()
print(f"{1000 * used:.1f} {'pycparser' in sys.modules} {text}")
PY
status=0
python3 - "$folder" <<'PY' || status=$?
import statistics
import subprocess
import sys

folder = sys.argv[1]
seen = {}
for _ in range(9):
    for name in ("alone", "with"):
        command = [f"{folder}/{name}/bin/python", f"{folder}/import.py"]
        used, parses, text = subprocess.check_output(command, text=True).split()
        seen.setdefault(name, []).append((float(used), parses, text))
middle = {name: statistics.median(used for used, _, _ in rows) for name, rows in seen.items()}
parses = {name: {row[1] for row in rows} for name, rows in seen.items()}
texts = {row[2] for rows in seen.values() for row in rows}
ratio = middle["with"] / middle["alone"]
print(f"without cffi {middle['alone']:.0f} ms, pycparser loaded: {parses['alone']}")
print(f"with cffi    {middle['with']:.0f} ms, pycparser loaded: {parses['with']}; {ratio:.1f} times")
print(f"the same ciphertext: {len(texts) == 1}")
as_described = parses == {"alone": {"False"}, "with": {"True"}} and ratio > 1.3 and len(texts) == 1
sys.exit(0 if as_described else 1)
PY
[[ $status -eq 0 ]] || echo "The behaviour has changed." >&2
exit "$status"
