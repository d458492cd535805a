"""The first page of the back office: each block for who may see what it is about."""

from collections.abc import Callable
from dataclasses import dataclass

from luffy_api.apps.dashboard.figures import blocks, reading
from luffy_api.apps.dashboard.figures.reading import SpanFigures
from luffy_api.apps.dashboard.figures.spans import Span
from luffy_api.apps.dashboard.figures.tables import Number, Table
from luffy_api.apps.dashboard.figures.waiting import waiting

May = Callable[[str], bool]
# Amounts are for who may see orders and their payments, learning for who may see the class lists.
MONEY = ("order.view_order", "order.view_orderpayment")
LEARNING = ("course.view_course", "course.view_enrollment")
COUPONS = ("promotion.view_coupon", "promotion.view_claim", "promotion.view_redemption")
SEARCHES = ("search.view_searchday", "search.view_searchword")


@dataclass(frozen=True)
class Overview:
    """What one user sees of a span; `missing` days are still to be summed."""

    span: Span
    waiting: list[Number]
    tables: list[Table]
    missing: int


def overview(span: Span, may: May) -> Overview:
    """About thirty queries, whatever the span and the number of orders."""
    money, learning = sees(may, MONEY), sees(may, LEARNING)
    found = reading.read(span) if money or learning else SpanFigures(span, {}, {})
    tables: list[Table] = []
    if money:
        tables += [blocks.income(found, may), blocks.orders(found, may)]
    if learning:
        tables.append(blocks.students(found, may))
    if money:
        tables.append(blocks.best_sellers(found))
    if learning:
        tables.append(blocks.most_watched(found))
    if sees(may, SEARCHES):
        tables += [blocks.searches(span), blocks.words_without_result(span)]
    return Overview(span, waiting(may), tables, found.missing)


def opens_courses(may: May) -> bool:
    """Whether the user opens the page of a course: its learning, its sales, or both."""
    return may("course.view_course") or sees(may, MONEY)


def sees(may: May, permissions: tuple[str, ...]) -> bool:
    """Whether the user has all of the permissions."""
    return all(may(permission) for permission in permissions)
