"""What a student typed, as a query: words, literal pieces and a price."""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

from luffy_api.apps.search import words
from luffy_api.apps.search.folding import fold

MAX_LENGTH = 100
MAX_CHUNKS = 16
_SEPARATORS = re.compile(r"[\s,.;:!?'\"`()\[\]{}<>|/~\-、。·「」『』【】《》〈〉“”‘’…—]+")
_AMOUNT = r"([0-9]{1,6}(?:\.[0-9]{1,2})?)(?:元|块|块钱)?"
_EXACT = re.compile(rf"[¥￥]?{_AMOUNT}")
_BELOW = re.compile(rf"{_AMOUNT}(?:以内|以下)")
_ABOVE = re.compile(rf"{_AMOUNT}(?:以上)")
_BETWEEN = re.compile(rf"{_AMOUNT}(?:-|~|–|到|至){_AMOUNT}")
_MOST = Decimal("999999.99")


@dataclass(frozen=True)
class Price:
    """A range of real prices in yuan; `doubtful` when the number may as well be a word."""

    low: Decimal
    high: Decimal
    doubtful: bool = False


@dataclass(frozen=True)
class Query:
    """A query after cleaning: `text` folded, `chunks` what white space separates.

    `key` is what the folded name of a course must be to be the exact hit; `number` is the chunk
    that was taken for the price and is not among the others.
    """

    text: str
    chunks: tuple[str, ...]
    key: str
    price: Price | None = None
    number: str = ""

    @property
    def blank(self) -> bool:
        """Nothing to look for."""
        return not self.text

    def with_number(self) -> "Query":
        """The same with the number as a word and not as a price."""
        return replace(self, chunks=_chunks(self.text), price=None, number="")


def clean(text: str) -> str:
    """At most MAX_LENGTH characters; control characters and surrogates are spaces."""
    readable = "".join(" " if _is_control(c) else c for c in text[: 8 * MAX_LENGTH])
    return " ".join(readable.split())[:MAX_LENGTH].strip()


def parse(text: str) -> Query:
    """The query in a text of any length and content; never raises."""
    folded = " ".join(fold(clean(text)).split())[:MAX_LENGTH]
    chunks = _chunks(folded)
    price, number = _find_price(chunks)
    rest = tuple(chunk for chunk in chunks if chunk != number)
    return Query(folded, rest, name_key(folded), price, number)


def name_key(folded: str) -> str:
    """A name without white space: what is compared for the exact hit."""
    return "".join(folded.split())


def is_literal(chunk: str) -> bool:
    """Whether a chunk has signs that mean themselves (`50%`, `a_b`, an emoji), or no words."""
    rest = _SEPARATORS.sub(" ", chunk)
    covered = sum(end - start for _, start, end in words.runs(rest))
    return covered < len(rest.replace(" ", "")) or covered == 0


def _chunks(folded: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded.split()))[:MAX_CHUNKS]


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}


def _find_price(chunks: tuple[str, ...]) -> tuple[Price | None, str]:
    """The first chunk that is clearly a price, else the first number; with the chunk itself."""
    prices = [(price, chunk) for chunk in chunks if (price := _price(chunk))]
    return min(prices, key=lambda found: found[0].doubtful, default=(None, ""))


def _price(chunk: str) -> Price | None:
    if match := _EXACT.fullmatch(chunk):
        amount = Decimal(match[1])
        return Price(amount, amount, doubtful=chunk == match[1])
    if match := _BELOW.fullmatch(chunk):
        return Price(Decimal(0), Decimal(match[1]))
    if match := _ABOVE.fullmatch(chunk):
        return Price(Decimal(match[1]), _MOST)
    if match := _BETWEEN.fullmatch(chunk):
        low, high = sorted((Decimal(match[1]), Decimal(match[2])))
        return Price(low, high)
    return None
