"""Many clients at the same moment over two server processes; each race has a control."""

import time
from collections import Counter
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order.models import Order, OrderQuerySet, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user import tokens
from luffy_api.tests.buyer import wait_until
from luffy_api.tests.factories import CourseFactory, OrderFactory
from luffy_api.tests.processes import faults, invariants
from luffy_api.tests.processes.clients import (
    PROVIDERS,
    api,
    bodies,
    in_threads,
    paid_by_wechat,
    paid_for,
    send_all,
    statuses_and_bodies,
)

ORDERS = 200
REPEATS = 50


def reasons() -> Counter[str]:
    return Counter(PaymentEvent.objects.values_list("reason", flat=True))


def orders_of_many_students(count: int, courses: int = 4) -> list[Order]:
    """Each of another student, for two of a few courses that all of them want."""
    offered = CourseFactory.create_batch(courses, price="99.00")
    pairs = [(offered[i % courses], offered[(i + 1) % courses]) for i in range(count)]
    return [OrderFactory(courses=pair, total_amount=Decimal("198.00")) for pair in pairs]


def repeated(orders: list[Order], times: int, provider: str = "alipay") -> list[bytes]:
    """Equal notifications stand together, so that many threads send them at the same moment."""
    message_for, _ = PROVIDERS[provider]
    return [sent for order in orders for sent in [message_for(order)] * times]


def test_ten_thousand_notifications_pay_two_hundred_orders(shop, whole):
    orders = orders_of_many_students(ORDERS)

    answers = send_all(shop.ports, repeated(orders, REPEATS))

    assert Counter(bodies(answers)) == {"success": ORDERS * REPEATS}
    assert Order.objects.filter(order_status=OrderStatus.PAID).count() == ORDERS
    assert reasons() == {"paid": ORDERS, "repeated": ORDERS * (REPEATS - 1)}
    assert Enrollment.objects.count() == 2 * ORDERS
    assert set(Course.objects.values_list("students", flat=True)) == {ORDERS // 2}


def test_four_hundred_notifications_of_wechat_pay_pay_twenty_orders(shop, whole):
    orders = orders_of_many_students(20)

    answers = send_all(shop.ports, repeated(orders, 20, "wechat"))

    assert Counter(statuses_and_bodies(answers)) == {PROVIDERS["wechat"][1]: 400}
    assert reasons() == {"paid": 20, "repeated": 380}
    assert Enrollment.objects.count() == 40
    assert set(Course.objects.values_list("students", flat=True)) == {10}


def test_both_providers_at_once_pay_each_order_once_and_owe_the_other_payment(shop, whole):
    orders = orders_of_many_students(20)
    messages = [part for order in orders for part in (paid_for(order), paid_by_wechat(order))]

    answers = send_all(shop.ports, messages)

    assert Counter(statuses_and_bodies(answers)) == {(200, b"success"): 20, (204, b""): 20}
    assert reasons() == {"paid": 20, "paid_twice": 20}
    assert Enrollment.objects.count() == 40


def test_control_without_lock_and_condition_they_pay_many_times(faulty_shop, switch):
    orders = orders_of_many_students(10)
    switch("plain")

    send_all(faulty_shop.ports, repeated(orders, 16))

    assert reasons()["paid"] > len(orders)
    assert any("counted" in line for line in invariants.broken())


def cancel(order: Order) -> bytes:
    return api(f"order/{order.out_trade_no}/cancel/", tokens.issue(order.user).token)


def test_notifications_and_cancellations_never_lose_a_payment(shop, gateway, whole):
    orders = orders_of_many_students(40)
    for order in orders[::2]:
        gateway.know_paid(order)
    requests = [
        part for order in orders for part in (cancel(order), paid_for(order), paid_for(order))
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
            send_all(faulty_shop.ports, [paid_for(order)], threads=1)
        else:
            send_all(faulty_shop.ports[::-1], [cancel(order)], threads=1)

    in_threads(cancel_or_pay, 2 * len(orders))

    assert reasons()["paid"] == len(orders)
    assert Order.objects.filter(order_status=OrderStatus.CANCELLED).exists()


@pytest.mark.parametrize(
    ("command", "due"),
    [
        ("close_expired_orders", ["expires_at", "next_query_at"]),
        ("reconcile_payments", ["next_query_at"]),
    ],
)
def test_notifications_and_two_batches_never_lose_a_payment(
    shop, gateway, settings, whole, command, due
):
    orders = orders_of_many_students(40)
    for order in orders[::2]:
        gateway.know_paid(order)
    Order.objects.update(**dict.fromkeys(due, timezone.now()))
    settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": gateway.url}
    messages = repeated(orders, 2)
    numbers = {order.out_trade_no for order in orders}

    def expire_or_notify(number: int) -> list[str]:
        if number < 2:
            call_command(command, stdout=StringIO())
            return []
        wait_until(lambda: numbers & {asked for _, asked in gateway.asked})
        return bodies(send_all(shop.ports, messages[number - 2 :: 6], threads=2))

    answers = [body for share in in_threads(expire_or_notify, 8) for body in share]

    assert Counter(answers) == {"success": len(messages)}
    assert Order.objects.filter(order_status=OrderStatus.PAID).count() == len(orders)
    assert reasons()["paid"] == len(orders)


def test_control_a_batch_without_condition_overwrites_the_payment(
    shop, gateway, settings, monkeypatch
):
    [order] = orders_of_many_students(1)
    Order.objects.update(expires_at=timezone.now(), next_query_at=timezone.now())
    settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": gateway.url}
    monkeypatch.setattr(OrderQuerySet, "transition", faults.save_plainly)

    def expire_or_pay(number: int) -> None:
        if number:
            wait_until(lambda: ("alipay.trade.query", order.out_trade_no) in gateway.asked)
            time.sleep(0.1)
            send_all(shop.ports, [paid_for(order)], threads=1)
        else:
            call_command("close_expired_orders", stdout=StringIO())

    in_threads(expire_or_pay, 2)

    assert reasons() == {"paid": 1}
    assert Order.objects.get().order_status == OrderStatus.EXPIRED
