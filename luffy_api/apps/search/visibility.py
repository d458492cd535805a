"""What the database decides about course ids that an engine found: visibility, filters, order."""

import math
import threading
import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils import timezone

from luffy_api.apps.course import course_list
from luffy_api.apps.course.models import Course, CourseDiscount, CourseQuerySet
from luffy_api.apps.course.pricing import ZERO
from luffy_api.apps.publishing.versions import Version
from luffy_api.apps.search import result_cache
from luffy_api.apps.search.engines.base import MAX_HITS
from luffy_api.apps.search.prices import PriceRange
from luffy_api.common import replica

# Up to so many ids are checked one by one. From more, the hidden ids are subtracted, which are few
# and cached.
_MAX_CHECKED_IDS = 100
_REFRESH_AFTER_SECONDS = 1.0
_MAX_AGE_SECONDS = 4.0


@dataclass(frozen=True)
class SearchFilters:
    """What a search is limited to; by relevance without an `ordering`, which is one
    of -students, price, -price, -rating.

    `teacher_ids` are those of the teachers of whom one must teach the course, `levels` those of
    which it must have one; empty for all.
    """

    kind: int | None = None
    category_id: int | None = None
    free: bool = False
    ordering: str | None = None
    levels: tuple[int, ...] = ()
    course_type: int | None = None
    teacher_ids: tuple[int, ...] = ()
    discounted: bool = False

    def condition(self) -> Q:
        """Return what does not depend on the moment as a condition on courses."""
        wanted: dict[str, Any] = {"kind": self.kind, "course_category_id": self.category_id}
        wanted |= {"course_type": self.course_type}
        wanted |= {"level__in": self.levels or None, "teacher_id__in": self.teacher_ids or None}
        return Q(**{name: value for name, value in wanted.items() if value is not None})

    @property
    def leave_all(self) -> bool:
        """Whether no course is left out."""
        return self == SearchFilters(ordering=self.ordering)

    @property
    def engine_knows(self) -> bool:
        """Whether the engine applies all of them, and the order is its own."""
        return self == SearchFilters(self.kind, self.category_id, levels=self.levels)

    def let_pass(self, kind: int, category_id: int) -> bool:
        """The same for the kind and category of a course that is known."""
        return self.kind in (None, kind) and self.category_id in (None, category_id)


def visible_courses(filters: SearchFilters) -> CourseQuerySet:
    """Return the listed courses that pass the filters."""
    return Course.objects.listed().filter(filters.condition()).filter(_of_this_moment(filters))


def courses_in_order(filters: SearchFilters) -> list[int]:
    """Return the ids of the courses that pass the filters, the popular ones first. Two queries."""
    courses = course_list.order_by(visible_courses(filters), filters.ordering or "-students")
    return list(courses.values_list("pk", flat=True)[:MAX_HITS])


def filter_visible(
    ids: Sequence[int],
    filters: SearchFilters,
    *,
    price: PriceRange | None = None,
    allow_cached: bool = False,
) -> list[int]:
    """Return those of the ids that are listed and pass the filters, in order. One query.

    With `allow_cached`, a course that was hidden within the last second may be among them, or
    within `_MAX_AGE_SECONDS` where nothing is kept by its version; and kind, category and level are
    not looked at again.
    """
    if allow_cached and filters.engine_knows and not price:
        hidden = _find_hidden(len(ids))
        if hidden is not None:
            return [pk for pk in ids if pk not in hidden]
    # Only the ids are a condition on indexed columns: databases believe that few courses are
    # listed or of a kind, and would read all of those.
    courses = Course.objects.filter(_of_this_moment(filters), pk__in=ids)
    courses = courses.filter(_beside_the_engine(filters))
    if price:
        courses = courses.filter(costs(price))
    ordering = filters.ordering
    courses = course_list.order_by(courses, ordering) if ordering else courses.order_by()
    rows = courses.values_list("pk", "is_listed", "kind", "course_category_id")
    visible = [pk for pk, is_listed, *facts in rows if is_listed and filters.let_pass(*facts)]
    if ordering:
        return visible
    found = set(visible)
    return [pk for pk in ids if pk in found]


def courses_at_price(price: PriceRange, filters: SearchFilters) -> list[int]:
    """Return the ids of courses at this price, the popular ones first. Three queries at most.

    Behind those that are charged a single amount stand those that cost it without a discount.
    """
    charged = _charged(price, filters)
    if not price.is_single:
        return charged
    # Few courses are reduced: asked in one statement, databases read all that are listed.
    ids = list(_reduced(price.low)[:MAX_HITS])
    if not ids:
        return charged
    reduced = visible_courses(filters).filter(pk__in=ids)
    reduced = course_list.order_by(reduced, filters.ordering or "-students")
    crossed_out = reduced.values_list("pk", flat=True)[:MAX_HITS]
    return list(dict.fromkeys([*charged, *crossed_out]))[:MAX_HITS]


def charged_first(ids: Sequence[int], price: PriceRange) -> list[int]:
    """Return ids at a single amount with those first that are charged it. One query."""
    at_price = course_list.costs_between(price.low, price.high, timezone.now())
    charged = set(Course.objects.filter(at_price, pk__in=ids).values_list("pk", flat=True))
    return sorted(ids, key=lambda pk: pk not in charged)


def _charged(price: PriceRange, filters: SearchFilters) -> list[int]:
    now = timezone.now()
    courses, ordering = visible_courses(filters), filters.ordering or "-students"
    at_price = courses.filter(course_list.costs_between(price.low, price.high, now))
    if (
        ordering == "-students"
        and course_list.is_price_current(now)
        and at_price.order_by()[: MAX_HITS + 1].count() > MAX_HITS
    ):
        # The most popular courses have enough of them, so these are read in their order. An
        # expression keeps the database from reading all at this price and sorting them.
        cost: Any = F("current_price") + Value(ZERO)
        at_price = courses.filter(
            GreaterThanOrEqual(cost, price.low), LessThanOrEqual(cost, price.high)
        )
    return list(course_list.order_by(at_price, ordering).values_list("pk", flat=True)[:MAX_HITS])


def costs(price: PriceRange) -> Q:
    """A range is of what is charged; a single amount may be the one that is crossed out."""
    charged = course_list.costs_between(price.low, price.high, timezone.now())
    return charged | _reduced_from(price.low) if price.is_single else charged


def _reduced_from(amount: Decimal) -> Q:
    """Courses that a running discount makes cheaper than `amount` yuan, their list price."""
    return Q(pk__in=_reduced(amount))


def _reduced(amount: Decimal) -> QuerySet[Any, Any]:
    reduced = _discounts_running().filter(course__price=amount)
    return reduced.values_list("course_id", flat=True)


def _of_this_moment(filters: SearchFilters) -> Q:
    """What discounts decide."""
    condition = Q()
    if filters.free:
        condition &= course_list.costs_between(ZERO, ZERO, timezone.now())
    if filters.discounted:
        condition &= Q(pk__in=_discounts_running().values("course_id"))
    return condition


def _beside_the_engine(filters: SearchFilters) -> Q:
    """What the engine does not know of; kind and category are no condition for the database."""
    return replace(filters, kind=None, category_id=None).condition()


def _discounts_running() -> QuerySet[Any, Any]:
    running = CourseDiscount.objects.running(timezone.now()).order_by()
    return CourseDiscount.courses.through.objects.filter(coursediscount__in=running)


def _find_hidden(count: int) -> frozenset[int] | None:
    """The ids that are not listed; None when so many ids are better checked one by one."""
    version = result_cache.version()
    if version is not None:
        return _hidden_ids.at(version)
    return _hidden_ids.get() if count > _MAX_CHECKED_IDS else None


class _HiddenIds:
    """A cache of the ids of courses that are not listed, per process.

    Once it is older than `_REFRESH_AFTER_SECONDS`, the next caller starts a thread that reads it
    again; nobody waits for it unless it is older than `_MAX_AGE_SECONDS`.
    """

    def __init__(self) -> None:
        self._refreshing = threading.Lock()
        self._ids: frozenset[int] = frozenset()
        self._read_at = -math.inf
        self._of_version: tuple[Hashable, frozenset[int]] = (None, frozenset())

    def at(self, version: Version) -> frozenset[int]:
        """Return the ids of a version. One query after each change of anything public."""
        label, ids = self._of_version
        if label != version.label:
            with replica.only_primary():
                ids = _read_hidden()
            self._of_version = version.label, ids
        return ids

    def get(self) -> frozenset[int]:
        """Return the ids, at most `_MAX_AGE_SECONDS` old."""
        age = time.monotonic() - self._read_at
        if age > _MAX_AGE_SECONDS:
            self.refresh()
        elif age > _REFRESH_AFTER_SECONDS and self._refreshing.acquire(blocking=False):
            self._start_refreshing()
        return self._ids

    def refresh(self) -> None:
        """Read the ids again. One query."""
        now = time.monotonic()
        self._ids = _read_hidden()
        self._read_at = now

    def _start_refreshing(self) -> None:
        try:
            threading.Thread(target=self._refresh_in_thread, daemon=True).start()
        except RuntimeError:
            # No threads are left; a later caller tries again.
            self._refreshing.release()

    def _refresh_in_thread(self) -> None:
        try:
            self.refresh()
        finally:
            connection.close()
            self._refreshing.release()


def _read_hidden() -> frozenset[int]:
    return frozenset(Course.objects.unlisted().order_by().values_list("pk", flat=True))


_hidden_ids = _HiddenIds()
