"""The figures of a span: prepared rows, and what they lack counted from the facts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, reduce
from operator import add

from django.db.models import Q, Sum

from luffy_api.apps.dashboard.figures import daily
from luffy_api.apps.dashboard.figures.facts import (
    CourseFigures,
    DayFacts,
    Figures,
    facts_of,
    first_day,
)
from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.apps.dashboard.models import DailyCourseFigures, DailyFigures
from luffy_api.apps.user.selectors import staff_joined
from luffy_api.common import dates

# Days that a page counts from the facts at most: today, yesterday after midnight, what has changed
# in the last minutes.
MAX_LIVE_DAYS = 7


@dataclass(frozen=True)
class SpanFigures:
    """The figures of each day of a span, in order, and of each course over all of it.

    Nobody who is staff by now is a new student of a day.
    `missing` days are not summed yet and stand here with zeros.
    """

    span: Span
    days: Mapping[date, Figures]
    courses: Mapping[int, CourseFigures]
    missing: int = 0

    @cached_property
    def total(self) -> Figures:
        """All days together."""
        return reduce(add, self.days.values(), Figures())


def read(span: Span) -> SpanFigures:
    """The figures of a span. Seven queries, and ten for each day that is counted from the facts."""
    rows = {row.day: row for row in DailyFigures.objects.filter(day__range=(span.first, span.last))}
    live, missing = _choose(span, rows, daily.changed_days())
    counted = {day: facts_of(day) for day in live}
    prepared = {day: daily.figures_of(row) for day, row in rows.items() if day not in counted}
    colleagues = Counter(map(dates.day_of, staff_joined(span.start, span.end)))
    days = {
        day: _without(
            colleagues[day],
            counted[day].figures if day in counted else prepared.get(day, Figures()),
        )
        for day in span.days
    }
    return SpanFigures(span, days, _courses(span, counted), missing)


def _without(colleagues: int, figures: Figures) -> Figures:
    # A day that is not summed yet stands there with zeros.
    return replace(figures, new_students=max(0, figures.new_students - colleagues))


def read_course(span: Span, course_id: int) -> Mapping[date, CourseFigures]:
    """The figures of one course by day. As many queries."""
    rows = {row.day: row for row in DailyFigures.objects.filter(day__range=(span.first, span.last))}
    live, _ = _choose(span, rows, daily.changed_days())
    counted = {day: facts_of(day).courses.get(course_id, CourseFigures()) for day in live}
    prepared = DailyCourseFigures.objects.filter(
        course=course_id, day__range=(span.first, span.last)
    ).values_list("day", *daily.COURSE_NAMES)
    found = {day: CourseFigures(*numbers) for day, *numbers in prepared}
    return {day: {**found, **counted}.get(day, CourseFigures()) for day in span.days}


def _choose(
    span: Span, rows: Mapping[date, DailyFigures], changed: Mapping[date, datetime]
) -> tuple[list[date], int]:
    """The days to be counted from the facts, and how many more there would be."""
    today, closed = dates.today(), daily.last_closed_day()
    unprepared = [day for day in span.days if day not in rows and day <= today]
    if unprepared and unprepared[0] <= closed:
        first = first_day()
        unprepared = [day for day in unprepared if first is not None and day >= first]
    outdated = [day for day, row in rows.items() if daily.is_outdated(row, changed)]
    live = sorted({*unprepared, *outdated}, reverse=True)
    return live[:MAX_LIVE_DAYS], len(live[MAX_LIVE_DAYS:])


def _courses(span: Span, counted: Mapping[date, DayFacts]) -> dict[int, CourseFigures]:
    """The sums of each course: of the prepared days by the database, and of the others."""
    rows = DailyCourseFigures.objects.filter(
        ~Q(day__in=list(counted)), day__range=(span.first, span.last)
    )
    sums = rows.order_by().values_list("course_id")
    sums = sums.annotate(*(Sum(name, default=0) for name in daily.COURSE_NAMES))
    courses: dict[int, CourseFigures] = {}
    for row in sums:
        courses[row[0]] = CourseFigures(*row[1:])
    for facts in counted.values():
        for pk, each in facts.courses.items():
            courses[pk] = courses.get(pk, CourseFigures()) + each
    return courses
