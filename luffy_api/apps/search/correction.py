"""Spelling correction ("did you mean"): typos, pinyin and homophones, by the words of the index.

Each run of letters or Chinese characters is segmented into words that the index has, where a word
may also stand for what sounds like it or is a few edits away. The cheapest segmentations win.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import product
from pathlib import Path
from typing import Protocol

from luffy_api.apps.search import aliases, said_words, spelling
from luffy_api.apps.search.aliases import Aliases
from luffy_api.apps.search.engines.base import WordsByKey
from luffy_api.apps.search.pinyin import (
    is_short,
    is_syllables,
    pinyin,
    readings,
    sound_alike,
)
from luffy_api.apps.search.query import Query
from luffy_api.apps.search.tokenizer import DOMAIN_WORDS, HAN, STOP_WORDS, Tokenizer

MAX_SUGGESTIONS = 6
_PIECE = re.compile(rf"[a-z+#]+|[{HAN}]+")
_MAX_PIECE_LENGTH = 24
_MAX_PIECES = 5
_BEAM_WIDTH = 3
_MAX_HAN_WORD = 8

# Whether a part of a query is a word, and stays one.
Stays = Callable[[str], bool]

# Costs of reading a part of a piece as a word.
_WORD_COST = 0.2
_HOMOPHONE_COST = 1.0
_EDIT_COST = 1.2
_FIRST_LETTER_COST = 0.4
_INITIALS_COST = 2.2
_SHUFFLED_COST = 1.5
_FREQUENCY_BONUS = 0.05
_TRADE_BONUS = 0.1
# Names of the trade that a catalogue may lack: who types rust wants no course on REST.
_TRADE_WORDS = frozenset(Path(__file__).with_name("trade_words.txt").read_text("utf-8").split())


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


class Vocabulary(Protocol):
    """What knows the words of the catalogue."""

    def words_by_key(self, keys: Iterable[str]) -> WordsByKey:
        """The words under keys of `spelling`."""

    def tokenizer(self) -> Tokenizer:
        """What knows the words of a dictionary."""


def suggestions(source: Vocabulary, query: Query, known: Aliases = aliases.NONE) -> list[str]:
    """Return other queries that may have been meant, the likeliest first. Raises BackendError.

    A word of the catalogue, of the dictionary or among the `known` other names stays what it is,
    whatever sounds like it.
    """
    text = query.rest
    words, stays = _known_words(source, text, known)
    said = _suggestions(text, words, stays)
    joined = _with_syllables_joined(text, stays)
    if joined != text:
        said = [*_suggestions(joined, *_known_words(source, joined, known)), *said]
    return list(dict.fromkeys(said))


def _pieces(text: str) -> list[re.Match[str]]:
    pieces = [m for m in _PIECE.finditer(text) if len(m.group()) <= _MAX_PIECE_LENGTH]
    return pieces[:_MAX_PIECES]


def _known_words(source: Vocabulary, text: str, known: Aliases) -> tuple[WordsByKey, Stays]:
    """What parts of a text may stand for, and whether a part of it is a word."""
    parts = [part for piece in _pieces(text) for part in _parts(piece.group())]
    keys = {key for part in parts for key in _keys(*part)}
    found = source.words_by_key(keys) if keys else {}
    words = said_words.added_to(found, keys, text, known)
    is_word = source.tokenizer().is_word

    def stays(part: str) -> bool:
        if part.isascii():
            return f"t{part}" in found or part in _TRADE_WORDS or bool(known.of(part))
        return len(part) > 1 and (is_word(part) or f"t{part}" in found or bool(known.of(part)))

    return words, stays


def _with_syllables_joined(text: str, stays: Stays) -> str:
    """Pinyin is also typed with blanks: `zhuang shi qi`."""
    said: list[str] = []
    joins = False
    for part in text.split():
        is_pinyin = is_syllables(part) and not stays(part)
        said += [part] if not (joins and is_pinyin) else [said.pop() + part]
        joins = is_pinyin
    return " ".join(said)


def _suggestions(text: str, words: WordsByKey, stays: Stays) -> list[str]:
    pieces = _pieces(text)
    candidates = [_candidates(piece.group(), words, stays) for piece in pieces]
    choices = sorted(
        product(*candidates), key=lambda choice: sum(candidate.cost for candidate in choice)
    )
    texts = (_replace(text, pieces, choice) for choice in choices[: 2 * MAX_SUGGESTIONS])
    return [said for said in dict.fromkeys(texts) if said != text][:MAX_SUGGESTIONS]


def _replace(text: str, pieces: list[re.Match[str]], choice: tuple[Candidate, ...]) -> str:
    for piece, candidate in reversed(list(zip(pieces, choice, strict=True))):
        text = text[: piece.start()] + candidate.text + text[piece.end() :]
    return " ".join(text.split())


def _candidates(piece: str, words: WordsByKey, stays: Stays) -> list[Candidate]:
    """The cheapest segmentations of a piece; the piece itself when there is none."""
    best: list[list[Candidate]] = [[Candidate(0, ())], *([] for _ in piece)]
    for end in range(1, len(piece) + 1):
        extended = [
            Candidate(before.cost + cost, (*before.words, word))
            for start in range(end)
            for cost, word in _readings(piece, start, end, words, stays)
            for before in best[start]
        ]
        best[end] = nsmallest(_BEAM_WIDTH, extended)
    return best[-1] or [Candidate(0, (piece,))]


def _readings(
    piece: str, start: int, end: int, words: WordsByKey, stays: Stays
) -> Iterator[tuple[float, str]]:
    """Yield (cost, word) for every word that a part of the piece may stand for."""
    part, whole = piece[start:end], end - start == len(piece)
    is_kept = stays(part)
    if is_kept and (f"t{part}" not in words or not part.isascii()):
        yield _WORD_COST, part
        return
    cheapest: dict[str, float] = {}
    for key in [f"t{part}"] if is_kept else _keys(part, whole):
        for word, courses in words.get(key, ()):
            cost = _cost(key, part, word)
            if cost is not None:
                cost += _WORD_COST - _FREQUENCY_BONUS * math.log1p(min(courses, 1000)) / 7
                cost -= _TRADE_BONUS * (word in DOMAIN_WORDS or word in _TRADE_WORDS)
                cheapest[word] = min(cost, cheapest.get(word, cost))
    for word, cost in cheapest.items():
        yield cost, word


def _cost(key: str, part: str, word: str) -> float | None:
    """The cost of reading a part as a word found under `key`; None when it may not be read so."""
    match key[0]:
        case "t":
            return 0.0
        case _ if len(word) == 1 or word in STOP_WORDS:
            return None
        case "p":
            return _HOMOPHONE_COST
        case "a":
            return _SHUFFLED_COST
        case "i":
            return _INITIALS_COST if len(part) > 2 else None
        case "q":
            left = part if part.isascii() else pinyin(part)
            # Pinyin of two syllables is that of some word: yinhang is 银行, and no yunhang.
            sounds = (
                sound
                for sound in readings(word)
                if not (part.isascii() and is_short(part)) or sound_alike(part, sound)
            )
            costs = (_edit_cost(left, sound, at_most=1, base=_HOMOPHONE_COST) for sound in sounds)
            return min((cost for cost in costs if cost is not None), default=None)
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
