"""Many clients at the same moment over two server processes; each race has a control."""

import os
import time
from collections import Counter
from decimal import Decimal
from inspect import unwrap
from io import StringIO
from itertools import chain

import pytest
from django.core.management import call_command
from django.utils import timezone

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order import closing
from luffy_api.apps.order.models import Order, OrderQuerySet, PaymentEvent, PayType
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user import tokens
from luffy_api.tests.buyer import wait_until
from luffy_api.tests.counting import students
from luffy_api.tests.factories import CourseFactory, OrderFactory
from luffy_api.tests.fake_gateway import FakeGateway
from luffy_api.tests.peers import ALIPAY, PEERS, WECHATPAY, Answer, peer_of
from luffy_api.tests.processes import faults, invariants
from luffy_api.tests.processes.clients import api, in_threads, paid_for, send_all, told

# One share, whose orders are paid at the same time: more of them meet no other races. 200 make ten
# thousand requests. A multiple of four, so that courses and providers get the same.
ORDERS = int(os.environ.get("RACE_TEST_ORDERS", "40"))
SHARE = 40
REPEATS = 50
EVERY_PROVIDER = {peer.pay_type for peer in PEERS.values()}


def reasons() -> Counter[str]:
    return Counter(PaymentEvent.objects.values_list("reason", flat=True))


def orders_of_many_students(count: int, courses: int = 4) -> list[Order]:
    """Each of another student, for two of a few courses that all of them want.

    Two of Alipay, two of WeChat Pay, and so on.
    """
    offered = CourseFactory.create_batch(courses, price="99.00")
    pairs = [(offered[i % courses], offered[(i + 1) % courses]) for i in range(count)]
    ways = [(PayType.ALIPAY, PayType.WECHAT)[i // 2 % 2] for i in range(count)]
    return [
        OrderFactory(courses=pair, total_amount=Decimal("198.00"), pay_type=way)
        for pair, way in zip(pairs, ways, strict=True)
    ]


def repeated(orders: list[Order], times: int) -> list[bytes]:
    """Equal notifications stand together, so that many threads send them at the same moment."""
    return [sent for order in orders for sent in [paid_for(order)] * times]


def accepted(orders: list[Order], times: int = 1) -> Counter[Answer]:
    """What the providers of these orders are to hear for each of so many messages."""
    return Counter(peer_of(order).accepted for order in orders for _ in range(times))


def test_fifty_copies_of_every_notification_pay_each_order_once(shop, whole):
    orders = orders_of_many_students(ORDERS)

    # A share at a time: what WeChat Pay has signed is good for five minutes, however slow we are.
    shares = [orders[i : i + SHARE] for i in range(0, ORDERS, SHARE)]
    answers = [send_all(shop.ports, repeated(share, REPEATS)) for share in shares]

    assert Counter(told(chain(*answers))) == accepted(orders, REPEATS)
    paid = Order.objects.filter(order_status=OrderStatus.PAID)
    by_provider = Counter(paid.values_list("pay_type", flat=True))
    assert by_provider == dict.fromkeys(EVERY_PROVIDER, ORDERS // 2)
    assert reasons() == {"paid": ORDERS, "repeated": ORDERS * (REPEATS - 1)}
    assert Enrollment.objects.count() == 2 * ORDERS
    assert set(students()) == {ORDERS // 2}


def test_both_providers_at_once_pay_each_order_once_and_owe_the_other_payment(shop, whole):
    orders = orders_of_many_students(20)
    messages = [paid_for(order, peer) for order in orders for peer in PEERS.values()]

    answers = send_all(shop.ports, messages)

    assert Counter(told(answers)) == {ALIPAY.accepted: 20, WECHATPAY.accepted: 20}
    assert reasons() == {"paid": 20, "paid_twice": 20}
    assert Enrollment.objects.count() == 40


def test_control_without_lock_and_condition_they_pay_many_times(faulty_shop, switch):
    orders = orders_of_many_students(10)
    switch("plain")

    send_all(faulty_shop.ports, repeated(orders, 16))

    events = PaymentEvent.objects.filter(reason="paid").values_list("out_trade_no", flat=True)
    twice = [number for number, times in Counter(events).items() if times > 1]
    assert {order.pay_type for order in orders if order.out_trade_no in twice} == EVERY_PROVIDER
    assert any("counted" in line for line in invariants.broken())


def cancel(order: Order) -> bytes:
    return api(f"order/{order.out_trade_no}/cancel/", tokens.issue(order.user).token)


def wait_until_asked(gateways: dict[str, FakeGateway], order: Order) -> None:
    """Until the provider was asked about an order, and a moment more for its answer."""
    asked = gateways[peer_of(order).name].asked
    wait_until(lambda: ("query", order.out_trade_no) in asked)
    time.sleep(0.1)


def test_notifications_and_cancellations_never_lose_a_payment(shop, gateways, whole):
    orders = orders_of_many_students(40)
    for order in orders[::2]:
        gateways[peer_of(order).name].sell(order)
    requests = [
        part for order in orders for part in (cancel(order), paid_for(order), paid_for(order))
    ]

    answers = send_all(shop.ports, requests)

    notified = [answer for i, answer in enumerate(answers) if i % 3]
    assert Counter(told(notified)) == accepted(orders, 2)
    assert {answer.status for answer in answers[::3] if answer} <= {200, 409}
    assert Order.objects.filter(order_status=OrderStatus.PAID).count() == len(orders)
    assert reasons()["paid"] == len(orders)


def test_control_a_cancellation_without_condition_overwrites_the_payment(
    faulty_shop, switch, gateways
):
    orders = orders_of_many_students(6)
    switch("plain")

    def cancel_or_pay(number: int) -> None:
        order = orders[number // 2]
        if number % 2:
            wait_until_asked(gateways, order)
            send_all(faulty_shop.ports, [paid_for(order)], threads=1)
        else:
            send_all(faulty_shop.ports[::-1], [cancel(order)], threads=1)

    in_threads(cancel_or_pay, 2 * len(orders))

    assert reasons()["paid"] == len(orders)
    cancelled = Order.objects.filter(order_status=OrderStatus.CANCELLED)
    assert set(cancelled.values_list("pay_type", flat=True)) == EVERY_PROVIDER


@pytest.mark.parametrize(
    ("command", "due"),
    [
        ("close_expired_orders", ["expires_at", "next_query_at"]),
        ("reconcile_payments", ["next_query_at"]),
    ],
)
def test_notifications_and_two_batches_never_lose_a_payment(
    shop, gateways, asks_gateways, whole, command, due
):
    orders = orders_of_many_students(40)
    for order in orders[::2]:
        gateways[peer_of(order).name].sell(order)
    Order.objects.update(**dict.fromkeys(due, timezone.now()))
    messages = repeated(orders, 2)
    numbers = {order.out_trade_no for order in orders}

    def has_begun() -> bool:
        return any(numbers & {asked for _, asked in each.asked} for each in gateways.values())

    def expire_or_notify(number: int) -> list[Answer | None]:
        if number < 2:
            call_command(command, stdout=StringIO())
            return []
        wait_until(has_begun)
        return told(send_all(shop.ports, messages[number - 2 :: 6], threads=2))

    answers = [answer for share in in_threads(expire_or_notify, 8) for answer in share]

    assert Counter(answers) == accepted(orders, 2)
    assert Order.objects.filter(order_status=OrderStatus.PAID).count() == len(orders)
    assert reasons()["paid"] == len(orders)


def test_control_a_batch_without_condition_overwrites_the_payment(
    shop, gateways, asks_gateways, monkeypatch
):
    orders = orders_of_many_students(4)
    Order.objects.update(expires_at=timezone.now(), next_query_at=timezone.now())
    monkeypatch.setattr(OrderQuerySet, "transition", faults.save_plainly)
    monkeypatch.setattr(closing, "close", unwrap(closing.close))

    def expire_or_pay(number: int) -> None:
        if number == len(orders):
            call_command("close_expired_orders", stdout=StringIO())
            return
        wait_until_asked(gateways, orders[number])
        send_all(shop.ports, [paid_for(orders[number])], threads=1)

    in_threads(expire_or_pay, len(orders) + 1)

    assert reasons() == {"paid": len(orders)}
    expired = Order.objects.filter(order_status=OrderStatus.EXPIRED)
    assert set(expired.values_list("pay_type", flat=True)) == EVERY_PROVIDER
