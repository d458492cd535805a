"""The tokenizer of search: the same for what is indexed and for queries.

A token consists of letters a-z, digits and Chinese characters; every other character is written in
hexadecimal. Tokens are stored with spaces between, so that an engine only has to split at spaces
and no analyzer of its own changes them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from luffy_api.apps.search.normalization import normalize

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
# Of one script each: Chinese; letters and digits; anything else that is part of words.
_RUN = re.compile(rf"[{HAN}]+|(?:[a-z]+(?:\+\+|\#)?|[0-9]+)+|(?:(?![{HAN}a-z0-9_])\w)+")
_LATIN_TOKEN = re.compile(r"[a-z]+(?:\+\+|#)?|[0-9]+")
_PLAIN = re.compile(rf"[{HAN}a-z0-9+#]")
_VOCABULARY = re.compile(rf"[a-z][a-z+#]{{1,19}}|[{HAN}]{{1,12}}")
DOMAIN_WORDS = frozenset(Path(__file__).with_name("domain_words.txt").read_text("utf-8").split())
# Chinese particles and English articles: they occur in every text.
STOP_WORDS = frozenset("的了和与及在是之吗呢吧啊着过") | {"the", "of", "and"}
_MAX_COMPOUND = 12

# Whether rjieba's own instance belongs to a tokenizer.
_taken: list[Any] = []

# Tokens that stand side by side.
Phrase = tuple[str, ...]


class Tokenizer:
    """rjieba with additional words: those of domain_words.txt and the catalogue's own."""

    def __init__(self, dictionary: Iterable[str] = ()) -> None:
        self._jieba = _new_jieba()
        for word in [*sorted(DOMAIN_WORDS), *dictionary]:
            self._jieba.add_word(word, None, None)
        self._segment = lru_cache(maxsize=50_000)(self._segment_run)
        self._decompose = lru_cache(maxsize=50_000)(self._decompose_word)
        # Words and names of sections come again and again.
        self._indexed = lru_cache(maxsize=50_000)(self._index_run)
        self.tokenize_text = lru_cache(maxsize=20_000)(self._tokenize_text)

    def tokenize(self, normalized: str) -> str:
        """Return the tokens to index, with spaces between.

        The parts of a compound stand before the compound.
        """
        return self.tokenize_runs(_RUN.findall(normalized))

    def tokenize_runs(self, found: Iterable[str]) -> str:
        """The same for the `runs` of a text."""
        return " ".join(map(self._indexed, found))

    def distinct(self, normalized: str) -> str:
        """The tokens of a long text, each word and each run of letters and digits once.

        Nothing of it is cached, because it would drive out what comes again.
        """
        found: dict[str, None] = {}
        for run in dict.fromkeys(runs(normalized)):
            if is_han(run):
                parts = map(self._decompose, dict.fromkeys(self._segment_run(run)))
                found.update(dict.fromkeys(chain.from_iterable(parts)))
            else:
                found[" ".join(_tokens_of_run(run))] = None
        return " ".join(found)

    def tokenize_query(self, normalized: str) -> list[Phrase]:
        """Return the phrases that a course must have; `vue3` is the phrase `vue 3`.

        Stop words are left out, unless the query consists of nothing else.
        """
        phrases: list[Phrase] = []
        for run in runs(normalized):
            if is_han(run):
                phrases += [(word,) for word in self._segment(run)]
            else:
                phrases.append(tuple(_tokens_of_run(run)))
        return [phrase for phrase in phrases if phrase[0] not in STOP_WORDS] or phrases

    def boundaries(self, normalized: str) -> set[int]:
        """Return where words of the text begin or end; 新手 is no word of 新手机."""
        places: set[int] = set()
        for run in _RUN.finditer(normalized):
            place = run.start()
            words = self._segment(run[0]) if is_han(run[0]) else [run[0]]
            for word in words:
                places |= {place, place + len(word)}
                place += len(word)
        return places

    def is_word(self, text: str) -> bool:
        """Whether a dictionary or the catalogue has it as a word."""
        return self._is_known(text)

    def _tokenize_text(self, text: str) -> str:
        """The tokens of a text that is not normalized yet."""
        return self.tokenize(normalize(text))

    def _index_run(self, run: str) -> str:
        if not is_han(run):
            return " ".join(_tokens_of_run(run))
        return " ".join(part for word in self._segment(run) for part in self._decompose(word))

    def _segment_run(self, run: str) -> list[str]:
        return list(self._jieba.cut(run))

    def _decompose_word(self, word: str) -> list[str]:
        if len(word) == 3:
            return [*filter(self._is_known, (word[:2], word[1:])), word]
        for position in _split_positions(len(word)):
            head, tail = word[:position], word[position:]
            if self._is_known(head) and self._is_known(tail):
                return [*self._decompose(head), *self._decompose(tail), word]
        return [word]

    def _is_known(self, part: str) -> bool:
        return bool(self._jieba.has_word(part))


@lru_cache(maxsize=4)
def get_tokenizer(dictionary: tuple[str, ...]) -> Tokenizer:
    """Return the tokenizer with these additional words; making one takes a tenth of a second."""
    return Tokenizer(dictionary)


def _split_positions(length: int) -> list[int]:
    """Where to split a compound: the most even halves first, never a single character."""
    if not 4 <= length <= _MAX_COMPOUND:
        return []
    return sorted(
        range(2, length - 1), key=lambda position: (abs(length - 2 * position), -position)
    )


def _new_jieba() -> Any:
    """A segmenter without additional words.

    The first is rjieba's own instance, which is loaded with the package in any case: another one
    takes a tenth of a second and 33 MB. Only a process that searches holds it.
    """
    import rjieba

    if _taken:
        return rjieba.Jieba()
    _taken.append(rjieba)
    return rjieba


def runs(normalized: str) -> list[str]:
    """Return the runs of one script each, in order."""
    return _RUN.findall(normalized)


def is_han(run: str) -> bool:
    """Whether a run is Chinese."""
    return "\u3400" <= run[0] <= "\u9fff"


def _tokens_of_run(run: str) -> list[str]:
    """Tokens of a run of letters and digits, or of other characters."""
    return _LATIN_TOKEN.findall(run) if _LATIN_TOKEN.match(run) else [encode(run)]


class _EncodingTable(dict[int, str]):
    """A table for `str.translate` that is filled as characters come, and so works in C."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character.isspace():
            encoded = " "
        else:
            encoded = character if _PLAIN.fullmatch(character) else f"u{code:x}"
        if len(self) < _MAX_CACHED_CHARACTERS:
            self[code] = encoded
        return encoded


class _CharacterTable(dict[int, str]):
    """The same twice, as the end of one pair and the beginning of the next: `_虫 虫`."""

    def __missing__(self, code: int) -> str:
        character = _ENCODING[code]
        pair = f"_{character} {character}"
        if len(self) < _MAX_CACHED_CHARACTERS:
            self[code] = pair
        return pair


_MAX_CACHED_CHARACTERS = 20_000
_ENCODING = _EncodingTable()
_CHARACTERS = _CharacterTable()


def encode(text: str) -> str:
    """Write characters that an engine might treat specially in hexadecimal: `🐍` is `u1f40d`."""
    return text.translate(_ENCODING)


def characters(normalized: str) -> str:
    """Return each character but white space with the one behind it as a token: `爬_虫 虫_`.

    They serve hits inside of words. Two characters are found in few courses, where one is in most.
    """
    pairs = "".join(normalized.split()).translate(_CHARACTERS)
    # The first character ends no pair.
    return f"{pairs[pairs.find(' ') + 1 :]}_" if pairs else ""


def character_phrase(normalized: str) -> Phrase:
    """The tokens that stand side by side where a text without white space occurs.

    Of a single character it is the beginning of a token: `爬_`.
    """
    tokens = characters(normalized).split()
    return tuple(tokens[:-1] or tokens)


def is_beginning(phrase: Phrase) -> bool:
    """Whether the last token of a `character_phrase` is the beginning of one."""
    return phrase[-1].endswith("_")


def is_vocabulary(token: str) -> bool:
    """Whether a token may be suggested and corrected to: letters or Chinese, of a usual length."""
    return _VOCABULARY.fullmatch(token) is not None


def has_tokens(normalized: str) -> bool:
    """Whether the text has anything to index."""
    return _RUN.search(normalized) is not None
