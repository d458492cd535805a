"""Courses by the price that one pays at this moment: nothing about prices is in the index."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F, Q, QuerySet

from luffy_api.apps.course.models import CourseDiscount
from luffy_api.apps.course.pricing import DiscountType
from luffy_api.apps.search.query import Price

FREE = Price(Decimal(0), Decimal(0))
# Prices have two decimals and rates too, so that a product has four; pricing rounds half up.
_HALF_CENT = Decimal("0.005")
_LESS_THAN_THAT = Decimal("0.00005")


def real_price_within(price: Price, now: datetime) -> Q:
    """A condition on courses: pricing.best_offer at `now` lies in the range.

    The lowest price counts: one way to pay at most `high` is needed, and none below `low`.
    """
    at_most = _can_be_had_below(price.high + _HALF_CENT - _LESS_THAN_THAT, now)
    if price.low <= 0:
        return at_most
    return at_most & ~_can_be_had_below(price.low - _HALF_CENT - _LESS_THAN_THAT, now)


def _can_be_had_below(bound: Decimal, now: datetime) -> Q:
    return Q(price__lt=bound) | Q(pk__in=_discounted_below(bound, now))


def _discounted_below(bound: Decimal, now: datetime) -> QuerySet[CourseDiscount, Any]:
    running = CourseDiscount.objects.running(now).order_by()
    yuan: DecimalField[Decimal, Decimal] = DecimalField(max_digits=12, decimal_places=4)
    reduced = ExpressionWrapper(F("courses__price") - F("value"), output_field=yuan)
    rated = ExpressionWrapper(F("courses__price") * F("value"), output_field=yuan)
    cheap = (
        Q(discount_type=DiscountType.FREE)
        | Q(discount_type=DiscountType.RATE, rated__lt=bound)
        | Q(discount_type=DiscountType.MINUS, reduced__lt=bound)
    )
    prices = running.alias(rated=rated, reduced=reduced).filter(cheap)
    return prices.filter(courses__isnull=False).values("courses")
