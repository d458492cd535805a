"""`pricing.best_offer` as SQL, for ordering and filtering; a property test compares the two.

Exact prices have four decimals, the product of a list price and a rate. SQLite computes them as
floats, so rounding and comparing tolerate an error of a tenth of the last decimal.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    DecimalField,
    Expression,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Round

from luffy_api.apps.course.models import CourseDiscount
from luffy_api.apps.course.pricing import CENT, ZERO, DiscountType

_TOLERANCE = Decimal("0.00001")


def real_price(now: datetime) -> Expression:
    """Return what a course costs at `now` (UTC) in yuan, to annotate courses with."""
    lowest = (
        CourseDiscount.objects.running(now)
        .order_by()
        .filter(courses=OuterRef("pk"))
        .values("courses")
        .annotate(lowest=_rounded(Min(_exact_price(OuterRef("price")))))
        .values("lowest")
    )
    # No discount raises a price: the constraint discount_value_fits_type.
    return Coalesce(Subquery(lowest), F("price"))


def real_price_within(low: Decimal, high: Decimal, now: datetime) -> Q:
    """Return a condition on courses: `low` <= real price at `now` (UTC) <= `high`.

    Both are yuan with two decimals. The subqueries do not depend on the course, so that the
    database runs each once.
    """
    affordable = _costs_less(high + CENT, now)
    return affordable if low <= 0 else affordable & ~_costs_less(low, now)


def _costs_less(bound: Decimal, now: datetime) -> Q:
    """Whether the list price or a discounted price, rounded half up, is below `bound`."""
    exact_bound = bound - CENT / 2 - _TOLERANCE
    running = CourseDiscount.objects.running(now).order_by()
    pairs: QuerySet[Any, Any] = CourseDiscount.courses.through.objects.filter(
        coursediscount__in=running
    )
    exact = _exact_price(F("course__price"), path="coursediscount__")
    cheap = pairs.alias(exact=exact).filter(exact__lt=exact_bound)
    return Q(price__lt=exact_bound) | Q(pk__in=cheap.values("course_id"))


def _exact_price(price: F, *, path: str = "") -> Expression:
    """`pricing.discounted` before rounding; `path` leads to the discount."""
    kind, value = f"{path}discount_type", F(f"{path}value")
    return Case(
        When(**{kind: DiscountType.FREE}, then=Value(ZERO)),
        When(**{kind: DiscountType.RATE}, then=price * value),
        default=Greatest(price - value, Value(ZERO)),
        output_field=_yuan(),
    )


def _rounded(exact: Expression) -> Expression:
    """Half up to a cent."""
    return Round(exact + Value(_TOLERANCE), precision=2, output_field=_yuan())


def _yuan() -> DecimalField[Decimal, Decimal]:
    return DecimalField(max_digits=12, decimal_places=5)
