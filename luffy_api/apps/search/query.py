"""Parsing of queries: what was typed becomes words, literal chunks and a price range."""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

from luffy_api.apps.search.normalization import normalize
from luffy_api.apps.search.tokenizer import runs

MAX_LENGTH = 100
MAX_CHUNKS = 16
_SEPARATORS = re.compile(r"[\s,.;:!?'\"`()\[\]{}<>|/~\-、。·「」『』【】《》〈〉“”‘’…—]+")
_AMOUNT = r"([0-9]{1,6}(?:\.[0-9]{1,2})?)(?:元|块|块钱)?"
_EXACT = re.compile(rf"[¥￥]?{_AMOUNT}")
_BELOW = re.compile(rf"{_AMOUNT}(?:以内|以下)")
_ABOVE = re.compile(rf"{_AMOUNT}(?:以上)")
_BETWEEN = re.compile(rf"{_AMOUNT}(?:-|~|–|到|至){_AMOUNT}")
_MAX_PRICE = Decimal("999999.99")


@dataclass(frozen=True)
class PriceRange:
    """Real prices in yuan, both ends included; `ambiguous` when it may as well be a word."""

    low: Decimal
    high: Decimal
    ambiguous: bool = False


@dataclass(frozen=True)
class Query:
    """A query after cleaning: the normalized `text`, and its `chunks` between white space.

    `key` is the `name_key` of the course that would be the exact match. `price_chunk` is the chunk
    that was read as `price`, and is not among the others.
    """

    text: str
    chunks: tuple[str, ...]
    key: str
    price: PriceRange | None = None
    price_chunk: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.text

    def without_price(self) -> "Query":
        """Return the same query with the price chunk as a word."""
        return replace(self, chunks=_chunks(self.text), price=None, price_chunk="")


def clean(text: str) -> str:
    """Return at most MAX_LENGTH characters, with spaces for control characters and surrogates."""
    readable = "".join(" " if _is_control(c) else c for c in text[: 8 * MAX_LENGTH])
    return " ".join(readable.split())[:MAX_LENGTH].strip()


def parse(text: str) -> Query:
    """Parse a text of any length and content; raises nothing."""
    normalized = " ".join(normalize(clean(text)).split())[:MAX_LENGTH]
    chunks = _chunks(normalized)
    price, price_chunk = _find_price(chunks)
    rest = tuple(chunk for chunk in chunks if chunk != price_chunk)
    return Query(normalized, rest, name_key(normalized), price, price_chunk)


def name_key(normalized: str) -> str:
    """Return a name without white space, which is compared for the exact match."""
    return "".join(normalized.split())


def is_literal(chunk: str) -> bool:
    """Whether a chunk has signs that must occur as typed (`50%`, `a_b`, an emoji), or no words."""
    rest = _SEPARATORS.sub(" ", chunk)
    covered = sum(map(len, runs(rest)))
    return covered < len(rest.replace(" ", "")) or covered == 0


def _chunks(normalized: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normalized.split()))[:MAX_CHUNKS]


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}


def _find_price(chunks: tuple[str, ...]) -> tuple[PriceRange | None, str]:
    """Return the first unambiguous price, else the first number; and the chunk it was read from."""
    prices = [(price, chunk) for chunk in chunks if (price := _parse_price(chunk))]
    return min(prices, key=lambda pair: pair[0].ambiguous, default=(None, ""))


def _parse_price(chunk: str) -> PriceRange | None:
    if match := _EXACT.fullmatch(chunk):
        amount = Decimal(match[1])
        return PriceRange(amount, amount, ambiguous=chunk == match[1])
    if match := _BELOW.fullmatch(chunk):
        return PriceRange(Decimal(0), Decimal(match[1]))
    if match := _ABOVE.fullmatch(chunk):
        return PriceRange(Decimal(match[1]), _MAX_PRICE)
    if match := _BETWEEN.fullmatch(chunk):
        low, high = sorted((Decimal(match[1]), Decimal(match[2])))
        return PriceRange(low, high)
    return None
