"""Parsing of queries: what was typed becomes words, literal chunks and a price range."""

import re
import unicodedata
from dataclasses import dataclass, replace

from luffy_api.apps.search import prices
from luffy_api.apps.search.normalization import normalize
from luffy_api.apps.search.prices import PriceRange
from luffy_api.apps.search.tokenizer import runs
from luffy_api.libs import chinese

MAX_LENGTH = 100
MAX_CHUNKS = 16
_SEPARATORS = re.compile(r"[\s,.;:!?'\"`()\[\]{}<>|/~+#&@=\-、。·「」『』【】《》〈〉“”‘’…—]+")


@dataclass(frozen=True)
class Query:
    """A query after cleaning: the normalized `text`, and its `chunks` between white space.

    `key` is the `name_key` of the course that would be the exact match. `price_text` is the part
    that was read as `price`, and is not in `rest` and the chunks. `taiwan` has words of Taiwan in
    it, each with the mainland's.
    """

    text: str
    chunks: tuple[str, ...]
    key: str
    price: PriceRange | None = None
    price_text: str = ""
    rest: str = ""
    taiwan: tuple[tuple[str, str], ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.text

    def without_price(self) -> "Query":
        """Return the same query with the price as words."""
        chunks = chunks_of(self.text)
        return replace(self, chunks=chunks, price=None, price_text="", rest=self.text)

    def with_words(self, text: str) -> "Query":
        """Return the same query with other words beside its price."""
        return replace(self, chunks=chunks_of(text), rest=text)


def clean(text: str) -> str:
    """Return at most MAX_LENGTH characters, with spaces for control characters and surrogates."""
    readable = text[: 8 * MAX_LENGTH]
    if not readable.isprintable():
        readable = "".join(" " if _is_control(c) else c for c in readable)
    return " ".join(readable.split())[:MAX_LENGTH].strip()


def parse(text: str) -> Query:
    """Parse a text of any length and content; raises nothing."""
    cleaned = clean(text)
    normalized = " ".join(normalize(cleaned).split())[:MAX_LENGTH]
    taiwan = tuple(chinese.taiwan_words(unicodedata.normalize("NFKC", cleaned)).items())
    found = prices.find(normalized)
    if found is None:
        return Query(
            normalized, chunks_of(normalized), name_key(normalized), None, "", normalized, taiwan
        )
    written = normalized[found.start : found.end]
    rest = " ".join(f"{normalized[: found.start]} {normalized[found.end :]}".split())
    return Query(
        normalized, chunks_of(rest), name_key(normalized), found.price, written, rest, taiwan
    )


def name_key(normalized: str) -> str:
    """Return a name without white space, which is compared for the exact match."""
    return "".join(normalized.split())


def is_literal(chunk: str) -> bool:
    """Whether a chunk has signs that must occur as typed (`50%`, `a_b`, an emoji), or no words."""
    rest = _SEPARATORS.sub(" ", chunk)
    covered = sum(map(len, runs(rest)))
    return covered < len(rest.replace(" ", "")) or covered == 0


def chunks_of(normalized: str) -> tuple[str, ...]:
    """Return the parts between white space, each once."""
    return tuple(dict.fromkeys(normalized.split()))[:MAX_CHUNKS]


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}
