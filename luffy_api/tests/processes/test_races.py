"""Many clients at the same moment over two server processes; each race has a control."""

from collections import Counter
from decimal import Decimal

import pytest

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory
from luffy_api.tests.processes.clients import bodies, send_all
from luffy_api.tests.processes.conftest import paid

ORDERS = 200
REPEATS = 50


def reasons() -> Counter[str]:
    return Counter(PaymentEvent.objects.values_list("reason", flat=True))


def orders_of_many_students(count: int, courses: int = 4) -> list[Order]:
    """Each of another student, for two of a few courses that all of them want."""
    shelf = CourseFactory.create_batch(courses, price="99.00")
    pairs = [(shelf[i % courses], shelf[(i + 1) % courses]) for i in range(count)]
    return [OrderFactory(courses=pair, total_amount=Decimal("198.00")) for pair in pairs]


def repeated(orders: list[Order], times: int) -> list[bytes]:
    """Equal notifications stand together, so that many threads send them at the same moment."""
    return [message for order in orders for message in [paid(order)] * times]


def test_ten_thousand_notifications_pay_two_hundred_orders(shop, whole):
    orders = orders_of_many_students(ORDERS)

    answers = send_all(shop.ports, repeated(orders, REPEATS))

    assert Counter(bodies(answers)) == {"success": ORDERS * REPEATS}
    assert Order.objects.filter(order_status=OrderStatus.PAID).count() == ORDERS
    assert reasons() == {"paid": ORDERS, "repeated": ORDERS * (REPEATS - 1)}
    assert Enrollment.objects.count() == 2 * ORDERS
    assert set(Course.objects.values_list("students", flat=True)) == {ORDERS // 2}
