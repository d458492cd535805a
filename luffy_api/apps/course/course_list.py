"""Pages of the course list, which cost the same in a catalogue of any size.

The ids of a page come from one index, the rows by their ids; courses are counted when something
public has changed. Until a discount that begins or ends now is in `Course.current_price`, courses
are ordered by prices that are computed.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import Count, Min, Q
from django.utils import timezone

from luffy_api.apps.course import pricing_sql
from luffy_api.apps.course.models import Course, CourseDiscount, CourseQuerySet
from luffy_api.apps.publishing.versions import MAX_ANSWER_AGE, Made, Version, versions
from luffy_api.common import replica

ORDERINGS = ["orders", "-orders", "students", "-students", "price", "-price", "-rating"]

Value = TypeVar("Value")


_all_kept: list["Kept[Any]"] = []


def _is_good(version: Version, made: Made) -> bool:
    """Numbers of students change nothing here."""
    return made.label == version.label and time.monotonic() - made.at < MAX_ANSWER_AGE


class Kept(Generic[Value]):
    """What this process reads from the database when something public has changed.

    As old as what it knows of changes: a second at most. `read` gets the name of the database, None
    for the one that the request reads.
    """

    def __init__(self, read: Callable[[str | None], Value]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self.forget()
        _all_kept.append(self)

    def forget(self) -> None:
        """Read it again when it is needed."""
        self._kept: tuple[Made, Value] | None = None

    def get(self) -> Value:
        """The value; others wait for the one that reads it. One query at most."""
        version = versions.now()
        if version is None:
            return self._read(None)
        with self._lock:
            if self._kept is None or not _is_good(version, self._kept[0]):
                # Not from a replica: what has just changed may not be there yet.
                self._kept = version.made(), self._read(replica.PRIMARY)
            return self._kept[1]


def _count_all(database: str | None) -> dict[tuple[int, int], int]:
    """Numbers of listed courses by kind and category, from an index alone."""
    listings = (
        Course.objects.using(database).listed().order_by().values_list("kind", "course_category")
    )
    return {(kind, category): n for kind, category, n in listings.annotate(n=Count("*"))}


def _next_change(database: str | None) -> datetime | None:
    discounts = CourseDiscount.objects.using(database)
    found: datetime | None = discounts.aggregate(at=Min("next_change_at"))["at"]
    return found


_counts = Kept(_count_all)
_next_change_at = Kept(_next_change)


def forget() -> None:
    """What this process writes it sees at once."""
    for kept in _all_kept:
        kept.forget()


@dataclass(frozen=True)
class CourseList:
    """The listed courses of a kind and a category (None for all), for a paginator.

    `ordering` is one of ORDERINGS, `-` descending; equal courses come by id in the same way.
    """

    kind: int | None = None
    category_id: int | None = None
    ordering: str = "orders"
    # For Django's paginator.
    ordered: ClassVar[bool] = True

    def count(self) -> int:
        """How many there are, or were a second ago."""
        return sum(
            number
            for (kind, category_id), number in _counts.get().items()
            if self.kind in (None, kind) and self.category_id in (None, category_id)
        )

    def __getitem__(self, part: slice) -> list[Course]:
        """The courses of a page as `for_card` loads them. Two queries."""
        ids = list(self._ordered().values_list("pk", flat=True)[part])
        courses = Course.objects.for_card().in_bulk(ids)
        return [courses[pk] for pk in ids if pk in courses]

    def _ordered(self) -> CourseQuerySet:
        courses = Course.objects.listed()
        if self.kind is not None:
            courses = courses.filter(kind=self.kind)
        if self.category_id is not None:
            courses = courses.filter(course_category=self.category_id)
        return order_by(courses, self.ordering)


def order_by(courses: CourseQuerySet, ordering: str) -> CourseQuerySet:
    """The courses in one of ORDERINGS, by an index where prices are as `Course` has them."""
    name, sign = ordering.lstrip("-"), "-" if ordering.startswith("-") else ""
    if name == "rating":
        name = "rating_score"
    elif name == "price":
        name, now = "current_price", timezone.now()
        if not is_price_current(now):
            name, courses = "real_price", courses.annotate(real_price=pricing_sql.real_price(now))
    return courses.order_by(f"{sign}{name}", f"{sign}id")


def costs_between(low: Decimal, high: Decimal, now: datetime) -> Q:
    """The condition that courses cost `low` to `high` yuan at `now` (UTC), both included."""
    if is_price_current(now):
        return Q(current_price__gte=low, current_price__lte=high)
    return pricing_sql.real_price_within(low, high, now)


def is_price_current(now: datetime) -> bool:
    """Whether `Course.current_price` is what courses cost; not while a change is due."""
    change = _next_change_at.get()
    return change is None or now < change
