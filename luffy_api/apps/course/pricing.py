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


def vip_price(price: Decimal | None, real_price: Decimal) -> Decimal | None:
    """What a member pays (yuan) for a course with this 会员价, None if everybody pays as little.

    So it is the lower of it and the discounted price, and never what makes a free course cost
    something. It has no twin in SQL: lists, filters and search go by what everybody pays.
    """
    return price if price is not None and price < real_price else None


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


def parse_rate(number: Decimal) -> Decimal:
    """Return the share of the price that is left: 0.80 for 八折, typed as 8 or as 0.8.

    95 is 九五折. Multiples of ten may mean anything, such as 10 % less. Raises ValueError.
    """
    if number >= 10 and number % 10:
        number /= 100
    elif 1 <= number < 10:
        number /= 10
    if not 0 < number < 1 or number != number.quantize(CENT):
        raise ValueError("no rate of a discount")
    return number.quantize(CENT)


def unit_fault(text: str, *, is_rate: bool) -> str:
    """Why a typed value cannot be meant so, in Chinese; "" if it can: 8 折 is no amount."""
    typed = text.strip()
    if typed.endswith("折") and not is_rate:
        return f"“{typed}”是折扣，这里要填金额：请改优惠方式，或者填写多少元"
    if typed.endswith("元") and is_rate:
        return f"“{typed}”是金额，这里要填折扣：请改优惠方式，或者填写几折"
    return ""


def spoken_rate(rate: Decimal) -> str:
    """Return a rate as it is spoken: "8 折", "8.5 折"."""
    return f"{(rate * 10).normalize():f} 折"
