"""Concurrent calls with real threads; each race has a control without its guard."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from inspect import unwrap
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order import checkout, idempotency
from luffy_api.apps.order.models import (
    Order,
    OrderPayment,
    PayType,
    Refund,
    RefundQuerySet,
)
from luffy_api.apps.order.payment import optimistic, refund_amounts, refund_records, services
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.order.tests.recorded import PAID, reasons, snapshot
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.peers import paid, post, refunded

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 12
only_mariadb = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has no round trips to save"
)


def at_once(act: Callable[[], Any], threads: int = THREADS) -> list[Any]:
    """What `act` returns in each of many threads that begin together."""
    start = Barrier(threads)

    def run() -> Any:
        connection.ensure_connection()
        start.wait(timeout=30)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(threads)]]


@pytest.fixture
def order_request():
    """Arguments of `place_order`, the same for everyone."""
    return {
        "user_id": UserFactory().pk,
        "course_ids": [CourseFactory(price="1.00").pk, CourseFactory(price="2.00").pk],
        "total_amount": Decimal("3.00"),
    }


def test_equal_concurrent_checkouts_make_one_order(order_request):
    numbers = at_once(lambda: checkout.place_order(**order_request).out_trade_no)

    assert len(set(numbers)) == 1
    assert Order.objects.count() == 1
    assert Order.objects.get().order_courses.count() == 2


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
def test_checkouts_of_two_students_do_not_wait_for_each_other(order_request):
    """The lock of a range of keys would reach the oldest one, whose time has not come."""
    checkout.place_order(**order_request, key="the oldest one")
    others = [UserFactory().pk for _ in range(2)]
    first, second = [
        idempotency.request_key(user_id=pk, key="new", cart="cart", total="3.00") for pk in others
    ]

    def look() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 1")
        with transaction.atomic():
            return idempotency.find_order(second)

    with transaction.atomic():
        assert idempotency.find_order(first) is None
        assert at_once(look, threads=1) == [None]


def test_control_without_the_unique_cart_key_there_are_many(order_request, monkeypatch):
    from luffy_api.apps.order.numbers import new_out_trade_no

    monkeypatch.setattr(checkout, "cart_key", lambda **kwargs: new_out_trade_no())

    numbers = at_once(lambda: checkout.place_order(**order_request).out_trade_no)

    assert len(set(numbers)) == THREADS


# --- Notifications, of every provider ----------------------------------------------------------


def read_order(number: str) -> Order:
    """Instead of locking it."""
    return Order.objects.get(out_trade_no=number)


def test_equal_concurrent_notifications_pay_once(peer, order):
    message = paid(peer, order)

    answers = at_once(lambda: post(message))

    assert answers == [peer.accepted] * THREADS
    assert snapshot(order) == PAID
    assert Counter(reasons()) == {"paid": 1, "repeated": THREADS - 1}
    assert OrderPayment.objects.count() == 1


def test_control_without_lock_and_condition_it_is_paid_many_times(peer, order, monkeypatch):
    message, together = paid(peer, order), Barrier(THREADS)

    def unguarded(pk: int, *values: Any) -> int:
        orders = Order.objects.filter(pk=pk)
        unpaid = orders.filter(order_status=OrderStatus.UNPAID).exists()
        together.wait(timeout=30)
        names = ("trade_no", "pay_type", "pay_time", "updated_time")
        fields = dict(zip(names, values, strict=True))
        return orders.update(order_status=OrderStatus.PAID, **fields) if unpaid else 0

    monkeypatch.setattr(optimistic, "is_possible", lambda payment: False)
    monkeypatch.setattr(services, "make_paid", unguarded)
    monkeypatch.setattr(services.locks, "lock_order", read_order)
    monkeypatch.setattr(services, "_add_payment", lambda *payment: None)
    monkeypatch.setattr(services, "_record_payment", unwrap(services._record_payment))

    at_once(lambda: post(message))

    found = Counter(reasons())
    assert found["paid"] + found["paid_but_owned_before"] == THREADS


@pytest.fixture
def all_have_read(monkeypatch):
    """Each thread has read the order, without a lock, before the first one writes."""
    together, record = Barrier(THREADS), optimistic._record

    def wait_and_record(*args: Any) -> None:
        together.wait(timeout=30)
        record(*args)

    monkeypatch.setattr(optimistic, "_record", wait_and_record)
    monkeypatch.setattr(optimistic, "is_possible", lambda payment: True)


@only_mariadb
def test_of_all_that_have_read_it_unpaid_one_pays(peer, order, all_have_read):
    message = paid(peer, order)

    answers = at_once(lambda: post(message))

    assert answers == [peer.accepted] * THREADS
    assert snapshot(order) == PAID
    assert Counter(reasons()) == {"paid": 1, "repeated": THREADS - 1}
    assert OrderPayment.objects.count() == 1


@only_mariadb
def test_control_without_conditions_all_that_have_read_it_pay(
    peer, order, all_have_read, monkeypatch
):
    message = paid(peer, order)
    monkeypatch.setattr(optimistic, "make_paid", lambda *values: None)
    monkeypatch.setattr(optimistic.payment_rows, "send", lambda *payment: None)
    monkeypatch.setattr(optimistic.enrollment, "send_new", lambda **grants: None)

    at_once(lambda: post(message))

    assert Counter(reasons()) == {"paid": THREADS}


def test_a_concurrent_cancellation_never_loses_the_payment(peer, order):
    message = paid(peer, order)
    turns = iter(range(THREADS))

    def pay_or_cancel() -> None:
        if next(turns) % 2 == 0:
            assert post(message) == peer.accepted
        else:
            Order.objects.filter(pk=order.pk).transition(to=OrderStatus.CANCELLED)

    at_once(pay_or_cancel)

    assert snapshot(order) == PAID
    assert Enrollment.objects.count() == 1
    assert Counter(reasons())["paid"] == 1


def test_equal_concurrent_notifications_of_a_refund_count_once(peer, order):
    post(paid(peer, order))
    message = refunded(peer, order, "9.00")

    answers = at_once(lambda: post(message))

    assert answers == [peer.accepted] * THREADS
    assert Refund.objects.get().amount == Decimal("9.00")
    assert snapshot(order) == PAID


def test_control_without_the_lock_a_refund_is_counted_twice_or_fails(peer, order, monkeypatch):
    """WeChat Pay gives each refund a number, and that is unique: the second message is a 500."""
    post(paid(peer, order))
    message, together = refunded(peer, order, "9.00"), Barrier(2)

    def look_together(look: Callable[..., Any]) -> Callable[..., Any]:
        def look_and_wait(*where: Any) -> Any:
            found = look(*where)
            together.wait(timeout=30)
            return found

        return look_and_wait

    owner, name = {
        PayType.ALIPAY: (refund_amounts, "left_amount"),
        PayType.WECHAT: (RefundQuerySet, "exists"),
    }[peer.pay_type]
    monkeypatch.setattr(owner, name, look_together(getattr(owner, name)))
    monkeypatch.setattr(services.locks, "lock_order", read_order)
    monkeypatch.setattr(services, "_record_payment", unwrap(services._record_payment))
    once = unwrap(refund_records.record_console_refund)
    monkeypatch.setattr(refund_records, "record_console_refund", once)

    answers = at_once(lambda: post(message), threads=2)

    assert Refund.objects.count() == 2 or answers != [peer.accepted] * 2
