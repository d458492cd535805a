"""Highlights: where the words of a query occur in a text that is shown."""

from collections.abc import Iterable

from luffy_api.apps.search.normalization import normalize_with_offsets

Span = tuple[int, int]


def highlight(text: str, words: Iterable[str]) -> list[Span]:
    """Return where the normalized `words` occur in `text`.

    The result is sorted, non-overlapping [start, end) spans of code points.
    """
    normalized, offsets = normalize_with_offsets(text)
    spans: list[Span] = []
    for word in words:
        start = normalized.find(word) if word else -1
        while start >= 0:
            end = start + len(word)
            spans.append((offsets[start], offsets[end - 1] + 1))
            start = normalized.find(word, end)
    return _merge(spans)


def _merge(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
