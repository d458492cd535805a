"""What the courses of a package cost within it. Pure functions of Decimals (yuan), to the cent.

A package is sold at its price, or at the sum of what its courses cost now if that is less. Each
course has a share of that in proportion to what it costs now, so whoever has some of them pays the
shares of the others: never more than these cost alone.
"""

from collections.abc import Sequence
from decimal import Decimal

from luffy_api.apps.promotion.pricing import CENT, ZERO, split


def shares(price: Decimal, real_prices: Sequence[Decimal]) -> list[Decimal]:
    """The share of each course; the sum is the lesser of `price` and the sum of what they cost.

    A course that costs something has at least a cent, for the reason of `pricing`, also at a
    `price` that is less than that for each; one that costs nothing now has none.
    """
    costly = [real_price for real_price in real_prices if real_price > 0]
    total = sum(costly, ZERO)
    saved = max(ZERO, min(total - price, total - CENT * len(costly)))
    savings = iter(split(saved, costly) if saved else [ZERO] * len(costly))
    return [each - next(savings) if each > 0 else ZERO for each in real_prices]


def is_cheaper(price: Decimal, real_prices: Sequence[Decimal]) -> bool:
    """Whether the package costs less than its courses alone; it then does for every student."""
    return price <= sum(real_prices, ZERO) - CENT
