#!/usr/bin/env bash
# Slides that ffmpeg makes a video of have one colour at 480 lines and another at 720, in the browser.
#
# Version:  Debian's ffmpeg 5.1.9 and chromium-headless-shell 156 (their own versions are printed first),
#           playwright-core 1.65.1 (node 20).
# Expected: The renditions of one video, made by the same command at two sizes, have the colours of the picture.
# Seen:     Of RGB, as in PNG slides and most recordings of a screen, ffmpeg makes YUV by the formula of old television
#           (BT.601), whatever the size, and says so nowhere in the file. A browser has to guess: Chromium takes
#           that formula for small videos and the one of HDTV (BT.709) for those of 720 lines and more.
# Matters:  The red of a company's slides is another one in HD, and with HLS it changes in the middle of a lesson
#           when the player changes the quality. ffplay shows both alike. Convert and say so at all sizes:
#           `scale=…:out_color_matrix=bt709` with `-colorspace bt709 -color_primaries bt709 -color_trc bt709`
#           (last two lines).
#
# Output seen (lines, colour space that the file names, colour that Chromium shows of #c00000):
#   480 unknown: about #c00000
#   720 unknown: #d01300
#   480 bt709: about #c00000
#   720 bt709: about #c00000
set -euo pipefail
browser=$(command -v chromium-headless-shell || true)
[ -n "$browser" ] && command -v ffmpeg > /dev/null \
  || { echo "ffmpeg or Chromium is missing (apt-get install ffmpeg chromium-headless-shell)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" playwright-core@1.65.1 > /dev/null
ffmpeg -version | sed -n 1p
"$browser" --version

slide=(-f lavfi -i "color=0xc00000:size=1280x720:rate=5:duration=2,format=rgb24")
make() { ffmpeg -v error "${slide[@]}" "$@" -c:v libx264 -preset ultrafast -pix_fmt yuv420p "$output"; }
tags=(-colorspace bt709 -color_primaries bt709 -color_trc bt709)
for lines in 480 720; do
    output="$folder/$lines-plain.mp4" make -vf "scale=-2:$lines"
    output="$folder/$lines-said.mp4" make -vf "scale=-2:$lines:out_color_matrix=bt709" "${tags[@]}"
done

cat > "$folder/look.cjs" <<'SCRIPT'
const { createServer } = require('http')
const { readFileSync } = require('fs')
const { execFileSync } = require('child_process')
const { chromium } = require('playwright-core')

const look = async (name) => {
  const video = Object.assign(document.createElement('video'), { muted: true, src: name })
  await new Promise((resolve, reject) => Object.assign(video, { oncanplay: resolve, onerror: reject }))
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 64 })
  const context = canvas.getContext('2d')
  context.drawImage(video, 0, 0, 64, 64)
  return [...context.getImageData(32, 32, 1, 1).data].slice(0, 3)
}
const hex = (values) => `#${values.map((value) => value.toString(16).padStart(2, '0')).join('')}`
const near = (values) => values.every((value, place) => Math.abs(value - [0xc0, 0, 0][place]) < 4)

const main = async () => {
  const server = createServer(({ url }, response) => {
    response.setHeader('Content-Type', url.endsWith('.mp4') ? 'video/mp4' : 'text/html')
    response.end(url.endsWith('.mp4') ? readFileSync(__dirname + url) : '')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath: process.argv[2], args: ['--no-sandbox', '--no-proxy-server'] })
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  for (const kind of ['plain', 'said']) {
    for (const lines of [480, 720]) {
      const name = `/${lines}-${kind}.mp4`
      const probe = ['-v', 'error', '-show_entries', 'stream=color_space', '-of', 'csv=p=0', __dirname + name]
      const colour = await page.evaluate(look, name)
      const shown = near(colour) ? 'about #c00000' : hex(colour)
      console.log(`${lines} ${execFileSync('ffprobe', probe, { encoding: 'utf8' }).trim()}: ${shown}`)
    }
  }
  await browser.close()
  server.close()
}
main()
SCRIPT

node "$folder/look.cjs" "$browser" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
