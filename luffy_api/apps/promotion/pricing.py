"""What a coupon takes off a cart. Pure functions of Decimals (yuan), exact to the cent.

Every line keeps at least 0.01 yuan: a payment provider takes nothing less, a line that was paid can
be refunded by itself, and what costs nothing is given by a code instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Protocol

from django.db.models import IntegerChoices

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
NOT_CHEAPER = "使用后不会更便宜"


class CouponKind(IntegerChoices):
    """What a coupon does to the courses that it is for."""

    THRESHOLD = 1, "满减"
    RATE = 2, "折扣"
    MINUS = 3, "立减"
    PRICE = 4, "一口价"


class Stacking(IntegerChoices):
    """How a coupon goes with a discount that is running. A member's 会员价 is one to it."""

    WITH_DISCOUNT = 1, "可以同享：在限时优惠价上再减"
    NOT_DISCOUNTED = 2, "不可同享：限时优惠中的课程不能用"
    LOWER_OF_BOTH = 3, "取低者：按原价用券，与限时优惠价相比取低"


class Terms(Protocol):
    """What pricing needs to know of a Coupon."""

    @property
    def kind(self) -> int: ...

    @property
    def value(self) -> Decimal: ...

    @property
    def threshold(self) -> Decimal: ...

    @property
    def stacking(self) -> int: ...


@dataclass(frozen=True)
class Line:
    """A course of a cart: list price, price now, and whether the coupon is for it."""

    course_id: int
    price: Decimal
    real_price: Decimal
    in_scope: bool = True


@dataclass(frozen=True)
class Quote:
    """What a coupon takes off each line, by course id; `why` it takes nothing, in Chinese."""

    shares: dict[int, Decimal]
    why: str = ""

    @property
    def amount(self) -> Decimal:
        """The sum."""
        return sum(self.shares.values(), ZERO)


def quote(coupon: Terms, lines: Sequence[Line]) -> Quote:
    """Apply a coupon to a cart. Courses that cost nothing take no part."""
    scoped = [line for line in lines if line.in_scope and line.real_price > 0]
    if not scoped:
        return Quote({}, "不适用于所选课程")
    fitting = [line for line in scoped if _may_stack(coupon, line)]
    if not fitting:
        return Quote({}, "不能与限时优惠、会员价同时使用")
    bases = [_base(coupon, line) for line in fitting]
    missing = coupon.threshold - sum(bases, ZERO)
    if missing > 0:
        return Quote({}, f"还差 {missing:.2f} 元可用")
    saved = zip(fitting, bases, _savings(coupon, bases), strict=True)
    shares = {line.course_id: line.real_price - base + share for line, base, share in saved}
    positive = {course_id: share for course_id, share in shares.items() if share > 0}
    return Quote(positive, "" if positive else NOT_CHEAPER)


def _may_stack(coupon: Terms, line: Line) -> bool:
    is_discounted = line.real_price < line.price
    return not (is_discounted and coupon.stacking == Stacking.NOT_DISCOUNTED)


def _base(coupon: Terms, line: Line) -> Decimal:
    """The price that the coupon is counted from."""
    return line.price if coupon.stacking == Stacking.LOWER_OF_BOTH else line.real_price


def _savings(coupon: Terms, bases: Sequence[Decimal]) -> list[Decimal]:
    """What comes off each base."""
    if coupon.kind == CouponKind.PRICE:
        return [max(ZERO, base - max(coupon.value, CENT)) for base in bases]
    total = sum(bases, ZERO)
    off = coupon.value
    if coupon.kind == CouponKind.RATE:
        off = total - (total * coupon.value).quantize(CENT, rounding=ROUND_HALF_UP)
    return split(min(off, total - CENT * len(bases)), bases)


def split(amount: Decimal, bases: Sequence[Decimal]) -> list[Decimal]:
    """Shares of `amount` in proportion to the bases; their sum is `amount` exactly.

    Each leaves at least a cent of its base. Raises ValueError for more than all but these cents.
    Cents that the proportion leaves over go to the lines that it rounds down the most.
    """
    cents, weights = int(amount / CENT), [int(base / CENT) for base in bases]
    total = sum(weights)
    if cents > total - len(weights):
        raise ValueError("Not every base can keep a cent.")
    shares = [min(cents * weight // total, weight - 1) for weight in weights]
    order = sorted(range(len(bases)), key=lambda n: (-(cents * weights[n] % total), n))
    left = cents - sum(shares)
    while left > 0:
        for n in order:
            if left > 0 and shares[n] < weights[n] - 1:
                shares[n] += 1
                left -= 1
    return [share * CENT for share in shares]


def parts(amount: Decimal, limits: Sequence[Decimal]) -> list[Decimal]:
    """Parts of `amount` in proportion to the limits, in cents, none above its limit.

    Their sum is `amount`, or that of the limits if that is less.
    """
    total = sum(limits, ZERO)
    amount = min(amount, total)
    if not amount:
        return [ZERO for _ in limits]
    found = [(amount * each / total).quantize(CENT, rounding=ROUND_DOWN) for each in limits]
    left = amount - sum(found, ZERO)
    for n, limit in enumerate(limits):
        more = min(left, limit - found[n])
        found[n] += more
        left -= more
    return found


def payable(lines: Sequence[Line], found: Quote) -> Decimal:
    """What the cart costs with a coupon."""
    return sum((line.real_price for line in lines), ZERO) - found.amount
