"""Text as search sees it: full width, case and compatibility forms folded, places remembered."""

import unicodedata
from collections.abc import Iterable

Range = tuple[int, int]


class _Folded(dict[int, str]):
    """Filled as characters come; `str.translate` then works at the speed of C."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        # What only directs the display (joiners, marks of direction) is no part of a word.
        invisible = unicodedata.category(character) == "Cf"
        folded = "" if invisible else unicodedata.normalize("NFKC", character).casefold()
        if len(self) < _MAX_REMEMBERED:
            self[code] = folded
        return folded


_MAX_REMEMBERED = 20_000
_FOLDED = _Folded()


def fold(text: str) -> str:
    """`ＰＹＴＨＯＮ` and `Python` are the same word."""
    return text.translate(_FOLDED)


def marks(text: str, words: Iterable[str]) -> list[Range]:
    """Where folded `words` occur in `text`, as merged [start, end) ranges of code points."""
    folded, places = _fold_with_places(text)
    found: list[Range] = []
    for word in words:
        start = folded.find(word) if word else -1
        while start >= 0:
            end = start + len(word)
            found.append((places[start], places[end - 1] + 1))
            start = folded.find(word, end)
    return _merged(found)


def _fold_with_places(text: str) -> tuple[str, list[int]]:
    pieces, places = [], []
    for place, character in enumerate(text):
        piece = fold(character)
        pieces.append(piece)
        places += [place] * len(piece)
    return "".join(pieces), places


def _merged(ranges: list[Range]) -> list[Range]:
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
