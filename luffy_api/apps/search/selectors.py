"""What the search box asks."""

from collections.abc import Sequence

from luffy_api.apps.course.models import Course
from luffy_api.apps.course.querysets import CourseQuerySet
from luffy_api.apps.search import database
from luffy_api.apps.search.folding import fold, marks
from luffy_api.apps.search.models import HotWord

MAX_HOT_WORDS = 10
MAX_SUGGESTIONS = 8
MARKED_FIELDS = ["name", "brief"]


def words_of(text: str) -> list[str]:
    """The words of a query, folded; white space separates them."""
    return fold(text).split()


def search(*, text: str, kind: int | None = None) -> CourseQuerySet:
    """Courses for a query, the best first; needs `course.selectors.complete_cards`."""
    return database.search(words=words_of(text), kind=kind)


def attach_marks(courses: Sequence[Course], *, text: str) -> None:
    """Fills `marks` of each course: where the words stand in its name and brief."""
    words = words_of(text)
    for course in courses:
        course.marks = {field: marks(getattr(course, field), words) for field in MARKED_FIELDS}


def suggestions(*, text: str) -> list[str]:
    """Names that contain what was typed, those that begin with it first. One query."""
    typed = fold(text).strip()
    if not typed:
        return []
    names = (
        Course.objects.on_shelf()
        .filter(name__icontains=typed)
        .order_by("-students", "id")
        .values_list("name", flat=True)[: 4 * MAX_SUGGESTIONS]
    )
    ranked = sorted(dict.fromkeys(names), key=lambda name: not fold(name).startswith(typed))
    return ranked[:MAX_SUGGESTIONS]


def hot_words() -> list[str]:
    """The words under the box. One query."""
    return list(HotWord.objects.visible().values_list("word", flat=True)[:MAX_HOT_WORDS])
