"""What the database decides about course ids that an engine found: visibility, filters, order."""

import math
import threading
import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils import timezone

from luffy_api.apps.course import course_list
from luffy_api.apps.course.models import Course, CourseQuerySet
from luffy_api.apps.course.pricing import ZERO
from luffy_api.apps.publishing.versions import Version
from luffy_api.apps.search import result_cache
from luffy_api.apps.search.engines.base import MAX_HITS
from luffy_api.apps.search.query import PriceRange
from luffy_api.common import replica

# Up to so many ids are checked one by one. From more, the hidden ids are subtracted, which are few
# and cached.
_MAX_CHECKED_IDS = 100
_REFRESH_AFTER_SECONDS = 1.0
_MAX_AGE_SECONDS = 4.0


@dataclass(frozen=True)
class SearchFilters:
    """What a search is limited to; `ordering` is -students, price, -price or None (relevance)."""

    kind: int | None = None
    category_id: int | None = None
    free: bool = False
    ordering: str | None = None

    def condition(self) -> Q:
        """Return kind and category as a condition on courses."""
        condition = Q()
        if self.kind is not None:
            condition &= Q(kind=self.kind)
        if self.category_id is not None:
            condition &= Q(course_category_id=self.category_id)
        return condition

    @property
    def leave_all(self) -> bool:
        """Whether no course is left out."""
        return self.kind is None and self.category_id is None and not self.free

    def let_pass(self, kind: int, category_id: int) -> bool:
        """The same for the kind and category of a course that is known."""
        return self.kind in (None, kind) and self.category_id in (None, category_id)


def visible_courses(filters: SearchFilters) -> CourseQuerySet:
    """Return the listed courses that pass the filters."""
    courses = Course.objects.listed().filter(filters.condition())
    if filters.free:
        courses = courses.filter(course_list.costs_between(ZERO, ZERO, timezone.now()))
    return courses


def filter_visible(
    ids: Sequence[int],
    filters: SearchFilters,
    *,
    price: PriceRange | None = None,
    allow_cached: bool = False,
) -> list[int]:
    """Return those of the ids that are listed and pass the filters, in order. One query.

    With `allow_cached`, a course that was hidden within the last second may be among them, or
    within `_MAX_AGE_SECONDS` where nothing is kept by its version; and kind and category are not
    looked at again.
    """
    only_visibility = not (filters.free or price or filters.ordering)
    if only_visibility and allow_cached:
        hidden = _find_hidden(len(ids))
        if hidden is not None:
            return [pk for pk in ids if pk not in hidden]
    # Only the ids are a condition on indexed columns: databases believe that few courses are
    # listed or of a kind, and would read all of those.
    courses = Course.objects.filter(pk__in=ids)
    if filters.free:
        courses = courses.filter(course_list.costs_between(ZERO, ZERO, timezone.now()))
    if price:
        courses = courses.filter(course_list.costs_between(price.low, price.high, timezone.now()))
    ordering = filters.ordering
    courses = course_list.order_by(courses, ordering) if ordering else courses.order_by()
    rows = courses.values_list("pk", "is_listed", "kind", "course_category_id")
    visible = [pk for pk, is_listed, *facts in rows if is_listed and filters.let_pass(*facts)]
    if ordering:
        return visible
    found = set(visible)
    return [pk for pk in ids if pk in found]


def courses_at_price(price: PriceRange, filters: SearchFilters) -> list[int]:
    """Return the ids of courses at this price, the popular ones first. Two queries."""
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
