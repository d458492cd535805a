"""What the database says about ids that an engine found: which may be shown, in which order."""

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, F, Q, When
from django.utils import timezone

from luffy_api.apps.course.models import Course, CourseCategory
from luffy_api.apps.course.querysets import CourseQuerySet
from luffy_api.apps.search.engines.base import MAX_HITS
from luffy_api.apps.search.prices import FREE, real_price_within
from luffy_api.apps.search.query import Price

# Up to so many ids are asked one by one. Of more, those are taken away that are not on the shelves,
# which are few and remembered for a moment.
_FEW = 500
_MOMENT_SECONDS = 1.0
_TOO_OLD_SECONDS = 4.0


@dataclass(frozen=True)
class Narrowing:
    """What a search is narrowed to; `ordering` None by relevance, or -students, price, -price."""

    kind: int | None = None
    category_id: int | None = None
    free: bool = False
    ordering: str | None = None

    def condition(self) -> Q:
        """The same for the database, without the price."""
        found = Q()
        if self.kind is not None:
            found &= Q(kind=self.kind)
        if self.category_id is not None:
            found &= Q(course_category_id=self.category_id)
        return found


def courses(narrowing: Narrowing) -> CourseQuerySet:
    """Everything on the shelves that is left after narrowing."""
    found = Course.objects.on_shelf().filter(narrowing.condition())
    if narrowing.free:
        found = found.filter(real_price_within(FREE, timezone.now()))
    return found


def keep(
    ids: Sequence[int], narrowing: Narrowing, *, price: Price | None = None, strictly: bool = True
) -> list[int]:
    """Those of the ids that may be shown, in the order asked for. One query.

    `strictly` False may rely on what the shelves were a moment ago.
    """
    easy = not (narrowing.free or price or narrowing.ordering)
    if easy and not strictly and len(ids) > _FEW:
        hidden = _hidden.ids()
        return [pk for pk in ids if pk not in hidden]
    found = courses(narrowing).filter(pk__in=ids)
    if price:
        found = found.filter(real_price_within(price, timezone.now()))
    if narrowing.ordering:
        return list(ordered(found, narrowing.ordering).values_list("pk", flat=True))
    left = set(found.values_list("pk", flat=True))
    return [pk for pk in ids if pk in left]


def at_price(price: Price, narrowing: Narrowing) -> list[int]:
    """Courses that cost so much now, the popular ones first. One query."""
    found = courses(narrowing).filter(real_price_within(price, timezone.now()))
    found = ordered(found, narrowing.ordering or "-students")
    return list(found.values_list("pk", flat=True)[:MAX_HITS])


def ordered(found: CourseQuerySet, ordering: str) -> CourseQuerySet:
    """By students or by the price of this moment, ascending or descending."""
    if ordering.endswith("price"):
        found = found.with_real_price(timezone.now())
        ordering = ordering.replace("price", "sort_price")
    field = F(ordering.lstrip("-"))
    return found.order_by(field.desc() if ordering.startswith("-") else field.asc(), "pk")


def cards(ids: Sequence[int], narrowing: Narrowing) -> list[Course]:
    """The courses of a page, in this order; fewer when some may no longer be shown. One query."""
    place = Case(*(When(pk=pk, then=n) for n, pk in enumerate(ids)), default=len(ids))
    found = Course.objects.on_shelf().filter(narrowing.condition(), pk__in=ids).for_card()
    return list(found.order_by(place))


class _Hidden:
    """The ids that are not on the shelves, as of a moment ago.

    Whoever comes after that moment starts a thread that reads them again, and need not wait.
    """

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._ids: frozenset[int] = frozenset()
        self._read_at = -math.inf

    def ids(self) -> frozenset[int]:
        """At most `_TOO_OLD_SECONDS` old; usually `_MOMENT_SECONDS`."""
        age = time.monotonic() - self._read_at
        if age > _TOO_OLD_SECONDS:
            self.refresh()
        elif age > _MOMENT_SECONDS and self._reading.acquire(blocking=False):
            threading.Thread(target=self._refresh_beside, daemon=True).start()
        return self._ids

    def refresh(self) -> None:
        """Two queries."""
        now = time.monotonic()
        hidden = CourseCategory.objects.filter(Q(is_show=False) | Q(is_delete=True))
        gone = Course.objects.filter(
            Q(is_show=False)
            | Q(is_delete=True)
            | Q(status=Course.Status.OFFLINE)
            | Q(course_category_id__in=list(hidden.values_list("pk", flat=True)))
        )
        self._ids = frozenset(gone.order_by().values_list("pk", flat=True))
        self._read_at = now

    def _refresh_beside(self) -> None:
        try:
            self.refresh()
        finally:
            connection.close()
            self._reading.release()


_hidden = _Hidden()
