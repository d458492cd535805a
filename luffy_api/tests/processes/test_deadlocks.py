"""Opposite carts paid concurrently, and deadlocks made on purpose."""

from decimal import Decimal

import pytest
from django.db import connection

from luffy_api.apps.order.models import Order, PayType
from luffy_api.tests.counting import students
from luffy_api.tests.factories import CourseFactory, OrderFactory
from luffy_api.tests.peers import PEERS
from luffy_api.tests.processes.clients import paid_for, send_all, told
from luffy_api.tests.processes.shop import Shop

ACCEPTED = {peer.accepted for peer in PEERS.values()}
only_mariadb = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer and so no deadlocks"
)


def opposite_carts(pairs: int) -> list[Order]:
    """(A, B) and (B, A) in turns, each by another provider."""
    courses = CourseFactory.create_batch(2, price="99.00")
    total = Decimal("198.00")
    turns = [(courses, PayType.ALIPAY), (courses[::-1], PayType.WECHAT)] * pairs
    return [
        OrderFactory(courses=turn, total_amount=total, pay_type=pay_type)
        for turn, pay_type in turns
    ]


def test_opposite_carts_paid_concurrently(shop, whole):
    orders = opposite_carts(32)

    answers = send_all(shop.ports, [paid_for(order) for order in orders])

    assert set(told(answers)) == ACCEPTED
    assert set(students()) == {len(orders)}


def warm_up(shop: Shop) -> None:
    """The first payment of a process imports what later ones find: seconds on a busy machine."""
    answers = send_all(shop.ports, [paid_for(order) for order in opposite_carts(2)], threads=4)
    assert set(told(answers)) == ACCEPTED


@only_mariadb
def test_a_deadlock_is_retried(faulty_shop, switch, whole):
    warm_up(faulty_shop)
    orders = opposite_carts(1)
    switch("cart_order")
    before = faulty_shop.log().count("_record_payment was undone, trying again")

    answers = send_all(faulty_shop.ports, [paid_for(order) for order in orders])

    assert set(told(answers)) == ACCEPTED
    assert faulty_shop.log().count("_record_payment was undone, trying again") > before


@only_mariadb
def test_control_without_a_retry_a_deadlock_is_an_error(faulty_shop, switch):
    warm_up(faulty_shop)
    orders = opposite_carts(1)
    switch("cart_order")
    switch("no_retry")

    answers = send_all(faulty_shop.ports, [paid_for(order) for order in orders])

    first, second = sorted(answer.status for answer in answers if answer)
    assert (first in {200, 204}, second) == (True, 503)
    assert "(1213," in faulty_shop.log()
