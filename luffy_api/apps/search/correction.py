"""Did you mean: misspelt words, pinyin and wrong characters, mended with the index's own words.

Each run of letters or Chinese characters is divided anew into words that the index has, where a
word may also stand for what sounds like it or is a letter away from it. The cheapest ways win.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import product

from luffy_api.apps.search import sounds, spelling
from luffy_api.apps.search.engines.base import Candidates, SearchBackend
from luffy_api.apps.search.query import Query
from luffy_api.apps.search.words import HAN

MAX_PROPOSALS = 6
_PIECE = re.compile(rf"[a-z+#]+|[{HAN}]+")
_MAX_PIECE = 24
_MAX_PIECES = 5
_WAYS = 3
_LONGEST_HAN = 8

_PER_WORD = 0.2
_SAME_SOUND = 1.0
_PER_MISTAKE = 1.2
_ANOTHER_BEGINNING = 0.4
_INITIALS = 2.2
_FREQUENT = 0.05


@dataclass(frozen=True, order=True)
class Way:
    """A way to read a piece; `cost` 0 is as it stands."""

    cost: float
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words as one would type them: a space only between two of letters."""
        joined = " ".join(self.words)
        return re.sub(rf"(?<=[{HAN}]) | (?=[{HAN}])", "", joined)


def proposals(engine: SearchBackend, query: Query) -> list[str]:
    """Other queries that may have been meant, the likeliest first. Raises BackendFault."""
    pieces = [piece for piece in _PIECE.finditer(query.text) if len(piece.group()) <= _MAX_PIECE]
    pieces = pieces[:_MAX_PIECES]
    keys = {key for piece in pieces for part in _parts(piece.group()) for key in _keys(*part)}
    candidates = engine.candidates(keys) if keys else {}
    ways = [_ways(piece.group(), candidates) for piece in pieces]
    choices = sorted(product(*ways), key=lambda choice: sum(way.cost for way in choice))
    texts = (_replaced(query.text, pieces, choice) for choice in choices[: 2 * MAX_PROPOSALS])
    return [text for text in dict.fromkeys(texts) if text != query.text][:MAX_PROPOSALS]


def _replaced(text: str, pieces: list[re.Match[str]], choice: tuple[Way, ...]) -> str:
    for piece, way in reversed(list(zip(pieces, choice, strict=True))):
        text = text[: piece.start()] + way.text + text[piece.end() :]
    return " ".join(text.split())


def _ways(piece: str, candidates: Candidates) -> list[Way]:
    """The cheapest ways to divide a piece; the piece itself when there is none."""
    best: list[list[Way]] = [[Way(0, ())], *([] for _ in piece)]
    for end in range(1, len(piece) + 1):
        found = [
            Way(before.cost + cost, (*before.words, word))
            for start in range(end)
            for cost, word in _readings(piece, start, end, candidates)
            for before in best[start]
        ]
        best[end] = nsmallest(_WAYS, found)
    return best[-1] or [Way(0, (piece,))]


def _readings(
    piece: str, start: int, end: int, candidates: Candidates
) -> Iterator[tuple[float, str]]:
    """(cost, word) of every word that a part of the piece may stand for."""
    part, whole = piece[start:end], end - start == len(piece)
    seen: dict[str, float] = {}
    for key in _keys(part, whole):
        for word, courses in candidates.get(key, ()):
            cost = _cost(key, part, word)
            if cost is not None:
                cost += _PER_WORD - _FREQUENT * math.log1p(min(courses, 1000)) / 7
                seen[word] = min(cost, seen.get(word, cost))
    for word, cost in seen.items():
        yield cost, word


def _cost(key: str, part: str, word: str) -> float | None:
    """What it costs to take a part for a word that was found under a key."""
    match key[0]:
        case "t":
            return 0.0
        case "p":
            return _SAME_SOUND if len(word) > 1 or not part.isascii() else None
        case "i":
            return _INITIALS if len(word) > 1 else None
        case "q":
            left = part if part.isascii() else sounds.pinyin(part)
            return _mistakes(left, sounds.pinyin(word), most=1, extra=_SAME_SOUND)
        case _ if not part.isascii() and word in part:
            return None  # A Chinese character less is no correction: the word may not be typed out.
        case _:
            return _mistakes(part, word, most=spelling.tolerance(part), extra=0)


def _mistakes(left: str, right: str, *, most: int, extra: float) -> float | None:
    mistakes = spelling.distance(left, right)
    if mistakes > most:
        return None
    beginning = 0 if left[:1] == right[:1] else _ANOTHER_BEGINNING
    return extra + _PER_MISTAKE * mistakes + beginning


def _parts(piece: str) -> Iterator[tuple[str, bool]]:
    """(part, whether it is the whole piece) of everything that may be a word of its own."""
    longest = spelling.MAX_WORD if piece.isascii() else _LONGEST_HAN
    for start in range(len(piece)):
        for end in range(start + 1, min(start + longest, len(piece)) + 1):
            yield piece[start:end], end - start == len(piece)


def _keys(part: str, whole: bool) -> set[str]:
    """Mistakes are looked for in a whole piece, and in any part that is Chinese."""
    if not part.isascii():
        return spelling.keys_of_guess(part)
    if whole and len(part) > 1:
        return spelling.keys_of_guess(part)
    return {f"t{part}", f"p{part}"} if len(part) > 1 else set()
