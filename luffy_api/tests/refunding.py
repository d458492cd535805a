"""Paid orders at a fake gateway, and what it and the shop say about their money."""

from decimal import Decimal
from urllib.parse import urlencode

from django.test import Client

from luffy_api.apps.order import amounts
from luffy_api.apps.order.models import Order, OrderPayment
from luffy_api.apps.user.models import User
from luffy_api.tests.factories import CourseFactory, OrderFactory
from luffy_api.tests.fake_alipay import FakeAlipay, second

FORM = "application/x-www-form-urlencoded"
NOTIFY = "/api/v1/order/success/"


def sold(alipay: FakeAlipay, *prices: str, **fields: object) -> Order:
    """A paid order for new courses of these prices, or for `courses`."""
    courses = fields.pop("courses", None) or [CourseFactory(price=price) for price in prices]
    total = sum((Decimal(course.price) for course in courses), Decimal(0))  # type: ignore[attr-defined]
    order: Order = OrderFactory(courses=courses, total_amount=total, **fields)
    alipay.sell(order)
    assert deliver(alipay, order) == b"success"
    order.refresh_from_db()
    return order


def paid_again(alipay: FakeAlipay, order: Order) -> OrderPayment:
    """A second trade for the same order."""
    trade = alipay.sell(order, again=True)
    assert deliver(alipay, order, again=True) == b"success"
    return order.payments.get(trade_no=trade.trade_no)


def deliver(
    alipay: FakeAlipay, order: Order, *, again: bool = False, **changes: str | None
) -> bytes:
    """Post the notification about the trade as it is; the answer."""
    key = second(order.out_trade_no) if again else order.out_trade_no
    return post(alipay.message(key, **changes))


def post(fields: dict[str, str]) -> bytes:
    """Post a notification; the answer."""
    return bytes(Client().post(NOTIFY, urlencode(fields), content_type=FORM).content)


def courses_of(student: User) -> set[int]:
    """The ids of the courses that a student has."""
    return set(student.enrollments.values_list("course_id", flat=True))


def refunded_and_due(order: Order) -> tuple[Decimal, Decimal]:
    """What went back of an order, and what is still due."""
    row = amounts.with_amounts(Order.objects.filter(pk=order.pk)).get()
    return row.refunded_amount, row.refund_due
