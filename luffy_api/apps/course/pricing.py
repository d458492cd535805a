"""What a course costs at a moment. Pure functions of Decimals; `pricing_sql` is the same in SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from django.db.models import IntegerChoices

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
DISCOUNT_FIELDS = ("discount_type", "value", "starts_at", "ends_at")


class DiscountType(IntegerChoices):
    """The kinds of discount: free, a rate of the price, an amount less."""

    FREE = 1, "限时免费"
    RATE = 2, "限时折扣"
    MINUS = 3, "限时减免"


class Discount(Protocol):
    """What pricing needs to know of a CourseDiscount: its `DISCOUNT_FIELDS`."""

    @property
    def discount_type(self) -> int: ...

    @property
    def value(self) -> Decimal: ...

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


@dataclass(frozen=True)
class Offer:
    """The price to pay in yuan, the label of the discount behind it and when that ends (UTC)."""

    real_price: Decimal
    discount_type: str | None = None
    discount_ends: datetime | None = None


def best_offer(price: Decimal, discounts: Iterable[Discount], now: datetime) -> Offer:
    """Return the lowest price at `now` (UTC); of equal discounts, the one that ends last.

    A discount that does not reduce the price is not shown.
    """
    offers = [
        Offer(
            discounted(price, discount),
            DiscountType(discount.discount_type).label,
            discount.ends_at,
        )
        for discount in discounts
        if discount.starts_at <= now < discount.ends_at
    ]
    cheaper = [offer for offer in offers if offer.real_price < price]
    if not cheaper:
        return Offer(price)
    lowest = min(offer.real_price for offer in cheaper)
    return max(
        (offer for offer in cheaper if offer.real_price == lowest),
        key=lambda offer: offer.discount_ends or now,
    )


def discounted(price: Decimal, discount: Discount) -> Decimal:
    """Return the price after the discount: never below 0, rounded half up to 0.01 yuan."""
    match DiscountType(discount.discount_type):
        case DiscountType.FREE:
            result = ZERO
        case DiscountType.RATE:
            result = price * discount.value
        case DiscountType.MINUS:
            result = price - discount.value
    return max(ZERO, result).quantize(CENT, rounding=ROUND_HALF_UP)
