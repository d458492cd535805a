"""Search in the main database alone: every word must occur somewhere; names come first.

It answers while the index cannot. LIKE reads every course, so it is slower, and it knows no pinyin.
"""

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.utils import timezone

from luffy_api.apps.course import course_list
from luffy_api.apps.course.models import CourseQuerySet, CourseSection, CourseSectionQuerySet
from luffy_api.apps.search import visibility
from luffy_api.apps.search.engines.base import MAX_HITS
from luffy_api.apps.search.query import Query
from luffy_api.apps.search.visibility import SearchFilters

NAME = "database"
MAX_WORDS = 8
FIELDS = ["name", "brief", "teacher__name", "course_category__name"]


def search(query: Query, filters: SearchFilters) -> list[int]:
    """Return ids in order: the exact name, all words in the name, the rest. One or two queries.

    The words of a query are normalized; the databases' LIKE ignores case by itself.
    """
    without_outline = _search(query, filters, outline=False)
    return without_outline or _search(query, filters, outline=True)


def suggestions(prefix: str, *, limit: int) -> list[str]:
    """Return names that contain `prefix`, those that begin with it first. One query."""
    courses = visibility.visible_courses(SearchFilters()).filter(name__icontains=prefix)
    first = Case(When(name__istartswith=prefix, then=0), default=1)
    names = courses.order_by(first, "-students", "pk").values_list("name", flat=True)
    return list(dict.fromkeys(names[: 4 * limit]))[:limit]


def _search(query: Query, filters: SearchFilters, *, outline: bool) -> list[int]:
    courses = visibility.visible_courses(filters)
    courses = _with_words(courses, query.chunks, outline=outline)
    if query.price:
        at_price = course_list.costs_between(query.price.low, query.price.high, timezone.now())
        if query.price.ambiguous:
            at_price |= _occurs(query.price_chunk, outline=outline)
        courses = courses.filter(at_price)
    if filters.ordering:
        courses = course_list.order_by(courses, filters.ordering)
    else:
        courses = courses.annotate(rank=_rank(query)).order_by("rank", "-students", "pk")
    return list(courses.values_list("pk", flat=True)[:MAX_HITS])


def _with_words(
    courses: CourseQuerySet, words: tuple[str, ...], *, outline: bool
) -> CourseQuerySet:
    for word in words[:MAX_WORDS]:
        courses = courses.filter(_occurs(word, outline=outline))
    return courses


def _occurs(word: str, *, outline: bool) -> Q:
    condition = Q(Exists(_sections_with(word))) if outline else Q()
    for field in FIELDS:
        condition |= Q(**{f"{field}__icontains": word})
    return condition


def _sections_with(word: str) -> CourseSectionQuerySet:
    return CourseSection.objects.visible().filter(
        Q(name__icontains=word) | Q(chapter__name__icontains=word),
        chapter__course=OuterRef("pk"),
    )


def _rank(query: Query) -> Case:
    in_name = Q()
    for word in query.chunks[:MAX_WORDS]:
        in_name &= Q(name__icontains=word)
    return Case(
        When(name__iexact=query.text, then=Value(0)),
        When(in_name, then=Value(1)) if in_name else When(pk=None, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
