"""How often the server of the database is asked for what students do most, and with what."""

from decimal import Decimal

import pytest
from django.db import connection

from luffy_api.apps.course.models import Enrollment, StudentCountChange
from luffy_api.apps.order import checkout
from luffy_api.apps.order.models import Order, OrderPayment, PaymentEvent, PayType
from luffy_api.apps.order.payment import services
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory
from luffy_api.tests.peers import PAID_AT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no round trips to save"),
]


def words(trips: list[str]) -> list[str]:
    return [each.split()[0] for each in trips]


def test_a_payment_takes_few_round_trips(trips):
    order = OrderFactory(courses=CourseFactory.create_batch(3), total_amount="297.00")
    source = PaymentEvent.Source.QUERY
    notice = Payment(
        order.out_trade_no, f"T{order.out_trade_no}", Decimal("297.00"), PAID_AT, source
    )
    trips.clear()

    services.record_payment(notice)

    assert words(trips) == [
        "INSERT",  # if it is a repeat; with the order and its courses
        "START",  # with everything up to COMMIT
    ]
    assert Order.objects.get().order_status == OrderStatus.PAID
    assert Enrollment.objects.count() == StudentCountChange.objects.count() == 3
    assert OrderPayment.objects.get().pay_type == PayType.ALIPAY


@pytest.mark.parametrize("key", ["", "one of the client"])
def test_an_order_takes_few_round_trips(trips, key):
    student, courses = UserFactory(), CourseFactory.create_batch(3, price="99.00")
    wanted = {
        "user_id": student.pk,
        "course_ids": [each.pk for each in courses],
        "total_amount": Decimal("297.00"),
        "key": key,
    }
    trips.clear()

    order = checkout.place_order(**wanted)

    assert words(trips) == [
        "START",  # with the lock of the open order of the cart, and the order of the key, if any
        *(["SELECT"] if key else []),  # the courses, which else come with it
        "INSERT",
        "INSERT",  # the lines and the key, with COMMIT
    ]
    assert Order.objects.get() == order
    assert order.order_courses.count() == 3


def test_the_open_order_of_a_cart_is_locked_before_its_prices_are_read(trips):
    """Who waits for it reads what is true then."""
    course = CourseFactory(price="99.00")
    student = UserFactory().pk
    wanted = {"user_id": student, "course_ids": [course.pk], "total_amount": Decimal("99.00")}
    first = checkout.place_order(**wanted)
    trips.clear()

    assert checkout.place_order(**wanted) == first

    [begin, *_] = trips
    assert begin.startswith("START TRANSACTION; SELECT `luffy_order`")
    assert begin.index("FOR UPDATE") < begin.index("`luffy_course_discount`")
