"""Prepared sums of the days that are over.

A day is summed once it is over, and again whenever one of its facts came or changed later: a
payment that was heard of late, money by hand that had come days before, a refund. What came after
the last refresh is found by indexes, so it does not matter which code wrote it; `reading` counts
such days from the facts until they are summed.
"""

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.dashboard import locks
from luffy_api.apps.dashboard.figures.facts import CourseFigures, DayFacts, Figures, facts_of
from luffy_api.apps.dashboard.figures.facts import first_day as first_day_of_facts
from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.apps.dashboard.models import DailyCourseFigures, DailyFigures, FiguresRefresh
from luffy_api.apps.order import sales_selectors
from luffy_api.common import dates
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)

# A day is not over before: what began in it may be committed a little later.
GRACE = timedelta(minutes=20)
# A fact may be seen so long after the moment that is written in it.
MARGIN = timedelta(minutes=5)
# Days that are summed for the first time in one refresh.
BATCH = 60
# Days before are neither prepared nor shown.
MAX_AGE = timedelta(days=3653)
NAMES = [field.name for field in fields(Figures)]
COURSE_NAMES = [field.name for field in fields(CourseFigures)]


@dataclass(frozen=True)
class Difference:
    """A prepared number that is not the sum of its facts; `row` is a day, or a course of it."""

    row: str
    name: str
    prepared: object
    counted: object


def last_closed_day() -> date:
    """The last day that is over."""
    return dates.day_of(timezone.now() - GRACE) - timedelta(days=1)


def closed_span() -> Span | None:
    """All days that are to be prepared, None while there is none. Four queries."""
    first, last = first_day_of_facts(), last_closed_day()
    if first is None or first > last:
        return None
    return Span(max(first, last - MAX_AGE), last)


def changed_days() -> dict[date, datetime]:
    """Days of which facts came since the last refresh, and when (UTC). Four queries.

    None of them before the first refresh.
    """
    refreshed_at = FiguresRefresh.objects.values_list("refreshed_at", flat=True).first()
    return sales_selectors.changed_days(refreshed_at - MARGIN) if refreshed_at else {}


def is_outdated(row: DailyFigures, changed: Mapping[date, datetime]) -> bool:
    """Whether a fact of the day may have come after it was summed."""
    return row.day in changed and changed[row.day] > row.computed_at - MARGIN


@retry_deadlocks
def refresh() -> int:
    """Sum what is over and not summed yet, the newest first, and what has changed; how many days.

    Some days of a long history are left to the next call. Any number may run at the same time.
    """
    started = timezone.now()
    FiguresRefresh.objects.get_or_create(pk=1, defaults={"refreshed_at": started})
    span = closed_span()
    if span is None:
        return 0
    changed = changed_days()
    rows = DailyFigures.objects.filter(day__in=changed)
    again = sorted(row.day for row in rows if is_outdated(row, changed))
    there = set(DailyFigures.objects.values_list("day", flat=True))
    missing = [day for day in reversed(span.days) if day not in there][:BATCH]
    for day in [*again, *missing]:
        store(day)
    FiguresRefresh.objects.filter(pk=1, refreshed_at__lt=started).update(refreshed_at=started)
    return len(again) + len(missing)


@retry_deadlocks
@transaction.atomic
def store(day: date) -> None:
    """Sum one day and keep the sums."""
    row = locks.lock_day(day)
    row.computed_at = timezone.now()
    facts = facts_of(day)
    for name in NAMES:
        setattr(row, name, getattr(facts.figures, name))
    row.save()
    DailyCourseFigures.objects.filter(day=day).delete()
    DailyCourseFigures.objects.bulk_create(
        DailyCourseFigures(day=day, course_id=pk, **vars(each))
        for pk, each in sorted(facts.courses.items())
    )


def forget(days: Collection[date]) -> None:
    """Sum days anew because their facts change without a trace, in the transaction that does it."""
    DailyFigures.objects.filter(day__in=days).delete()


def differences() -> Iterator[Difference]:
    """Count every day again, and compare; what was heard of since the last refresh is summed first.

    Reads all facts: some seconds for a year.
    """
    while refresh() >= BATCH:
        pass
    for day in DailyFigures.objects.order_by("day").values_list("day", flat=True):
        if any(differences_of(day)):
            # A fact may have come between two of the queries.
            refresh()
            yield from differences_of(day)


def repair() -> list[Difference]:
    """Sum the days anew that differ; return what was wrong."""
    found = list(differences())
    for day in sorted({difference.row.split()[0] for difference in found}):
        store(date.fromisoformat(day))
    if found:
        logger.error("figures: %d prepared sums were not those of the facts", len(found))
    return found


def differences_of(day: date) -> Iterator[Difference]:
    """Of one prepared day and its courses."""
    before, counted = prepared(day), facts_of(day)
    yield from _compare(str(day), before.figures, counted.figures, NAMES)
    for pk in sorted(before.courses.keys() | counted.courses.keys()):
        one, other = (each.courses.get(pk, CourseFigures()) for each in (before, counted))
        yield from _compare(f"{day} 课程 {pk}", one, other, COURSE_NAMES)


def prepared(day: date) -> DayFacts:
    """What the rows say. Two queries."""
    row = DailyFigures.objects.get(day=day)
    courses = DailyCourseFigures.objects.filter(day=day).values_list("course_id", *COURSE_NAMES)
    return DayFacts(
        figures_of(row), {pk: CourseFigures(*numbers) for pk, *numbers in courses.iterator()}
    )


def figures_of(row: DailyFigures) -> Figures:
    """The numbers of a row."""
    return Figures(**{name: getattr(row, name) for name in NAMES})


def _compare(row: str, one: object, other: object, names: list[str]) -> Iterator[Difference]:
    for name in names:
        prepared, counted = getattr(one, name), getattr(other, name)
        if prepared != counted:
            yield Difference(row, name, prepared, counted)
