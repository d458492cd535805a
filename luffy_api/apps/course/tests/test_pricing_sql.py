"""The price in SQL is the price in Python, to the cent: the same offers, order and ranges."""

from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from luffy_api.apps.course import pricing_sql, selectors
from luffy_api.apps.course.models import Course, CourseDiscount
from luffy_api.tests.factories import CourseFactory, DiscountFactory

CENT = Decimal("0.01")
FREE, RATE, MINUS = CourseDiscount.Type
# Products of these end in half cents.
PRICES = [Decimal(n) / 100 for n in (1, 5, 50, 99, 1250, 9999, 12345, 9950)]
RATES = [Decimal(text) for text in ("0.01", "0.50", "0.99", "0.33")]
EVERY_OTHER, SECOND_TO_FOURTH = frozenset({0, 2, 4, 6}), frozenset({1, 2, 3})


def cents(minimum, maximum):
    """Decimals with two places."""
    return st.integers(minimum, maximum).map(lambda number: Decimal(number) / 100)


prices = st.lists(cents(0, 99_999_999) | cents(0, 300), min_size=1, max_size=4)
discounts = st.tuples(
    st.one_of(
        st.just((FREE, Decimal(0))),
        st.tuples(st.just(RATE), cents(1, 99)),
        st.tuples(st.just(MINUS), cents(1, 99_999_999) | cents(1, 300)),
    ),
    st.frozensets(st.integers(0, 3)),
)


@contextmanager
def catalogue(prices, discounts):
    """Courses with these prices; a discount is ((type, value), indexes of its courses)."""
    with transaction.atomic():
        first = CourseFactory(price=prices[0])
        shared = {"course_category": first.course_category, "teacher": first.teacher}
        courses = [first, *(CourseFactory(price=price, **shared) for price in prices[1:])]
        for (kind, value), indexes in discounts:
            chosen = [courses[index] for index in indexes if index < len(courses)]
            DiscountFactory(courses=chosen, discount_type=kind, value=value)
        yield courses
        transaction.set_rollback(True)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(prices=prices, discounts=st.lists(discounts, max_size=4))
@example(
    prices=PRICES,
    discounts=[((RATE, rate), EVERY_OTHER) for rate in RATES]
    + [((MINUS, Decimal("0.50")), SECOND_TO_FOURTH)],
)
@example(prices=[Decimal("999999.99")], discounts=[((RATE, Decimal("0.99")), frozenset({0}))])
# Costs 0.025, then 0.03 without a discount, then 0.024: shown as 0.03, 0.03 and 0.02.
@example(
    prices=[Decimal("0.03"), Decimal("0.05"), Decimal("0.04")],
    discounts=[
        ((RATE, Decimal("0.50")), frozenset({1})),
        ((RATE, Decimal("0.60")), frozenset({2})),
    ],
)
@pytest.mark.django_db
def test_sql_and_python_agree_on_every_price(prices, discounts):
    # given courses and discounts
    now = timezone.now()
    with catalogue(prices, discounts) as courses:
        offers = selectors.load_offers(courses, now=now)
        charged = {pk: offer.real_price for pk, offer in offers.items()}
        rows = Course.objects.annotate(real_price=pricing_sql.real_price(now))

        # then SQL computes the same prices
        computed = dict(rows.values_list("pk", "real_price"))
        assert {pk: price.quantize(CENT) for pk, price in computed.items()} == charged

        # and orders by them, equal ones by id
        ordered = list(rows.order_by("real_price", "pk").values_list("pk", flat=True))
        assert ordered == sorted(charged, key=lambda pk: (charged[pk], pk))

        # and finds each course at its own price, and none at a price a cent beside it
        for price in {price + step for price in charged.values() for step in (-CENT, 0, CENT)}:
            at_price = pricing_sql.real_price_within(price, price, now)
            found = set(Course.objects.filter(at_price).values_list("pk", flat=True))
            assert found == {pk for pk, other in charged.items() if other == price}

        # and finds what costs at most or at least so much
        middle = sorted(charged.values())[len(charged) // 2]
        cheap = pricing_sql.real_price_within(Decimal(0), middle, now)
        dear = pricing_sql.real_price_within(middle, Decimal("999999.99"), now)
        for condition, expected in [
            (cheap, {pk for pk, price in charged.items() if price <= middle}),
            (dear, {pk for pk, price in charged.items() if price >= middle}),
        ]:
            found = set(Course.objects.filter(condition).values_list("pk", flat=True))
            assert found == expected
