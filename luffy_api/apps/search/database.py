"""Search in the main database alone: every word must occur somewhere; names come first.

It answers while the index cannot. LIKE reads every course, so it is slower, and misspelt words are
compared with those of names only.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When

from luffy_api.apps.course import course_list
from luffy_api.apps.course.course_list import Kept
from luffy_api.apps.course.models import Course, CourseSection, CourseSectionQuerySet
from luffy_api.apps.search import spelling, visibility
from luffy_api.apps.search.engines.base import MAX_HITS, WordsByKey
from luffy_api.apps.search.normalization import normalize
from luffy_api.apps.search.query import Query
from luffy_api.apps.search.tokenizer import get_tokenizer, is_vocabulary
from luffy_api.apps.search.visibility import SearchFilters

NAME = "database"
MAX_WORDS = 8
# Courses whose names are compared with misspelt words: reading them takes some tenths of a second.
MAX_NAMES = 1000
FIELDS = ["name", "brief", "teacher__name", "course_category__name"]


# Each word of a query with its other names.
Words = Sequence[Sequence[str]]
# What else a chunk of a query is called.
OtherNames = Callable[[Query, str], tuple[str, ...]]


def search(
    query: Query, filters: SearchFilters, other_names: OtherNames = lambda query, chunk: ()
) -> list[int]:
    """Return ids in order: the exact name, all words in the name, the rest. One or two queries.

    The words of a query are normalized; the databases' LIKE ignores case by itself.
    """
    words = [(chunk, *other_names(query, chunk)) for chunk in query.chunks[:MAX_WORDS]]
    without_outline = _search(query, words, filters, outline=False)
    return without_outline or _search(query, words, filters, outline=True)


def vocabulary() -> WordsByKey:
    """By key of `spelling` the words of the most popular names, of teachers and of categories."""
    return _vocabulary.get()


def suggestions(prefix: str, *, limit: int) -> list[str]:
    """Return names that contain `prefix`, those that begin with it first. One query."""
    courses = visibility.visible_courses(SearchFilters()).filter(name__icontains=prefix)
    first = Case(When(name__istartswith=prefix, then=0), default=1)
    names = courses.order_by(first, "-students", "pk").values_list("name", flat=True)
    return list(dict.fromkeys(names[: 4 * limit]))[:limit]


def _search(query: Query, words: Words, filters: SearchFilters, *, outline: bool) -> list[int]:
    courses = visibility.visible_courses(filters)
    for names in words:
        courses = courses.filter(_occurs(names, outline=outline))
    if query.price:
        at_price = visibility.costs(query.price)
        if query.price.ambiguous:
            at_price |= _occurs((query.price_text,), outline=outline)
        courses = courses.filter(at_price)
    if filters.ordering:
        courses = course_list.order_by(courses, filters.ordering)
    else:
        courses = courses.annotate(rank=_rank(query, words)).order_by("rank", "-students", "pk")
    return list(courses.values_list("pk", flat=True)[:MAX_HITS])


def _occurs(names: Sequence[str], *, outline: bool) -> Q:
    condition = Q()
    for word in names:
        condition |= Q(Exists(_sections_with(word))) if outline else Q()
        for field in FIELDS:
            condition |= Q(**{f"{field}__icontains": word})
    return condition


def _sections_with(word: str) -> CourseSectionQuerySet:
    return CourseSection.objects.visible().filter(
        Q(name__icontains=word) | Q(chapter__name__icontains=word),
        chapter__course=OuterRef("pk"),
    )


def _rank(query: Query, words: Words) -> Case:
    in_name = Q()
    for names in words:
        one = Q()
        for word in names:
            one |= Q(name__icontains=word)
        in_name &= one
    return Case(
        When(name__iexact=query.text, then=Value(0)),
        When(in_name, then=Value(1)) if in_name else When(pk=None, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def _read_vocabulary(database: str | None) -> WordsByKey:
    courses = Course.objects.using(database).listed().order_by("-students", "pk")
    rows = courses.values_list("name", "teacher__name", "course_category__name")[:MAX_NAMES]
    cut = get_tokenizer(()).tokenize
    texts = ({*cut(normalize(" ".join(row))).split()} for row in rows)
    counts = Counter(word for text in texts for word in text if is_vocabulary(word))
    words: WordsByKey = {}
    for word, number in counts.items():
        for key in spelling.index_keys(word):
            words.setdefault(key, []).append((word, number))
    return words


_vocabulary = Kept(_read_vocabulary)
