"""The font of certificates: Noto Serif SC, whole, from the package that share pictures use, too."""

from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn


def path() -> Path:
    """Where the OpenType file lies."""
    return pylopdf_fonts_zh_cn.serif_path()


def missing_from(text: str) -> str:
    """Those characters of the text for which the font has no shape, each once, in order."""
    return "".join(dict.fromkeys(each for each in text if ord(each) not in _characters()))


def printable(text: str) -> str:
    """The text on one line, without what the font has no shape for, such as emoji."""
    line = " ".join(text.split())
    gone = missing_from(line)
    return " ".join("".join(each for each in line if each not in gone).split())


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    """The code points that the font has: 31,000, some megabytes of whichever process asks."""
    # Only those who ask for a certificate wait for the import.
    from fontTools.ttLib import TTFont

    with TTFont(path(), lazy=True) as font:
        return frozenset(font.getBestCmap())
