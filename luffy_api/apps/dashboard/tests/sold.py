"""Facts about money at chosen moments in Shanghai."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import time_machine

from luffy_api.apps.course.models import Course
from luffy_api.apps.order.models import Order, OrderPayment, Refund, RefundStatus
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.dates import SHANGHAI
from luffy_api.tests.factories import OrderFactory


def at(text: str) -> datetime:
    """A moment of November 2026 in Shanghai: "21 10:05", or "21 23:59:59.9"."""
    day, _, clock = text.partition(" ")
    return datetime.fromisoformat(f"2026-11-{day}T{clock}").replace(tzinfo=SHANGHAI)


def place(moment: datetime, *courses: Course, **fields: Any) -> Order:
    """An order by a new student."""
    with time_machine.travel(moment, tick=False):
        total = sum((Decimal(course.price) for course in courses), Decimal(0))
        order: Order = OrderFactory(courses=courses, total_amount=total, **fields)
    return order


def pay(order: Order, moment: datetime, *, heard: datetime | None = None) -> OrderPayment:
    """The order's own payment, or one more; `heard` is when the shop got to know."""
    with time_machine.travel(heard or moment, tick=False):
        count = order.payments.count()
        if not count:
            order.trade_no, order.pay_time = f"T{order.pk}", moment
            order.order_status = OrderStatus.PAID
            order.save()
        return OrderPayment.objects.create(
            order=order,
            pay_type=order.pay_type,
            trade_no=f"T{order.pk}" if not count else f"T{order.pk}-{count}",
            amount=order.total_amount,
            paid_at=moment,
        )


def give_back(
    payment: OrderPayment,
    amount: str,
    moment: datetime,
    *,
    course: Course | None = None,
    heard: datetime | None = None,
) -> Refund:
    """A refund that has been carried out."""
    with time_machine.travel(heard or moment, tick=False):
        return Refund.objects.create(
            order=payment.order,
            payment=payment,
            course=course,
            amount=Decimal(amount),
            reason="不想学了",
            origin=Refund.Origin.STAFF,
            status=RefundStatus.REFUNDED,
            finished_at=moment,
        )
