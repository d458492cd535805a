#!/usr/bin/env bash
# A QR code of qrcode-generator holds the lower half of each Chinese character only.
#
# Version:  qrcode-generator 2.0.4 and qrcode 1.5.4; read by jsqr 1.4.0 (node 20).
# Expected: `addData(text)` takes a string; what is scanned is that string, as with qrcode.
# Seen:     Its bytes are `charCodeAt(i) & 0xff` unless one sets otherwise: of 课 (U+8BFE) FE remains, of 程 (U+7A0B) the
#           control character 0B, and so on. Nothing is raised, the code is well formed, and no
#           reader can restore the text; some characters become letters: 先 (U+5148) is an H. A second function,
#           UTF-8, is there beside the default.
# Matters:  A poster's code with the address in ASCII works for a year, until one contains a course's name that was not
#           escaped, or holds a greeting beside the link. Scanning it is the only way to see it. Before the first code:
#           `qrcode.stringToBytes = qrcode.stringToBytesFuncs['UTF-8']` (last line).
#
# Output seen (what is read):
#   qrcode: "https://example.com/?q=课程", "先生"
#   qrcode-generator: "https://example.com/?q=þ\u000b", "H\u001f"
#   qrcode-generator, UTF-8: "https://example.com/?q=课程", "先生"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" qrcode-generator@2.0.4 qrcode@1.5.4 jsqr@1.4.0 > /dev/null

cat > "$folder/show.cjs" <<'SCRIPT'
const { default: jsQR } = require('jsqr')
const generatorModule = require('qrcode-generator')
const QRCode = require('qrcode')
const generator = generatorModule.default ?? generatorModule

/** What a reader finds in a picture with 4 points for each module and a white margin. */
function read(size, isDark) {
  const side = (size + 8) * 4
  const points = new Uint8ClampedArray(side * side * 4).fill(255)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [row, column] = [Math.floor(y / 4) - 4, Math.floor(x / 4) - 4]
      const inside = row >= 0 && column >= 0 && row < size && column < size
      if (inside && isDark(row, column)) points.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3)
    }
  }
  const { binaryData, data } = jsQR(points, side, side)
  // Bytes that are no UTF-8 are shown one by one.
  return JSON.stringify(data || String.fromCharCode(...binaryData))
}
function byGenerator(text) {
  const code = generator(0, 'M')
  code.addData(text)
  code.make()
  return read(code.getModuleCount(), (row, column) => code.isDark(row, column))
}
function byQRCode(text) {
  const { modules } = QRCode.create(text)
  return read(modules.size, (row, column) => modules.get(row, column))
}
const show = (name, make) => console.log(`${name}:`, ['https://example.com/?q=课程', '先生'].map(make).join(', '))
show('qrcode', byQRCode)
show('qrcode-generator', byGenerator)
generator.stringToBytes = generator.stringToBytesFuncs['UTF-8']
show('qrcode-generator, UTF-8', byGenerator)
SCRIPT

node "$folder/show.cjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
