"""The table of states, and the conditional transition that obeys it."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.order.models import Order
from luffy_api.apps.order.numbers import new_out_trade_no
from luffy_api.apps.order.states import ALLOWED_SOURCES, OrderStatus
from luffy_api.apps.promotion.cart_key import cart_key
from luffy_api.tests.factories import OrderFactory

ALLOWED = {(0, 1), (2, 1), (3, 1), (0, 2), (0, 3), (1, 4)}


@pytest.mark.django_db
@pytest.mark.parametrize("start", OrderStatus)
@pytest.mark.parametrize("end", OrderStatus)
def test_only_the_transitions_of_the_table_happen(start, end):
    order = OrderFactory(order_status=start, pay_time=timezone.now(), open_cart_key="x")

    moved = Order.objects.filter(pk=order.pk).transition(to=end) if end in ALLOWED_SOURCES else 0

    order.refresh_from_db()
    assert bool(moved) == ((start, end) in ALLOWED)
    assert order.order_status == (end if moved else start)
    assert order.open_cart_key == (None if moved else "x")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"order_status": OrderStatus.PAID},
        {"order_status": OrderStatus.REFUNDED},
        {"total_amount": 0},
    ],
)
def test_the_database_refuses_an_invalid_order(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderFactory(**wrong)


@pytest.mark.django_db
def test_the_database_refuses_a_second_open_order_for_a_cart():
    OrderFactory(open_cart_key="same")

    with pytest.raises(IntegrityError), transaction.atomic():
        OrderFactory(open_cart_key="same")


def test_an_order_is_payable_while_it_is_unpaid_and_has_time():
    soon, gone = timezone.now() + timedelta(seconds=5), timezone.now()

    assert Order(expires_at=soon).is_payable
    assert not Order(expires_at=gone).is_payable
    assert not Order(expires_at=soon, order_status=OrderStatus.PAID).is_payable


def test_a_cart_key_stands_for_a_set_of_courses_and_a_user():
    assert cart_key(user_id=1, course_ids=[3, 20]) == cart_key(user_id=1, course_ids=[20, 3])
    assert cart_key(user_id=1, course_ids=[3, 20]) != cart_key(user_id=1, course_ids=[32, 0])
    assert cart_key(user_id=1, course_ids=[3]) != cart_key(user_id=2, course_ids=[3])
    assert cart_key(user_id=1, course_ids=[11]) != cart_key(user_id=11, course_ids=[1])


def test_numbers_are_unique_and_fit_the_protocol():
    numbers = [new_out_trade_no() for _ in range(10_000)]

    assert len(set(numbers)) == 10_000
    assert all(number.isalnum() and number.isascii() and len(number) == 26 for number in numbers)


def test_numbers_of_different_moments_sort_by_time():
    times = [number[:10] for number in (new_out_trade_no() for _ in range(1000))]

    assert all(earlier <= later for earlier, later in pairwise(times))
