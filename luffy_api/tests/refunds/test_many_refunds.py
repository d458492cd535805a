"""Refunds by many threads from gateways that drop, double and delay answers."""

import os
import random
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from luffy_api.apps.course.models import Enrollment, EnrollmentGrant
from luffy_api.apps.order.models import (
    Order,
    OrderDetail,
    OrderPayment,
    PaymentEvent,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.payment import refunds
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.exceptions import DomainError
from luffy_api.tests.counting import students
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.fake_gateway import FakeGateway
from luffy_api.tests.processes.clients import in_threads
from luffy_api.tests.violations import violations

pytestmark = pytest.mark.django_db(transaction=True)
# Enough for every kind of answer many times; 1000 take a minute of processor time.
ORDERS = int(os.environ.get("REFUND_TEST_ORDERS", "100"))
# Where one thread writes at a time, more would wait longer than SQLite lets them.
THREADS = 32 if connection.vendor == "mysql" else 8
MODES = ["fine"] * 8 + ["lost", "mute", "doubled", "slow", "html", "error"]


@pytest.fixture
def gateways(fake_alipay, fake_wechatpay) -> dict[PayType, FakeGateway]:
    return {PayType.ALIPAY: fake_alipay, PayType.WECHAT: fake_wechatpay}


@pytest.fixture
def orders(gateways) -> list[Order]:
    """Paid, each by another student for the same course, in the shop and at a gateway.

    In turns two by Alipay and two by WeChat Pay.
    """
    course, now = CourseFactory(price="30.00", students=ORDERS), timezone.now()
    students = UserFactory.build_batch(ORDERS, password="!")
    students = type(students[0]).objects.bulk_create(students)
    orders = [
        Order(user=student, subject="课程", total_amount=Decimal(30), expires_at=now, pay_time=now)
        for student in students
    ]
    for number, order in enumerate(orders):
        order.pay_type = list(gateways)[number // 2 % 2]
        order.trade_no = gateways[order.pay_type].sell(order).trade_no
        order.order_status = OrderStatus.PAID
    orders = Order.objects.bulk_create(orders)
    yuan = {"price": Decimal(30), "real_price": Decimal(30)}
    OrderDetail.objects.bulk_create(
        OrderDetail(order=order, course=course, **yuan) for order in orders
    )
    OrderPayment.objects.bulk_create(
        OrderPayment(
            order=order,
            pay_type=order.pay_type,
            trade_no=order.trade_no,
            amount=Decimal(30),
            paid_at=now,
        )
        for order in orders
    )
    PaymentEvent.objects.bulk_create(
        PaymentEvent(
            source="notification",
            out_trade_no=order.out_trade_no,
            trade_no=order.trade_no,
            total_amount=Decimal(30),
            accepted=True,
            reason="paid",
        )
        for order in orders
    )
    Enrollment.objects.bulk_create(Enrollment(user=each, course=course) for each in students)
    EnrollmentGrant.objects.bulk_create(
        EnrollmentGrant(
            user_id=order.user_id, course=course, source=1, reference=order.out_trade_no
        )
        for order in orders
    )
    return orders


def refund_share(orders: list[Order], share: int) -> None:
    """Every order is in the shares of two threads, and each is refunded in two parts or whole."""
    for number, order in enumerate(orders):
        if share not in (number % THREADS, (number + 1) % THREADS):
            continue
        for amount in (Decimal("10.01"), None) if number % 2 else (None,):
            # The other thread was first, or the first part is not known yet.
            with suppress(DomainError):
                refunds.start(
                    out_trade_no=order.out_trade_no,
                    reason="退课",
                    origin=Refund.Origin.STAFF,
                    amount=amount,
                )


def finish_refunds() -> None:
    Refund.objects.filter(status=RefundStatus.PROCESSING).update(next_query_at=timezone.now())
    refunds.finish_open()


def test_every_yuan_is_accounted_for(gateways, orders):
    chance = random.Random(12)
    for gateway in gateways.values():
        gateway.next_mode = lambda: chance.choice(MODES)

    in_threads(lambda share: refund_share(orders, share), THREADS)
    in_threads(lambda share: finish_refunds(), 4)
    for gateway in gateways.values():
        gateway.next_mode = lambda: "fine"
    while Refund.objects.filter(status=RefundStatus.PROCESSING).exists():
        finish_refunds()

    rows: dict[str, dict[str, Decimal]] = {order.trade_no: {} for order in orders}
    assert set(Refund.objects.values_list("status", flat=True)) == {RefundStatus.REFUNDED}
    for refund in Refund.objects.select_related("payment"):
        rows[refund.payment.trade_no][refund.out_request_no] = refund.amount
    trades = [trade for gateway in gateways.values() for trade in gateway.trades.values()]
    assert rows == {trade.trade_no: trade.refunds for trade in trades}
    assert all(trade.refunded >= Decimal("10.01") for trade in trades)
    for gateway in gateways.values():
        assert sum(trade.left == 0 for trade in gateway.trades.values()) >= ORDERS / 4
    whole = {trade.number for trade in trades if not trade.left}
    refunded = Order.objects.filter(order_status=OrderStatus.REFUNDED)
    assert set(refunded.values_list("out_trade_no", flat=True)) == whole
    assert students() == [Enrollment.objects.count()] == [ORDERS - len(whole)]
    assert violations() == []
