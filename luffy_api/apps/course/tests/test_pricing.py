"""What a course costs: pure arithmetic."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luffy_api.apps.course.pricing import DiscountType, best_offer, vip_price

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FREE, RATE, MINUS = DiscountType


@dataclass
class Discount:
    discount_type: int
    value: Decimal
    starts_at: datetime = NOW - HOUR
    ends_at: datetime = NOW + HOUR


def real_price(price, *discounts):
    """At NOW, of (type, value) pairs."""
    running = [Discount(kind, Decimal(value)) for kind, value in discounts]
    return best_offer(Decimal(price), running, NOW).real_price


@pytest.mark.parametrize(
    ("price", "discounts", "expected"),
    [
        ("99.00", [], "99.00"),
        ("99.00", [(FREE, 0)], "0.00"),
        ("99.00", [(RATE, "0.80")], "79.20"),
        ("99.00", [(MINUS, "9.90")], "89.10"),
        ("99.00", [(MINUS, "99.00")], "0.00"),
        ("99.00", [(MINUS, "99.01")], "0.00"),
        ("0.01", [(RATE, "0.99")], "0.01"),
        ("0.01", [(RATE, "0.49")], "0.00"),
        ("0.05", [(RATE, "0.50")], "0.03"),  # 0.025: half up, not to even
        ("0.15", [(RATE, "0.50")], "0.08"),  # 0.075
        ("1.05", [(RATE, "0.10")], "0.11"),  # 0.105
        ("999999.99", [(RATE, "0.99")], "989999.99"),
        ("100.00", [(RATE, "0.90"), (MINUS, "20"), (RATE, "0.85")], "80.00"),
        ("0.00", [(RATE, "0.50")], "0.00"),
    ],
)
def test_the_best_running_discount_counts(price, discounts, expected):
    assert str(real_price(price, *discounts)) == expected


@pytest.mark.parametrize(
    ("starts", "ends", "runs"),
    [
        (timedelta(0), HOUR, True),
        (timedelta(microseconds=1), HOUR, False),
        (-HOUR, timedelta(0), False),
        (-HOUR, timedelta(microseconds=1), True),
    ],
)
def test_the_start_is_inclusive_and_the_end_exclusive(starts, ends, runs):
    discount = Discount(FREE, Decimal(0), NOW + starts, NOW + ends)
    assert (best_offer(Decimal("9.00"), [discount], NOW).real_price == 0) is runs


def test_the_label_and_the_end_belong_to_the_discount_that_counts():
    weaker = Discount(RATE, Decimal("0.99"), ends_at=NOW + 9 * HOUR)
    stronger = Discount(MINUS, Decimal("50"), ends_at=NOW + 2 * HOUR)
    offer = best_offer(Decimal("100.00"), [weaker, stronger], NOW)
    assert (offer.discount_type, offer.discount_ends) == ("限时减免", NOW + 2 * HOUR)


def test_of_equally_good_ones_the_longest_counts():
    discounts = [
        Discount(kind, Decimal(value), ends_at=NOW + hours * HOUR)
        for kind, value, hours in [(RATE, "0.50", 1), (MINUS, "50", 5), (RATE, "0.50", 3)]
    ]
    offer = best_offer(Decimal("100.00"), discounts, NOW)
    assert (offer.discount_type, offer.discount_ends) == ("限时减免", NOW + 5 * HOUR)


def test_a_discount_that_changes_nothing_is_not_shown():
    offer = best_offer(Decimal("0.01"), [Discount(RATE, Decimal("0.99"))], NOW)
    assert (offer.discount_type, offer.discount_ends) == (None, None)


def cents(maximum):
    """Money with two decimals."""
    return st.decimals(0, maximum, places=2, allow_nan=False, allow_infinity=False)


discount_lists = st.lists(
    st.one_of(
        st.just((FREE, Decimal(0))),
        st.tuples(st.just(RATE), st.decimals("0.01", "0.99", places=2)),
        st.tuples(st.just(MINUS), cents("999999.99")),
    ),
    max_size=4,
)


@given(price=cents("999999.99"), discounts=discount_lists)
def test_never_negative_never_above_the_price_and_always_in_cents(price, discounts):
    real = real_price(price, *discounts)
    assert 0 <= real <= price
    assert real.as_tuple().exponent == -2


@given(price=cents("999999.99"), discounts=discount_lists, more=discount_lists)
def test_a_further_discount_never_makes_it_dearer(price, discounts, more):
    assert real_price(price, *discounts, *more) <= real_price(price, *discounts)


@pytest.mark.parametrize(
    ("price", "public", "expected"),
    [
        (None, "99.00", None),
        ("59.00", "99.00", "59.00"),
        ("59.00", "59.00", None),
        ("59.00", "49.00", None),  # a discount is better
        ("0.01", "0.00", None),  # free stays free
        ("59.00", "59.01", "59.00"),
    ],
)
def test_a_member_pays_the_lower_of_both(price, public, expected):
    found = vip_price(price and Decimal(price), Decimal(public))

    assert found == (expected and Decimal(expected))
