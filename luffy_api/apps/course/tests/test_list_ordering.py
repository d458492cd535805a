"""GET course/?ordering=: by rank, by students and by the price of this moment."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from luffy_api.apps.course.models import CourseDiscount
from luffy_api.tests.factories import CourseFactory, DiscountFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/course/"


def ordered(api, ordering=None):
    """Names in the order of the answer."""
    query = {"ordering": ordering} if ordering else {}
    return [row["name"] for row in api.get(URL, query).json()["data"]["results"]]


def real_prices(api, ordering):
    """Prices to pay in the order of the answer."""
    rows = api.get(URL, {"ordering": ordering, "page_size": 50}).json()["data"]["results"]
    return [Decimal(row["real_price"]) for row in rows]


def test_by_rank_unless_asked_otherwise(api):
    for name, orders in [("乙", 2), ("甲", 1), ("丙", 3)]:
        CourseFactory(name=name, orders=orders)
    assert ordered(api) == ordered(api, "orders") == ["甲", "乙", "丙"]
    assert ordered(api, "-orders") == ["丙", "乙", "甲"]


def test_by_students(api):
    for name, students in [("乙", 20), ("甲", 100), ("丙", 3)]:
        CourseFactory(name=name, students=students)
    assert ordered(api, "-students") == ["甲", "乙", "丙"]
    assert ordered(api, "students") == ["丙", "乙", "甲"]


def test_equals_stand_in_the_order_of_their_ids(api):
    CourseFactory(name="先"), CourseFactory(name="后")
    assert ordered(api, "price") == ["先", "后"]
    assert ordered(api, "-price") == ["后", "先"]


def test_by_the_price_that_would_be_paid_now(api):
    # Given list prices 10 < 50 < 90 < 100 < 300, and discounts that turn them round
    CourseFactory(name="原价十元", price=10)
    minus = CourseFactory(name="五十减四十五", price=50)
    half = CourseFactory(name="九十打五折", price=90)
    free = CourseFactory(name="一百限免", price=100)
    both = CourseFactory(name="三百取最低", price=300)
    DiscountFactory(courses=[half], value="0.50")
    DiscountFactory(courses=[minus], discount_type=3, value=45)
    DiscountFactory(courses=[free], discount_type=1, value=0)
    DiscountFactory(courses=[both], value="0.90")
    DiscountFactory(courses=[both], discount_type=3, value=280)
    # Then
    cheapest_first = ["一百限免", "五十减四十五", "原价十元", "三百取最低", "九十打五折"]
    assert ordered(api, "price") == cheapest_first
    assert ordered(api, "-price") == cheapest_first[::-1]
    assert real_prices(api, "price") == [0, 5, 10, 20, 45]


def test_a_reduction_above_the_price_makes_it_zero_not_negative(api):
    dear, cheap = CourseFactory(name="零元", price=20), CourseFactory(name="一分", price="0.01")
    DiscountFactory(courses=[dear], discount_type=CourseDiscount.Type.MINUS, value=500)
    assert ordered(api, "price") == [dear.name, cheap.name]
    assert real_prices(api, "price") == [Decimal("0.00"), Decimal("0.01")]


@pytest.mark.parametrize(
    "idle",
    [
        {"starts_at": timezone.now() + timedelta(hours=1)},
        {"ends_at": timezone.now() - timedelta(hours=1)},
        {"is_show": False},
        {"is_delete": True},
    ],
)
def test_a_discount_that_does_not_run_moves_nothing(api, idle):
    dear, _ = CourseFactory(name="贵", price=20), CourseFactory(name="便宜", price=10)
    DiscountFactory(courses=[dear], discount_type=1, value=0, **idle)
    assert ordered(api, "price") == ["便宜", "贵"]
    assert real_prices(api, "price") == [10, 20]


@pytest.mark.parametrize("ordering", ["price", "-price"])
def test_the_order_agrees_with_the_prices_that_are_shown(api, ordering):
    for price in ("99.99", "100.00", "9.90", "1999.00", "0.05", "33.33"):
        for value in ("0.33", "0.5", "0.99"):
            DiscountFactory(courses=[CourseFactory(price=price)], value=value)
    shown = real_prices(api, ordering)
    assert shown == sorted(shown, reverse=ordering.startswith("-"))
    assert len(shown) == 18
