"""Where the hit of a course lies that shows none on its card: its teacher, category, outline, or
what is said in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from luffy_api.apps.course.models import Course
from luffy_api.apps.search import spoken
from luffy_api.apps.search.documents import load_outlines
from luffy_api.apps.search.highlights import Span, highlight

# Characters of a line that are shown, and of those before the hit.
_MAX_EXCERPT, _BEFORE = 60, 20


@dataclass(frozen=True)
class Place:
    """`field` is name, brief, teacher, category, outline or subtitle.

    What a card does not mark itself has its `text`, and spans [start, end) of code points in it.
    """

    field: str
    text: str = ""
    ranges: tuple[Span, ...] = ()


def places(ids: Sequence[int], words: Sequence[str]) -> dict[int, Place]:
    """Return the best place of each of the courses that has one. Two queries, four where a course
    has the words in its subtitles only, or none.
    """
    if not ids or not words:
        return {}
    people = Course.objects.filter(pk__in=ids).values_list(
        "pk", "teacher__name", "course_category__name"
    )
    outlines = load_outlines(ids)
    found = {
        pk: _best([("teacher", teacher), ("category", category), *_outline(outlines[pk])], words)
        for pk, teacher, category in people
    }
    said = spoken.lines([pk for pk, place in found.items() if place is None], words)
    found |= {pk: _excerpt(line, words) for pk, line in said.items()}
    return {pk: place for pk, place in found.items() if place}


def _excerpt(line: str, words: Sequence[str]) -> Place | None:
    """Of a line of subtitles: what stands around its first hit."""
    spans = highlight(line, words)
    if not spans:
        return None
    start = max(0, spans[0][0] - _BEFORE)
    text = line[start : start + _MAX_EXCERPT]
    shown = [(begin - start, min(end - start, len(text))) for begin, end in spans]
    return Place("subtitle", text, tuple(span for span in shown if span[0] < span[1]))


def _outline(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    return (("outline", name) for name in names)


def _best(texts: Sequence[tuple[str, str]], words: Sequence[str]) -> Place | None:
    """The text of which most is marked, the first of equals."""
    marked = [Place(field, text, tuple(highlight(text, words))) for field, text in texts]
    best = max(marked, key=lambda place: sum(end - start for start, end in place.ranges))
    return best if best.ranges else None
