"""Search by the main database alone: every word must occur somewhere; names come first."""

import re
from decimal import Decimal

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When

from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.apps.course.querysets import CourseQuerySet, CourseSectionQuerySet

MAX_WORDS = 8
_YUAN = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")
FIELDS = ["name", "brief", "teacher__name", "course_category__name"]


def search(*, words: list[str], kind: int | None) -> CourseQuerySet:
    """Courses on the shelves in which every word occurs: the exact name, name hits, the rest.

    `words` are folded; the databases' LIKE folds case by itself.
    """
    courses = Course.objects.on_shelf().for_card()
    if kind is not None:
        courses = courses.filter(kind=kind)
    if not words:
        return courses.none()
    for word in words[:MAX_WORDS]:
        courses = courses.filter(_occurs(word))
    return courses.annotate(rank=_rank(words)).order_by("rank", "-students", "id")


def _occurs(word: str) -> Q:
    found = Q(Exists(_sections_with(word)))
    for field in FIELDS:
        found |= Q(**{f"{field}__icontains": word})
    price = _price(word)
    return found if price is None else found | Q(price=price)


def _sections_with(word: str) -> CourseSectionQuerySet:
    return CourseSection.objects.visible().filter(
        Q(name__icontains=word) | Q(chapter__name__icontains=word),
        chapter__course=OuterRef("pk"),
    )


def _rank(words: list[str]) -> Case:
    in_name = Q()
    for word in words[:MAX_WORDS]:
        in_name &= Q(name__icontains=word)
    return Case(
        When(name__iexact=" ".join(words), then=Value(0)),
        When(in_name, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def _price(word: str) -> Decimal | None:
    return Decimal(word) if _YUAN.fullmatch(word) else None
