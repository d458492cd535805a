"""Writes luffy_api/apps/search/pinyin_table.txt from pypinyin.

    .venv/bin/python scripts/lib/pinyin_table.py

To run after another version of pypinyin was pinned; test_pinyin.py compares the two.
"""

from collections import defaultdict
from pathlib import Path

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

TARGET = Path(__file__).resolve().parents[2] / "luffy_api" / "apps" / "search" / "pinyin_table.txt"
HEADER = """\
# Made by scripts/lib/pinyin_table.py from pypinyin (MIT). First the usual reading of characters,
# then phrases in which one of them is read in another way, and those that keep such a phrase from
# being seen where it is not: each with its syllables.
"""
FIRST, LAST = 0x3400, 0x9FFF


def read(text: str) -> list[str]:
    """The syllables without tones, as pypinyin finds them."""
    return lazy_pinyin(text, style=Style.NORMAL, v_to_u=False, errors="default")


def main() -> None:
    """Write the table."""
    readings = {
        chr(code): read(chr(code))[0] for code in sorted(PINYIN_DICT) if FIRST <= code <= LAST
    }
    by_syllable: defaultdict[str, list[str]] = defaultdict(list)
    for character, syllable in readings.items():
        by_syllable[syllable].append(character)
    phrases = _needed_phrases(readings)
    lines = [f"{syllable} {''.join(found)}" for syllable, found in sorted(by_syllable.items())]
    lines += ["", *(f"{phrase} {' '.join(phrases[phrase])}" for phrase in sorted(phrases))]
    TARGET.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


def _needed_phrases(readings: dict[str, str]) -> dict[str, list[str]]:
    """The phrases without which `_read_by` would not read every one as pypinyin does."""
    phrases = sorted((p for p in PHRASES_DICT if set(p) <= readings.keys()), key=len)
    expected = {phrase: read(phrase) for phrase in phrases}
    needed: dict[str, list[str]] = {}
    while missing := [p for p in phrases if _read_by(readings, needed, p) != expected[p]]:
        shortest = len(missing[0])
        needed |= {phrase: expected[phrase] for phrase in missing if len(phrase) == shortest}
    return needed


def _read_by(readings: dict[str, str], phrases: dict[str, list[str]], text: str) -> list[str]:
    """As pinyin.py reads a Chinese text: the longest phrase at each place."""
    found, start = list[str](), 0
    while start < len(text):
        parts = (text[start:end] for end in range(len(text), start + 1, -1))
        phrase = next((part for part in parts if part in phrases), text[start])
        found += phrases.get(phrase, [readings.get(phrase, phrase)])
        start += len(phrase)
    return found


if __name__ == "__main__":
    main()
