"""Text cut into words, the same for what is indexed and for what is asked.

A word is what an engine stores between two spaces: letters a-z, digits and Chinese characters as
they are, everything else in hexadecimal, so that no engine has an opinion of its own about it.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import rjieba

from luffy_api.apps.search.folding import fold

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(
    rf"(?P<han>[{HAN}]+)|(?P<latin>(?:[a-z]+(?:\+\+|\#)?|[0-9]+)+)|(?P<other>(?:(?![{HAN}a-z0-9_])\w)+)"
)
_PIECE = re.compile(r"[a-z]+(?:\+\+|#)?|[0-9]+")
_PLAIN = re.compile(rf"[{HAN}a-z0-9+#]")
_VOCABULARY = re.compile(rf"[a-z][a-z+#]{{1,19}}|[{HAN}]{{1,12}}")
_DOMAIN_WORDS = Path(__file__).with_name("domain_words.txt")
# Chinese particles and English articles: they are in every text and mean nothing alone.
STOP_WORDS = frozenset("的了和与及在是之吗呢吧啊着过") | {"the", "of", "and"}
_MAX_PART = 12

Phrase = tuple[str, ...]


class Cutter:
    """rjieba with words of our own: the trade's (domain_words.txt) and the catalogue's."""

    def __init__(self, dictionary: Iterable[str] = ()) -> None:
        self._jieba = rjieba.Jieba()
        for word in [*_DOMAIN_WORDS.read_text(encoding="utf-8").split(), *dictionary]:
            self._jieba.add_word(word, None, None)
        self._whole = lru_cache(maxsize=50_000)(self._cut)
        self._split = lru_cache(maxsize=50_000)(self._with_parts)
        # Names of chapters and sections come again and again.
        self.indexed = lru_cache(maxsize=20_000)(self._indexed)

    def tokens(self, folded: str) -> list[str]:
        """What is indexed for a text: its words, before each compound the words it is made of."""
        found: list[str] = []
        for run in _RUN.finditer(folded):
            if run.lastgroup == "han":
                for word in self._whole(run.group()):
                    found += self._split(word)
            else:
                found += _pieces(run)
        return found

    def _indexed(self, text: str) -> str:
        """The tokens of a text that is not folded yet, with spaces between."""
        return " ".join(self.tokens(fold(text)))

    def terms(self, folded: str) -> list[Phrase]:
        """What a query asks for: each phrase must occur, its words side by side (`vue3`: vue 3)."""
        found: list[Phrase] = []
        for run in _RUN.finditer(folded):
            if run.lastgroup == "han":
                found += [(word,) for word in self._whole(run.group())]
            else:
                found.append(tuple(_pieces(run)))
        return [term for term in found if term[0] not in STOP_WORDS] or found

    def _cut(self, run: str) -> list[str]:
        return list(self._jieba.cut(run))

    def _with_parts(self, word: str) -> list[str]:
        if len(word) == 3:
            return [*filter(self._known, (word[:2], word[1:])), word]
        for cut in _places(len(word)):
            head, tail = word[:cut], word[cut:]
            if self._known(head) and self._known(tail):
                return [*self._split(head), *self._split(tail), word]
        return [word]

    def _known(self, part: str) -> bool:
        return bool(self._jieba.has_word(part))


@lru_cache(maxsize=4)
def cutter(dictionary: tuple[str, ...]) -> Cutter:
    """The cutter with these words on top; making one takes a tenth of a second."""
    return Cutter(dictionary)


def _places(length: int) -> list[int]:
    """Where to divide a compound: the most even halves first, never a single character."""
    if not 4 <= length <= _MAX_PART:
        return []
    return sorted(range(2, length - 1), key=lambda cut: (abs(length - 2 * cut), -cut))


def _pieces(run: re.Match[str]) -> list[str]:
    if run.lastgroup == "latin":
        return _PIECE.findall(run.group())
    return [encoded(run.group())]


class _Encoded(dict[int, str]):
    """Filled as characters come; `str.translate` then works at the speed of C."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character.isspace():
            encoded = " "
        else:
            encoded = character if _PLAIN.fullmatch(character) else f"u{code:x}"
        return self.setdefault(code, encoded) if len(self) < _MAX_REMEMBERED else encoded


class _Letters(_Encoded):
    """The same with a space behind each."""

    def __missing__(self, code: int) -> str:
        return self.setdefault(code, _ENCODED[code] + " ")


_MAX_REMEMBERED = 20_000
_ENCODED = _Encoded()
_LETTERS = _Letters()


def encoded(text: str) -> str:
    """A word for characters that engines might treat in ways of their own: `🐍` is `u1f40d`."""
    return text.translate(_ENCODED)


def letters(folded: str) -> list[str]:
    """Every character but white space as a word of its own, for hits inside of words."""
    return folded.translate(_LETTERS).split()


def is_vocabulary(word: str) -> bool:
    """Whether a word may be suggested and corrected to: letters or Chinese, of a usual length."""
    return _VOCABULARY.fullmatch(word) is not None


def has_words(folded: str) -> bool:
    """Whether there is anything to cut."""
    return _RUN.search(folded) is not None


def runs(folded: str) -> list[tuple[str, int, int]]:
    """(kind, start, end) of each run of one script: han, latin or other."""
    return [(str(run.lastgroup), run.start(), run.end()) for run in _RUN.finditer(folded)]
