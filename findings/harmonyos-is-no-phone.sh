#!/usr/bin/env bash
# For user-agents Huawei's phones with HarmonyOS are neither phone nor computer; for bowser its computers are phones.
#
# Version:  user-agents 2.2.0 with ua-parser 1.0.2 (Python 3.11); bowser 2.15.1 and mobile-detect 1.4.5 (node 20).
# Expected: A browser that calls itself "Phone" and "Mobile" is a phone, one that says "PC" is not. Since HarmonyOS 5 the
#           browsers of these devices do not say Android any more but (Phone; OpenHarmony 5.0).
# Seen:     user-agents asks for names of devices and systems, and knows none here: is_mobile, is_tablet, is_pc
#           and is_bot are all false, in WeChat on such a phone as well. bowser takes whatever has Chrome and no known
#           system for a phone, tablets and computers too. mobile-detect is right.
# Matters:  A shop that offers the payment for phones if is_mobile shows these students a QR code, which nobody can
#           scan from the screen it is on; one that shows the QR code if is_pc shows nothing on such a computer. Look for
#           "Mobile" yourself where nothing is known.
#
# Output seen (device; user-agents; bowser; mobile-detect):
#   Android phone | mobile | mobile | phone
#   HarmonyOS phone | nothing | mobile | phone
#   WeChat on a HarmonyOS phone | nothing | mobile | phone
#   HarmonyOS tablet | nothing | mobile | tablet
#   HarmonyOS computer | nothing | mobile | -
#   Windows computer | pc | desktop | -
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check user-agents==2.2.0 ua-parser==1.0.2
npm install --silent --no-audit --no-fund --prefix "$folder" bowser@2.15.1 mobile-detect@1.4.5 > /dev/null
cd "$folder"

blink='AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0'
cat > devices <<DEVICES
Android phone|Mozilla/5.0 (Linux; Android 14; Pixel 8) $blink Mobile Safari/537.36
HarmonyOS phone|Mozilla/5.0 (Phone; OpenHarmony 5.0) $blink Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.1.9.301
WeChat on a HarmonyOS phone|Mozilla/5.0 (Phone; OpenHarmony 5.0) $blink Safari/537.36 ArkWeb/4.1.6.1 Mobile MicroMessenger/8.0.10.36(0xf3100a24) Weixin NetType/4G Language/zh_CN
HarmonyOS tablet|Mozilla/5.0 (Tablet; OpenHarmony 5.0) $blink Safari/537.36 ArkWeb/4.1.6.1 HuaweiBrowser/5.1.9.301
HarmonyOS computer|Mozilla/5.0 (PC; OpenHarmony 5.0) $blink Safari/537.36 ArkWeb/4.1.6.1 HuaweiBrowser/5.1.9.301
Windows computer|Mozilla/5.0 (Windows NT 10.0; Win64; x64) $blink Safari/537.36
DEVICES
cat > devices.py <<'PYTHON'
from user_agents import parse

for line in open("devices", encoding="utf-8"):
    name, agent = line.rstrip("\n").split("|")
    device = parse(agent)
    kinds = [kind for kind in ("mobile", "tablet", "pc", "bot") if getattr(device, f"is_{kind}")]
    print(name, "|", *kinds or ["nothing"])
PYTHON
cat > devices.cjs <<'SCRIPT'
const { readFileSync } = require('node:fs')
const bowser = require('bowser')
const MobileDetect = require('mobile-detect')

for (const line of readFileSync('devices', 'utf8').trimEnd().split('\n')) {
  const agent = line.split('|')[1]
  const detected = new MobileDetect(agent)
  const kind = (detected.tablet() && 'tablet') || (detected.mobile() && 'phone') || '-'
  console.log(` ${bowser.parse(agent).platform.type} | ${kind}`)
}
SCRIPT
paste -d '|' <(venv/bin/python devices.py | sed 's/$/ /') <(node devices.cjs) | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
