#!/usr/bin/env bash
# Of four students' files in a ZIP made on a Chinese Windows, JSZip and unzipper keep two, without a word.
#
# Version:  jszip 3.10.2, unzipper 0.12.5, adm-zip 0.6.1, fflate 0.8.3 (node 20) and Python's zipfile.
# Expected: Windows and older tools write names in GBK without the flag of UTF-8. A reader that does not know that
#           shows wrong names, but as many files as there are.
# Seen:     JSZip, unzipper and adm-zip decode each name as UTF-8 and put U+FFFD for what is none. The four bytes of
#           张三, 李四 and 王五 are none of them UTF-8, so all three become ����.docx. In JSZip's `files` and in the
#           folder of unzipper's `extract` the last one stays, under that name; adm-zip refuses to open the archive.
#           fflate and zipfile take another table (Latin 1, code page 437), whose wrong names differ.
# Matters:  A teacher uploads the homework of a class as one ZIP and two students have handed in nothing. 第一课.txt and
#           第二课.txt, as in a test, have bytes that are UTF-8 by chance and stay apart. Decode the raw bytes:
#           `decodeFileName` of JSZip, `metadata_encoding="gbk"` of zipfile (last lines).
#
# Output seen (files read of four; of two lessons):
#   jszip: 2; 2
#   unzipper: 2; 2
#   adm-zip: ADM-ZIP: Duplicate entry name "����.docx"; 2
#   fflate: 4; 2
#   zipfile: 4; 2
#   jszip, decodeFileName: 张三.docx 李四.docx 王五.docx 陈晨.docx; 第一课.txt 第二课.txt
#   zipfile, gbk: 张三.docx 李四.docx 王五.docx 陈晨.docx; 第一课.txt 第二课.txt
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" \
    jszip@3.10.2 unzipper@0.12.5 adm-zip@0.6.1 fflate@0.8.3 > /dev/null
cd "$folder"

cat > archive.py <<'PYTHON'
import sys
import zipfile


class FromWindows(zipfile.ZipInfo):
    """A name in GBK without the flag of UTF-8."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("gbk"), self.flag_bits


CLASSES = {
    "homework.zip": ["张三.docx", "李四.docx", "王五.docx", "陈晨.docx"],
    "lessons.zip": ["第一课.txt", "第二课.txt"],
}
if sys.argv[1:] == ["write"]:
    for path, names in CLASSES.items():
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(FromWindows(name, (2026, 1, 5, 8, 0, 0)), f"from {name}")
else:
    print("zipfile:", "; ".join(str(len(set(zipfile.ZipFile(path).namelist()))) for path in CLASSES))
    read = [zipfile.ZipFile(path, metadata_encoding="gbk").namelist() for path in CLASSES]
    print("zipfile, gbk:", "; ".join(" ".join(names) for names in read))
PYTHON

cat > read.cjs <<'SCRIPT'
const fs = require('fs')
const AdmZip = require('adm-zip')
const { unzipSync } = require('fflate')
const JSZip = require('jszip')
const unzipper = require('unzipper')

async function extracted(path) {
  const target = fs.mkdtempSync('extracted-')
  await (await unzipper.Open.file(path)).extract({ path: fs.realpathSync(target) })
  return fs.readdirSync(target).length
}
function entries(path) {
  try {
    return new AdmZip(path).getEntries().length
  } catch (error) {
    return error.message
  }
}
const gbk = { decodeFileName: (bytes) => new TextDecoder('gbk').decode(bytes) }
const names = async (path, options) => Object.keys((await JSZip.loadAsync(fs.readFileSync(path), options)).files)
const readers = {
  jszip: async (path) => (await names(path)).length,
  unzipper: extracted,
  'adm-zip': entries,
  fflate: (path) => Object.keys(unzipSync(fs.readFileSync(path))).length,
}
async function show(name, read) {
  console.log(`${name}: ${await read('homework.zip')}; ${await read('lessons.zip')}`)
}
async function main() {
  for (const [name, read] of Object.entries(readers)) await show(name, read)
  process.stdout.write(fs.readFileSync(0))
  await show('jszip, decodeFileName', async (path) => (await names(path, gbk)).join(' '))
}
main()
SCRIPT

python3 archive.py write
python3 archive.py read > by-python
{
  sed -n 1p by-python | node read.cjs
  sed -n 2p by-python
} | tee seen
cd "$OLDPWD"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
