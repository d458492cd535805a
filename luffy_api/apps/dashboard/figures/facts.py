"""The sums of a day, counted from the facts of the apps. Amounts in yuan, times in seconds."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.apps.learning import selectors as learning
from luffy_api.apps.learning.selectors import Studied
from luffy_api.apps.order import sales_selectors
from luffy_api.apps.order.sales_selectors import ZERO, CourseSales
from luffy_api.apps.user import selectors as users
from luffy_api.common import dates


class _Sums:
    """Dataclasses of numbers that can be added."""

    def __add__(self, other: Self) -> Self:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return type(self)(*(one + another for one, another in pairs))


@dataclass(frozen=True)
class Figures(_Sums):
    """Of one day, or of several together; names as in `DailyFigures`.

    `active_students` of several days is a sum of days: whoever came on two counts twice.
    `new_students` are all accounts that were made, which no later change of a role touches;
    `reading` takes those of colleagues away.
    """

    placed: int = 0
    converted: int = 0
    paid: int = 0
    income: Decimal = ZERO
    refunds: int = 0
    refunded: Decimal = ZERO
    new_students: int = 0
    active_students: int = 0
    watched_seconds: int = 0

    @property
    def net(self) -> Decimal:
        """What stayed: below zero on a day on which more went back than came."""
        return self.income - self.refunded

    @property
    def conversion(self) -> Decimal | None:
        """Percent of the orders placed that are paid, None without orders."""
        return Decimal(100 * self.converted) / self.placed if self.placed else None

    @property
    def minutes(self) -> int:
        """Minutes watched, rounded down."""
        return self.watched_seconds // 60


@dataclass(frozen=True)
class CourseFigures(_Sums):
    """Of one course; names as in `DailyCourseFigures`."""

    sold: int = 0
    income: Decimal = ZERO
    refunded: Decimal = ZERO
    learners: int = 0
    watched_seconds: int = 0

    @property
    def net(self) -> Decimal:
        """What stayed of it."""
        return self.income - self.refunded

    @property
    def minutes(self) -> int:
        """Minutes watched, rounded down."""
        return self.watched_seconds // 60


@dataclass(frozen=True)
class DayFacts:
    """Everything about one day; courses without anything are left out."""

    figures: Figures
    courses: dict[int, CourseFigures]


def facts_of(day: date) -> DayFacts:
    """Count a day in Shanghai. Ten queries at most, by indexes."""
    span = Span(day, day)
    sold = sales_selectors.sales(span.start, span.end)
    studied = learning.studied_on(day)
    figures = Figures(
        **vars(sold),
        new_students=users.count_joined(span.start, span.end),
        active_students=studied.students,
        watched_seconds=studied.seconds,
    )
    return DayFacts(figures, _courses(span))


def first_day() -> date | None:
    """The first day that has anything to count, None in an empty shop. Four queries."""
    joined = users.first_joined()
    found = (
        sales_selectors.first_day(),
        learning.first_study_day(),
        dates.day_of(joined) if joined else None,
    )
    return min((day for day in found if day), default=None)


def _courses(span: Span) -> dict[int, CourseFigures]:
    sold = sales_selectors.course_sales(span.start, span.end)
    studied = learning.studied_by_course(span.first)
    return {
        pk: CourseFigures(
            **vars(sold.get(pk, CourseSales())),
            learners=studied.get(pk, Studied()).students,
            watched_seconds=studied.get(pk, Studied()).seconds,
        )
        for pk in sold.keys() | studied.keys()
    }
