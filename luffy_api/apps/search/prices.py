"""Courses by the price that one pays at this moment: nothing about prices is in the index."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F, Q, QuerySet

from luffy_api.apps.course.models import CourseDiscount
from luffy_api.apps.course.pricing import DiscountType
from luffy_api.apps.search.query import PriceRange

FREE = PriceRange(Decimal(0), Decimal(0))
# Prices have two decimals and rates too, so that a product has four; pricing rounds half up.
_HALF_CENT = Decimal("0.005")
_LESS_THAN_THAT = Decimal("0.00005")


def real_price_within(price: PriceRange, now: datetime) -> Q:
    """A condition on courses: pricing.best_offer at `now` lies in the range.

    The lowest price counts: one way to pay at most `high` is needed, and none below `low`.
    """
    at_most = _can_be_had_below(price.high + _HALF_CENT - _LESS_THAN_THAT, now)
    if price.low <= 0:
        return at_most
    return at_most & ~_can_be_had_below(price.low - _HALF_CENT - _LESS_THAN_THAT, now)


def _can_be_had_below(bound: Decimal, now: datetime) -> Q:
    return Q(price__lt=bound) | Q(pk__in=_discounted_below(bound, now))


def _discounted_below(bound: Decimal, now: datetime) -> QuerySet[Any, Any]:
    """Ids of courses with a running discount that makes them cheaper than `bound`.

    Over the table between discounts and courses, so that price and value are of one pair.
    """
    yuan: DecimalField[Decimal, Decimal] = DecimalField(max_digits=12, decimal_places=4)
    price, value = F("course__price"), F("coursediscount__value")
    kind = "coursediscount__discount_type"
    cheap = (
        Q(**{kind: DiscountType.FREE})
        | Q(**{kind: DiscountType.RATE}, rated__lt=bound)
        | Q(**{kind: DiscountType.MINUS}, reduced__lt=bound)
    )
    pairs = CourseDiscount.courses.through.objects.filter(
        coursediscount__in=CourseDiscount.objects.running(now).order_by()
    )
    return (
        pairs.alias(
            rated=ExpressionWrapper(price * value, output_field=yuan),
            reduced=ExpressionWrapper(price - value, output_field=yuan),
        )
        .filter(cheap)
        .values("course_id")
    )
