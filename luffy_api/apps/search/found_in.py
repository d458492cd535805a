"""Where the hit of a course lies that shows none on its card: its teacher, category, or outline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from luffy_api.apps.course.models import Course
from luffy_api.apps.search.documents import load_outlines
from luffy_api.apps.search.highlights import Span, highlight


@dataclass(frozen=True)
class Place:
    """`field` is name, brief, teacher, category or outline.

    What a card does not mark itself has its `text`, and spans [start, end) of code points in it.
    """

    field: str
    text: str = ""
    ranges: tuple[Span, ...] = ()


def places(ids: Sequence[int], words: Sequence[str]) -> dict[int, Place]:
    """Return the best place of each of the courses that has one. Two queries, or none."""
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
    return {pk: place for pk, place in found.items() if place}


def _outline(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    return (("outline", name) for name in names)


def _best(texts: Sequence[tuple[str, str]], words: Sequence[str]) -> Place | None:
    """The text of which most is marked, the first of equals."""
    marked = [Place(field, text, tuple(highlight(text, words))) for field, text in texts]
    best = max(marked, key=lambda place: sum(end - start for start, end in place.ranges))
    return best if best.ranges else None
