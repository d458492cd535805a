#!/usr/bin/env bash
# A captcha of the package `captcha` in a dark colour: the darker the text, the paler the picture.
#
# Version:  captcha 0.7.1 with Pillow 13.0.0.
# Expected: `generate_image(text, fg_color=(0, 0, 0))` draws black characters on the background.
# Seen:     each character's own picture serves as the mask with which it is put on the background, after
#           a conversion to grey that leaves out the transparency. So the brightness of the text's colour is
#           its opacity: black text leaves no trace, dark text is pale, and only 129 and brighter is drawn as
#           asked for. The colours that the library chooses itself go from 10 to 200, so some of its pictures
#           are nearly blank. Dots and curve, which need no mask, are drawn in the right colour.
# Matters:  A shop that asks for dark text, for contrast, shows its students dots and no characters; tests
#           that look only at the size or type of the answer pass. Draw with (129, 129, 129) on white and
#           stretch the contrast.
#
# Output seen (brightness of the text asked for, darkest pixel of 20 pictures without dots and curve):
#   0 | 255
#   129 | 129
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check captcha==0.7.1 pillow==13.0.0

cat > "$folder/draw.py" <<'PYTHON'
from captcha.image import ImageCaptcha

WHITE = (255, 255, 255)
for grey in (0, 129):
    captcha = ImageCaptcha()
    pictures = [captcha.create_captcha_image("H", (grey,) * 3, WHITE) for _ in range(20)]
    print(grey, min(picture.convert("L").getextrema()[0] for picture in pictures), sep=" | ")
PYTHON

"$folder/venv/bin/python" "$folder/draw.py" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
