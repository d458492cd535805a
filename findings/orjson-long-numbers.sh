#!/usr/bin/env bash
# orjson reads a whole number of 20 digits as a float, and so as another number, where five other readers keep it.
#
# Version:  orjson 3.13.0; beside it msgspec 0.23.0, ujson 6.1.0, python-rapidjson 1.25, pydantic-core 2.50.5 and json
#           of Python 3.11.
# Expected: What does not fit into 64 bits is read as Python's int, as json does, or refused, as orjson's own dumps
#           refuses it ("Integer exceeds 64-bit range").
# Seen:     loads returns a float of the nearest value without a word, from 2**64 on. The last digits are gone, the type
#           is another, and `dumps(loads(text))` is not the text.
# Matters:  Numbers of orders and payments that begin with the date have 20 digits and more, and some systems
#           send them without quotes. All orders of one second become one and the same. The tests with short
#           numbers pass before and after json is replaced by orjson. Send such numbers as texts.
#
# Output seen (two orders of one second, 20261130041500000123 and …124, as they are read):
#   json: 20261130041500000123, 20261130041500000124
#   msgspec: 20261130041500000123, 20261130041500000124
#   ujson: 20261130041500000123, 20261130041500000124
#   rapidjson: 20261130041500000123, 20261130041500000124
#   pydantic-core: 20261130041500000123, 20261130041500000124
#   orjson: 2.02611300415e+19, 2.02611300415e+19
#   orjson.loads of 2**64 - 1: 18446744073709551615, of 2**64: 1.8446744073709552e+19
#   orjson.dumps of 2**64: TypeError
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check orjson==3.13.0 msgspec==0.23.0 ujson==6.1.0 \
  python-rapidjson==1.25 pydantic-core==2.50.5

cat > "$folder/read.py" <<'PYTHON'
import json

import msgspec
import orjson
import pydantic_core
import rapidjson
import ujson

READERS = {
    "json": json.loads,
    "msgspec": msgspec.json.decode,
    "ujson": ujson.loads,
    "rapidjson": rapidjson.loads,
    "pydantic-core": pydantic_core.from_json,
    "orjson": orjson.loads,
}
ORDERS = "[20261130041500000123, 20261130041500000124]"


def written(number):
    try:
        return orjson.dumps(number).decode()
    except TypeError as error:
        return type(error).__name__


for name, read in READERS.items():
    print(f"{name}: {', '.join(map(repr, read(ORDERS)))}")
last, beyond = (orjson.loads(str(number)) for number in (2**64 - 1, 2**64))
print(f"orjson.loads of 2**64 - 1: {last!r}, of 2**64: {beyond!r}")
print(f"orjson.dumps of 2**64: {written(2**64)}")
PYTHON

"$folder/venv/bin/python" "$folder/read.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
