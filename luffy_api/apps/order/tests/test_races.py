"""Concurrent calls with real threads; each race has a control without its guard."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from inspect import unwrap
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order import checkout
from luffy_api.apps.order.models import Order, OrderQuerySet, PaymentEvent
from luffy_api.apps.order.payment import services
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 12


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


def test_control_without_the_unique_cart_key_there_are_many(order_request, monkeypatch):
    from luffy_api.apps.order.numbers import new_out_trade_no

    monkeypatch.setattr(checkout, "cart_key", lambda **kwargs: new_out_trade_no())

    numbers = at_once(lambda: checkout.place_order(**order_request).out_trade_no)

    assert len(set(numbers)) == THREADS


@pytest.fixture
def payment():
    order = OrderFactory(courses=[CourseFactory(price="99.00")])
    return Payment(
        out_trade_no=order.out_trade_no,
        trade_no="1",
        total_amount=Decimal("99.00"),
        paid_at=None,
        source=PaymentEvent.Source.NOTIFICATION,
    )


def reasons() -> Counter[str]:
    return Counter(PaymentEvent.objects.values_list("reason", flat=True))


def test_equal_concurrent_notifications_pay_once(payment):
    at_once(lambda: services.record_payment(payment))

    assert reasons() == {"paid": 1, "repeated": THREADS - 1}
    assert Order.objects.get().order_status == OrderStatus.PAID
    assert Enrollment.objects.count() == 1
    assert Course.objects.get().students == 1


def test_control_without_lock_and_condition_it_is_paid_many_times(payment, monkeypatch):
    together = Barrier(THREADS)

    def unguarded_transition(orders: OrderQuerySet, *, to: OrderStatus, **fields: Any) -> int:
        unpaid = orders.filter(order_status=OrderStatus.UNPAID).exists()
        together.wait(timeout=30)
        return orders.update(order_status=to, **fields) if unpaid else 0

    monkeypatch.setattr(OrderQuerySet, "transition", unguarded_transition)
    monkeypatch.setattr(
        services.locks, "lock_order", lambda number: Order.objects.get(out_trade_no=number)
    )

    monkeypatch.setattr(services, "_add_payment", lambda *payment: None)

    at_once(lambda: unwrap(services._record_payment)(payment, ""))

    assert reasons()["paid"] + reasons()["paid_but_owned_before"] == THREADS


def test_a_concurrent_cancellation_never_loses_the_payment(payment):
    def pay_or_cancel() -> None:
        if at_turn():
            services.record_payment(payment)
        else:
            Order.objects.filter(out_trade_no=payment.out_trade_no).transition(
                to=OrderStatus.CANCELLED
            )

    turns = iter(range(THREADS))

    def at_turn() -> bool:
        return next(turns) % 2 == 0

    at_once(pay_or_cancel)

    assert Order.objects.get().order_status == OrderStatus.PAID
    assert Enrollment.objects.count() == 1
    assert reasons()["paid"] == 1
