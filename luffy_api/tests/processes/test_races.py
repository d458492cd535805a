"""Many clients at the same moment over two server processes; each race has a control."""

import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user import tokens
from luffy_api.tests.buyer import wait_until
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory
from luffy_api.tests.processes import invariants
from luffy_api.tests.processes.clients import api, bodies, in_threads, paid, send_all

ORDERS = 200
REPEATS = 50
PLACINGS = 50

only_mariadb = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer and so no deadlocks"
)


def reasons() -> Counter[str]:
    return Counter(PaymentEvent.objects.values_list("reason", flat=True))


def orders_of_many_students(count: int, courses: int = 4) -> list[Order]:
    """Each of another student, for two of a few courses that all of them want."""
    shelf = CourseFactory.create_batch(courses, price="99.00")
    pairs = [(shelf[i % courses], shelf[(i + 1) % courses]) for i in range(count)]
    return [OrderFactory(courses=pair, total_amount=Decimal("198.00")) for pair in pairs]


def message(order: Order) -> bytes:
    return paid(order.out_trade_no, order.total_amount)


def repeated(orders: list[Order], times: int) -> list[bytes]:
    """Equal notifications stand together, so that many threads send them at the same moment."""
    return [sent for order in orders for sent in [message(order)] * times]


def test_ten_thousand_notifications_pay_two_hundred_orders(shop, whole):
    orders = orders_of_many_students(ORDERS)

    answers = send_all(shop.ports, repeated(orders, REPEATS))

    assert Counter(bodies(answers)) == {"success": ORDERS * REPEATS}
    assert Order.objects.filter(order_status=OrderStatus.PAID).count() == ORDERS
    assert reasons() == {"paid": ORDERS, "repeated": ORDERS * (REPEATS - 1)}
    assert Enrollment.objects.count() == 2 * ORDERS
    assert set(Course.objects.values_list("students", flat=True)) == {ORDERS // 2}


def test_control_without_lock_and_condition_they_pay_many_times(faulty_shop, switch):
    orders = orders_of_many_students(10)
    switch("plain")

    send_all(faulty_shop.ports, repeated(orders, 16))

    assert reasons()["paid"] > len(orders)
    assert any("counted" in fault for fault in invariants.broken())


def cancel(order: Order) -> bytes:
    return api(f"order/{order.out_trade_no}/cancel/", tokens.issue(order.user).token)


def test_notifications_against_cancellations_never_lose_the_money(shop, gateway, whole):
    orders = orders_of_many_students(40)
    for order in orders[::2]:
        gateway.know_paid(order)
    requests = [
        part for order in orders for part in (cancel(order), message(order), message(order))
    ]

    answers = send_all(shop.ports, requests)

    notified = [answer for i, answer in enumerate(answers) if i % 3]
    assert set(bodies(notified)) == {"success"}
    assert {answer.status for answer in answers[::3] if answer} <= {200, 409}
    assert Order.objects.filter(order_status=OrderStatus.PAID).count() == len(orders)
    assert reasons()["paid"] == len(orders)


def test_control_a_cancellation_without_condition_overwrites_the_payment(
    faulty_shop, switch, gateway
):
    orders = orders_of_many_students(6)
    switch("plain")

    def cancel_or_pay(number: int) -> None:
        order = orders[number // 2]
        if number % 2:
            wait_until(lambda: ("alipay.trade.query", order.out_trade_no) in gateway.asked)
            time.sleep(0.1)
            send_all(faulty_shop.ports, [message(order)], threads=1)
        else:
            send_all(faulty_shop.ports[::-1], [cancel(order)], threads=1)

    in_threads(cancel_or_pay, 2 * len(orders))

    assert reasons()["paid"] == len(orders)
    assert Order.objects.filter(order_status=OrderStatus.CANCELLED).exists()


def test_notifications_against_the_sweep_never_lose_the_money(shop, gateway, settings, whole):
    orders = orders_of_many_students(40)
    for order in orders[::2]:
        gateway.know_paid(order)
    Order.objects.update(expires_at=timezone.now())
    settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": gateway.url}
    messages = repeated(orders, 2)

    def sweep_or_notify(number: int) -> list[str]:
        if number < 2:
            call_command("close_expired_orders", verbosity=0)
            return []
        return bodies(send_all(shop.ports, messages[number - 2 :: 6], threads=2))

    answers = [body for share in in_threads(sweep_or_notify, 8) for body in share]

    assert Counter(answers) == {"success": len(messages)}
    assert Order.objects.filter(order_status=OrderStatus.PAID).count() == len(orders)
    assert reasons()["paid"] == len(orders)
    asked = {number for method, number in gateway.asked if method == "alipay.trade.query"}
    assert asked & {order.out_trade_no for order in orders}


@pytest.fixture
def wish() -> Callable[[], list[bytes]]:
    """A student's basket, sent many times in both orders."""

    def requests() -> list[bytes]:
        token = tokens.issue(UserFactory()).token
        courses = [course.pk for course in CourseFactory.create_batch(2, price="99.00")]
        bodies: list[dict[str, Any]] = [
            {"courses": courses, "total_amount": "198.00"},
            {"courses": courses[::-1], "total_amount": "198.00"},
        ]
        return [api("order/pay/", token, bodies[i % 2]) for i in range(PLACINGS)]

    return requests


def test_fifty_equal_placings_make_one_order(shop, wish, whole):
    answers = send_all(shop.ports, wish(), threads=PLACINGS)

    assert Counter(answer.status for answer in answers if answer) == {201: PLACINGS}
    numbers = {answer.json["out_trade_no"] for answer in answers if answer}
    assert list(Order.objects.values_list("out_trade_no", flat=True)) == list(numbers)


def test_control_without_the_unique_basket_fifty_placings_make_many(faulty_shop, wish, switch):
    switch("no_basket_key")

    send_all(faulty_shop.ports, wish(), threads=PLACINGS)

    assert Order.objects.count() > 1


def opposite_baskets(pairs: int) -> list[Order]:
    """(A, B) and (B, A) in turns."""
    shelf = CourseFactory.create_batch(2, price="99.00")
    total = Decimal("198.00")
    turns = [shelf if i % 2 else shelf[::-1] for i in range(2 * pairs)]
    return [OrderFactory(courses=turn, total_amount=total) for turn in turns]


def test_opposite_baskets_at_the_same_moment(shop, whole):
    orders = opposite_baskets(32)

    answers = send_all(shop.ports, [message(order) for order in orders])

    assert set(bodies(answers)) == {"success"}
    assert set(Course.objects.values_list("students", flat=True)) == {len(orders)}


@only_mariadb
def test_a_deadlock_is_tried_again(faulty_shop, switch, whole):
    orders = opposite_baskets(1)
    switch("basket_order")
    before = faulty_shop.log().count("deadlock in record_payment, trying again")

    answers = send_all(faulty_shop.ports, [message(order) for order in orders])

    assert set(bodies(answers)) == {"success"}
    assert faulty_shop.log().count("deadlock in record_payment, trying again") > before


@only_mariadb
def test_control_without_another_attempt_a_deadlock_is_an_error(faulty_shop, switch):
    orders = opposite_baskets(1)
    switch("basket_order")
    switch("no_retry")

    answers = send_all(faulty_shop.ports, [message(order) for order in orders])

    assert sorted(answer.status for answer in answers if answer) == [200, 503]
    assert "(1213," in faulty_shop.log()
