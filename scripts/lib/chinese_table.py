"""Writes luffy_api/libs/chinese_table.txt from OpenCC's tables.

    .venv/bin/python scripts/lib/chinese_table.py

To run after another version of opencc was pinned; test_chinese.py compares the two.
"""

import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

import opencc

TARGET = Path(__file__).resolve().parents[2] / "luffy_api/libs/chinese_table.txt"
HEADER = """\
# Made by scripts/lib/chinese_table.py from OpenCC (Apache 2.0). First simplified characters with
# the traditional ones that are written so, then words of Taiwan, as they are spelt there, with
# the mainland's.
"""
BLOCKS = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000))
# Words of simplified texts as well: 著名, 乾坤, 慰藉.
BOTH = frozenset("著乾藉")
MAX_WORD = 8


def simplified_characters() -> dict[str, str]:
    """By traditional character the simplified one."""
    convert = opencc.OpenCC("t2s").convert
    pairs = ((chr(code), convert(chr(code))) for block in BLOCKS for code in block)
    return {
        old: new
        for old, new in pairs
        if old != new and old not in BOTH and len(new) == 1 and ord(new) < 0x10000
    }


def taiwan_words() -> dict[str, str]:
    """By a word of Taiwan, in traditional characters, the mainland's in simplified ones."""
    data = Path(opencc.__file__).parent / "clib"
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "words.txt")
        source = data / "share" / "opencc" / "TWPhrasesRev.ocd2"
        arguments = ["-i", source, "-f", "ocd2", "-o", text, "-t", "text"]
        subprocess.run([data / "bin" / "opencc_dict", *arguments], check=True)
        keys = [line.split("\t")[0] for line in text.read_text("utf-8").splitlines()]
    convert, spell = opencc.OpenCC("tw2sp").convert, opencc.OpenCC("tw2s").convert
    words = {key: convert(key) for key in keys if 2 <= len(key) <= MAX_WORD}
    return {key: word for key, word in words.items() if word != spell(key)}


def main() -> None:
    """Write the table."""
    spellings: defaultdict[str, str] = defaultdict(str)
    for old, new in simplified_characters().items():
        spellings[new] += old
    lines = [f"{new} {old}" for new, old in sorted(spellings.items())]
    lines += ["", *(f"{key} {word}" for key, word in sorted(taiwan_words().items()))]
    TARGET.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
