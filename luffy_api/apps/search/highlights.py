"""Highlights: where the words of a query occur in a text that is shown."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from luffy_api.apps.search.normalization import normalize, normalize_with_offsets

Span = tuple[int, int]


def highlight(text: str, words: Iterable[str]) -> list[Span]:
    """Return where the normalized `words` occur in `text`.

    The result is sorted, non-overlapping [start, end) spans of code points.
    """
    normalized = _normalized(text)
    spans: list[Span] = []
    for word in words:
        start = normalized.find(word) if word else -1
        while start >= 0:
            end = start + len(word)
            spans.append((start, end))
            start = normalized.find(word, end)
    return _merge(_in_text(text, spans)) if spans else []


# Cards come again and again; of most texts nobody sees a highlight.
_normalized = lru_cache(maxsize=4_000)(normalize)


def _in_text(text: str, spans: list[Span]) -> list[Span]:
    """Where spans of the normalized text are in the text itself."""
    offsets = _offsets(text)
    return [(offsets[start], offsets[end - 1] + 1) for start, end in spans]


@lru_cache(maxsize=4_000)
def _offsets(text: str) -> Sequence[int]:
    """For each normalized character the index it has in `text`; a range when they are the same."""
    if text.isascii():
        return range(len(text))
    offsets = normalize_with_offsets(text)[1]
    same = range(len(offsets))
    return same if offsets == list(same) else offsets


def _merge(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
