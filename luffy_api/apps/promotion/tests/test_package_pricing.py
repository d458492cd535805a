"""How the price of a package is shared over its courses: examples, and laws for any package."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luffy_api.apps.promotion.package_pricing import is_cheaper, shares

pytestmark = pytest.mark.any_database


def shared(price, *real_prices):
    return [str(each) for each in shares(Decimal(price), [Decimal(each) for each in real_prices])]


def test_a_price_below_a_cent_for_each_leaves_a_cent_for_each():
    for price in ("-5.00", "0.00", "0.01"):
        assert shared(price, "100.00", "100.00", "0.00") == ["0.01", "0.01", "0.00"]


def test_each_course_has_a_share_by_what_it_costs():
    assert shared("120.00", "100.00", "60.00", "40.00") == ["60.00", "36.00", "24.00"]
    assert shared("100.00", "50.00", "50.00", "50.00") == ["33.33", "33.33", "33.34"]
    assert shared("0.20", "999999.99", "0.01") == ["0.19", "0.01"]


def test_what_costs_nothing_now_has_no_share():
    assert shared("50.00", "0.00", "80.00", "20.00") == ["0.00", "40.00", "10.00"]
    assert shared("50.00", "0.00", "0.00") == ["0.00", "0.00"]


def test_a_dear_package_is_sold_for_what_its_courses_cost():
    for price in ("100.00", "100.01", "999999.99"):
        assert shared(price, "60.00", "40.00") == ["60.00", "40.00"]
        assert not is_cheaper(Decimal(price), [Decimal("60.00"), Decimal("40.00")])
    assert is_cheaper(Decimal("99.99"), [Decimal("60.00"), Decimal("40.00")])


CENTS = st.integers(0, 99_999_999).map(lambda cents: Decimal(cents) / 100)
SMALL = st.integers(0, 30).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=200)
@given(
    price=st.one_of(CENTS, SMALL),
    real_prices=st.lists(st.one_of(CENTS, SMALL), min_size=1, max_size=20),
    has=st.lists(st.booleans(), min_size=20, max_size=20),
)
def test_laws_of_every_package(price, real_prices, has):
    price = max(price, Decimal("0.20"))

    found = shares(price, real_prices)

    whole = sum(real_prices)
    assert sum(found) == min(price, whole)
    for share, real_price in zip(found, real_prices, strict=True):
        assert share == share.quantize(Decimal("0.01"))
        # Nothing is given away, and nothing is dearer than alone.
        assert min(real_price, Decimal("0.01")) <= share <= real_price
        if whole:
            # Exact but for cents: those left over, and that one stays.
            assert abs(share - real_price * min(price, whole) / whole) <= Decimal("0.20")
    # Whoever has some of them pays the others, never more than these cost alone.
    rest = [n for n in range(len(found)) if not has[n]]
    assert sum(found[n] for n in rest) <= sum(real_prices[n] for n in rest)
    assert is_cheaper(price, real_prices) == (min(price, whole) < whole)
