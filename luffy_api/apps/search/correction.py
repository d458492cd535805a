"""Spelling correction ("did you mean"): typos, pinyin and homophones, by the words of the index.

Each run of letters or Chinese characters is segmented into words that the index has, where a word
may also stand for what sounds like it or is a few edits away. The cheapest segmentations win.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import product

from luffy_api.apps.search import spelling
from luffy_api.apps.search.engines.base import SearchBackend, WordsByKey
from luffy_api.apps.search.pinyin import pinyin
from luffy_api.apps.search.query import Query
from luffy_api.apps.search.tokenizer import HAN

MAX_SUGGESTIONS = 6
_PIECE = re.compile(rf"[a-z+#]+|[{HAN}]+")
_MAX_PIECE_LENGTH = 24
_MAX_PIECES = 5
_BEAM_WIDTH = 3
_MAX_HAN_WORD = 8

# Costs of reading a part of a piece as a word.
_WORD_COST = 0.2
_HOMOPHONE_COST = 1.0
_EDIT_COST = 1.2
_FIRST_LETTER_COST = 0.4
_INITIALS_COST = 2.2
_FREQUENCY_BONUS = 0.05


@dataclass(frozen=True, order=True)
class Candidate:
    """A reading of a piece as words of the index; `cost` 0 means unchanged."""

    cost: float
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words as one would type them: with spaces only between words of letters."""
        joined = " ".join(self.words)
        return re.sub(rf"(?<=[{HAN}]) | (?=[{HAN}])", "", joined)


def suggestions(engine: SearchBackend, query: Query) -> list[str]:
    """Return other queries that may have been meant, the likeliest first. Raises BackendError."""
    pieces = [m for m in _PIECE.finditer(query.text) if len(m.group()) <= _MAX_PIECE_LENGTH]
    pieces = pieces[:_MAX_PIECES]
    keys = {key for piece in pieces for part in _parts(piece.group()) for key in _keys(*part)}
    words = engine.words_by_key(keys) if keys else {}
    candidates = [_candidates(piece.group(), words) for piece in pieces]
    choices = sorted(
        product(*candidates), key=lambda choice: sum(candidate.cost for candidate in choice)
    )
    texts = (_replace(query.text, pieces, choice) for choice in choices[: 2 * MAX_SUGGESTIONS])
    return [text for text in dict.fromkeys(texts) if text != query.text][:MAX_SUGGESTIONS]


def _replace(text: str, pieces: list[re.Match[str]], choice: tuple[Candidate, ...]) -> str:
    for piece, candidate in reversed(list(zip(pieces, choice, strict=True))):
        text = text[: piece.start()] + candidate.text + text[piece.end() :]
    return " ".join(text.split())


def _candidates(piece: str, words: WordsByKey) -> list[Candidate]:
    """The cheapest segmentations of a piece; the piece itself when there is none."""
    best: list[list[Candidate]] = [[Candidate(0, ())], *([] for _ in piece)]
    for end in range(1, len(piece) + 1):
        extended = [
            Candidate(before.cost + cost, (*before.words, word))
            for start in range(end)
            for cost, word in _readings(piece, start, end, words)
            for before in best[start]
        ]
        best[end] = nsmallest(_BEAM_WIDTH, extended)
    return best[-1] or [Candidate(0, (piece,))]


def _readings(piece: str, start: int, end: int, words: WordsByKey) -> Iterator[tuple[float, str]]:
    """Yield (cost, word) for every word that a part of the piece may stand for."""
    part, whole = piece[start:end], end - start == len(piece)
    cheapest: dict[str, float] = {}
    for key in _keys(part, whole):
        for word, courses in words.get(key, ()):
            cost = _cost(key, part, word)
            if cost is not None:
                cost += _WORD_COST - _FREQUENCY_BONUS * math.log1p(min(courses, 1000)) / 7
                cheapest[word] = min(cost, cheapest.get(word, cost))
    for word, cost in cheapest.items():
        yield cost, word


def _cost(key: str, part: str, word: str) -> float | None:
    """The cost of reading a part as a word found under `key`; None when it may not be read so."""
    match key[0]:
        case "t":
            return 0.0
        case "p":
            return _HOMOPHONE_COST if len(word) > 1 or not part.isascii() else None
        case "i":
            return _INITIALS_COST if len(word) > 1 else None
        case "q":
            left = part if part.isascii() else pinyin(part)
            return _edit_cost(left, pinyin(word), at_most=1, base=_HOMOPHONE_COST)
        case _ if not part.isascii() and word in part:
            return None  # A Chinese character less is no correction: the word may not be complete.
        case _:
            return _edit_cost(part, word, at_most=spelling.max_edits(part), base=0)


def _edit_cost(left: str, right: str, *, at_most: int, base: float) -> float | None:
    edits = spelling.edit_distance(left, right)
    if edits > at_most:
        return None
    first_letter = 0 if left[:1] == right[:1] else _FIRST_LETTER_COST
    return base + _EDIT_COST * edits + first_letter


def _parts(piece: str) -> Iterator[tuple[str, bool]]:
    """Yield (part, whether it is the whole piece) for everything that may be a word."""
    longest = spelling.MAX_WORD if piece.isascii() else _MAX_HAN_WORD
    for start in range(len(piece)):
        for end in range(start + 1, min(start + longest, len(piece)) + 1):
            yield piece[start:end], end - start == len(piece)


def _keys(part: str, whole: bool) -> set[str]:
    """Keys to look up: edits are considered in a whole piece, and in any Chinese part."""
    if not part.isascii():
        return spelling.lookup_keys(part)
    if whole and len(part) > 1:
        return spelling.lookup_keys(part)
    return {f"t{part}", f"p{part}"} if len(part) > 1 else set()
