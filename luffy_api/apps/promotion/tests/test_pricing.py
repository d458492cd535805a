"""What a coupon takes off a cart: examples, and laws for any cart."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luffy_api.apps.promotion.pricing import (
    CENT,
    CouponKind,
    Line,
    Stacking,
    payable,
    quote,
    split,
)

pytestmark = pytest.mark.any_database


@dataclass(frozen=True)
class Terms:
    kind: int
    value: Decimal
    threshold: Decimal = Decimal(0)
    stacking: int = Stacking.WITH_DISCOUNT


def terms(kind, value, **more):
    return Terms(kind, Decimal(value), **more)


def cart(*prices):
    """Lines by price now, or by list price and price now."""
    pairs = [each if isinstance(each, tuple) else (each, each) for each in prices]
    return [Line(n, Decimal(list_), Decimal(now)) for n, (list_, now) in enumerate(pairs)]


def shares(coupon, lines):
    return [str(quote(coupon, lines).shares.get(line.course_id, "-")) for line in lines]


def test_each_kind_takes_off_what_it_says():
    lines = cart("99.00", "33.00", "0.05")
    over_100 = terms(CouponKind.THRESHOLD, "20", threshold=Decimal(100))
    cases = {
        over_100: ["14.99", "5.00", "0.01"],
        terms(CouponKind.MINUS, "0.01"): ["0.01", "-", "-"],
        terms(CouponKind.MINUS, "1000"): ["98.99", "32.99", "0.04"],
        terms(CouponKind.RATE, "0.8"): ["19.80", "6.60", "0.01"],
        terms(CouponKind.PRICE, "9.90"): ["89.10", "23.10", "-"],
    }

    for coupon, expected in cases.items():
        assert shares(coupon, lines) == expected, coupon


def test_one_rule_says_how_a_coupon_goes_with_a_running_discount():
    lines = cart(("100.00", "80.00"), ("50.00", "50.00"))
    cases = {
        (Stacking.WITH_DISCOUNT, "0.9"): ["8.00", "5.00"],
        (Stacking.NOT_DISCOUNTED, "0.9"): ["-", "5.00"],
        # 90 of 100 is more than 80; 70 is less.
        (Stacking.LOWER_OF_BOTH, "0.9"): ["-", "5.00"],
        (Stacking.LOWER_OF_BOTH, "0.7"): ["10.00", "15.00"],
    }

    for (rule, value), expected in cases.items():
        assert shares(terms(CouponKind.RATE, value, stacking=rule), lines) == expected, rule


def test_a_coupon_that_does_not_fit_says_why():
    other = [Line(1, Decimal(99), Decimal(99), in_scope=False)]
    over_100 = terms(CouponKind.THRESHOLD, "20", threshold=Decimal(100))
    alone = terms(CouponKind.MINUS, "20", stacking=Stacking.NOT_DISCOUNTED)
    cases = [
        (over_100, cart("99.99"), "还差 0.01 元可用"),
        (over_100, [*cart("50.00"), *other], "还差 50.00 元可用"),
        (over_100, other, "不适用于所选课程"),
        (alone, cart(("99.00", "80.00")), "不能与限时优惠、会员价同时使用"),
        (terms(CouponKind.PRICE, "99.00"), cart("9.90"), "使用后不会更便宜"),
        (terms(CouponKind.MINUS, "5"), cart("0.01"), "使用后不会更便宜"),
    ]

    for coupon, lines, why in cases:
        found = quote(coupon, lines)
        assert (found.why, found.shares, payable(lines, found)) == (
            why,
            {},
            sum(line.real_price for line in lines),
        )


cents = st.integers(1, 10_000_000).map(lambda n: n * CENT)
carts = st.lists(
    st.tuples(cents, cents).map(lambda pair: (max(pair), min(pair))), min_size=1, max_size=20
)


@settings(max_examples=300, deadline=None)
@given(
    carts,
    st.sampled_from(CouponKind),
    st.sampled_from(Stacking),
    cents,
    st.integers(1, 99).map(lambda n: n * CENT),
)
def test_the_shares_are_exact_and_every_line_keeps_a_cent(pairs, kind, stacking, yuan, rate):
    lines = cart(*pairs)
    coupon = Terms(kind, rate if kind == CouponKind.RATE else yuan, stacking=stacking)

    found = quote(coupon, lines)

    left = [line.real_price - found.shares.get(line.course_id, Decimal(0)) for line in lines]
    assert sum(left) == payable(lines, found)
    assert all(each >= CENT and each == each.quantize(CENT) for each in left)
    assert all(share > 0 for share in found.shares.values())
    if kind in (CouponKind.MINUS, CouponKind.THRESHOLD) and stacking == Stacking.WITH_DISCOUNT:
        most = sum(line.real_price - CENT for line in lines)
        assert found.amount == min(yuan, most)


@settings(max_examples=200, deadline=None)
@given(st.lists(cents, min_size=1, max_size=20), st.floats(0, 1))
def test_a_split_adds_up_and_follows_the_proportion(bases, part):
    room = sum(bases) - CENT * len(bases)
    amount = (room * Decimal(part)).quantize(CENT)
    amount = min(amount, room)

    found = split(amount, bases)

    assert sum(found) == amount
    assert all(0 <= share <= base - CENT for share, base in zip(found, bases, strict=True))


@pytest.mark.parametrize("kind", [CouponKind.THRESHOLD, CouponKind.RATE, CouponKind.MINUS])
def test_a_free_course_takes_no_part(kind):
    coupon = terms(kind, "0.50")

    assert quote(coupon, cart("0.00")).why == "不适用于所选课程"
    assert quote(coupon, cart("0.00", "10.00")).shares.keys() == {1}
    assert not quote(coupon, cart(("99.00", "0.00"))).shares
