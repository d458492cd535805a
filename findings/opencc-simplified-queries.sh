#!/usr/bin/env bash
# OpenCC's "Taiwan to Mainland" changes text that is already Simplified Chinese.
#
# Version:  OpenCC 1.4.2 and opencc-python-reimplemented 0.1.7. Both are imported as `opencc` and have the
#           same class and configurations, so either passes for the other.
# Expected: tw2sp turns Traditional Chinese with Taiwan's words into Simplified with the Mainland's
#           (滑鼠 to 鼠标) and leaves Simplified text alone, as t2s does.
# Seen:     Its word lists also hit Simplified words that look like Taiwan's: 程序员 (programmer) becomes
#           进程员, which is no word, as 程序 is 進程's name in Taiwan; 文件 becomes 文档. The second package also
#           rewrites 什么 (what) as 什幺 with tw2s and tw2sp, the first does not.
# Matters:  A search box that takes both scripts sends every query through such a table; then 程序员 finds no
#           course. Convert with t2s, which only exchanges characters, and keep Taiwan's words as synonyms.
#
# Output seen (package, configuration, results):
#   OpenCC t2s: 滑鼠 -> 滑鼠, 資料庫 -> 资料库, 程序员 -> 程序员, 文件上传 -> 文件上传, 什么是接口 -> 什么是接口
#   OpenCC tw2s: 滑鼠 -> 滑鼠, 資料庫 -> 资料库, 程序员 -> 程序员, 文件上传 -> 文件上传, 什么是接口 -> 什么是接口
#   OpenCC tw2sp: 滑鼠 -> 鼠标, 資料庫 -> 数据库, 程序员 -> 进程员, 文件上传 -> 文档上传, 什么是接口 -> 什么是接口
#   opencc-python-reimplemented t2s: 滑鼠 -> 滑鼠, 資料庫 -> 资料库, 程序员 -> 程序员, 文件上传 -> 文件上传, 什么是接口 -> 什么是接口
#   opencc-python-reimplemented tw2s: 滑鼠 -> 滑鼠, 資料庫 -> 资料库, 程序员 -> 程序员, 文件上传 -> 文件上传, 什么是接口 -> 什幺是接口
#   opencc-python-reimplemented tw2sp: 滑鼠 -> 鼠标, 資料庫 -> 数据库, 程序员 -> 进程员, 文件上传 -> 文档上传, 什么是接口 -> 什幺是接口
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/convert.py" <<'PYTHON'
import sys

import opencc

for configuration in ("t2s", "tw2s", "tw2sp"):
    convert = opencc.OpenCC(configuration).convert
    texts = ("滑鼠", "資料庫", "程序员", "文件上传", "什么是接口")
    results = ", ".join(f"{text} -> {convert(text)}" for text in texts)
    print(f"{sys.argv[1]} {configuration}: {results}")
PYTHON

# An environment for each: installed together, one would overwrite the other.
for package in OpenCC==1.4.2 opencc-python-reimplemented==0.1.7; do
    name=${package%%==*}
    python3 -m venv "$folder/$name"
    "$folder/$name/bin/pip" install --quiet --disable-pip-version-check "$package"
    "$folder/$name/bin/python" "$folder/convert.py" "$name"
done | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
