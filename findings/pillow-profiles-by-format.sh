#!/usr/bin/env bash
# Pillow keeps the colour profile of a picture when it saves AVIF, PNG or TIFF, and drops it for WebP and JPEG.
#
# Version:  Pillow 13.0.0. The picture is made, and the saved ones are shown as sRGB, by sharp 0.35.5 (node 20).
# Expected: `Image.open(cover).save(…)` treats the colour profile alike in all formats that can hold one, all the more as
#           `info["icc_profile"]` is there.
# Seen:     AVIF, PNG and TIFF take the profile from `info`, WebP and JPEG only if it is given as an argument. The same
#           numbers without their profile are another colour: the orange of a photo in Display P3, as
#           telephones and Macs make them, becomes a duller one.
# Matters:  A shop that serves AVIF to the browsers that take it and WebP to the others shows each cover in two
#           colours, and whoever looks does it in one browser. Give `icc_profile` to each save, or convert to
#           sRGB with ImageCms and give None.
#
# Output seen (the colour that a viewer shows, profile within):
#   as made: orange, profile
#   AVIF: orange, profile
#   PNG: orange, profile
#   TIFF: orange, profile
#   WEBP: duller, none
#   JPEG: duller, none
#   WEBP, profile given: orange, profile
#   JPEG, profile given: orange, profile
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0
npm install --silent --no-audit --no-fund --prefix "$folder" sharp@0.35.5 > /dev/null
cd "$folder"

cat > make.cjs <<'SCRIPT'
const create = { width: 64, height: 64, channels: 3, background: '#ff5500' }
require('sharp')({ create }).withIccProfile('p3').png().toFile('as made')
SCRIPT

cat > save.py <<'PYTHON'
from PIL import Image

cover = Image.open("as made")
for name in ("AVIF", "PNG", "TIFF", "WEBP", "JPEG"):
    cover.save(name, name)
for name in ("WEBP", "JPEG"):
    cover.save(f"{name}, profile given", name, icc_profile=cover.info["icc_profile"])
PYTHON

cat > show.cjs <<'SCRIPT'
const sharp = require('sharp')
const show = async () => {
  for (const name of ['as made', 'AVIF', 'PNG', 'TIFF', 'WEBP', 'JPEG', 'WEBP, profile given', 'JPEG, profile given']) {
    const { icc } = await sharp(name).metadata()
    const pixels = await sharp(name).toColourspace('srgb').raw().toBuffer()
    const [red, green, blue] = pixels
    const colour = red > 250 && green < 90 && blue < 10 ? 'orange' : red < 240 && blue > 35 ? 'duller' : 'another'
    console.log(`${name}: ${colour}, ${icc ? 'profile' : 'none'}`)
  }
}
show()
SCRIPT

node make.cjs
venv/bin/python save.py
node show.cjs | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
