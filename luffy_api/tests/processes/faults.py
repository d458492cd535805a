"""Fault injection: guards of the shop that a test can switch off, and places where it is killed.

A file in the folder `switches` beside the servers' own folders turns one on, for all processes.
"""

import os
import signal
import time
from collections.abc import Callable, Collection
from datetime import datetime
from inspect import unwrap
from pathlib import Path
from typing import Any

from django.conf import settings

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order import checkout, closing, locks
from luffy_api.apps.order.models import Order, OrderPayment, OrderQuerySet, PaymentEvent
from luffy_api.apps.order.numbers import new_out_trade_no
from luffy_api.apps.order.payment import delivery, notifications, optimistic, services
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.apps.order.states import ALLOWED_SOURCES, OrderStatus
from luffy_api.libs import alipay_v1, wechatpay_v3

SWITCHES = Path(settings.VAR_DIR).parent / "switches"
# Between reading and writing without a guard.
GAP_SECONDS = 0.1
# The first requests of two servers may be far apart.
DEADLOCK_GAP_SECONDS = 1.0
# At most so long is an order that is being closed waited for to be paid.
CLOSING_GAP_SECONDS = 10


def _switch(name: str, owner: Any, attribute: str, other: Callable[..., Any]) -> None:
    """While the switch is on, `other` is called instead."""
    careful = getattr(owner, attribute)

    def choose(*args: Any, **kwargs: Any) -> Any:
        chosen = other if (SWITCHES / name).exists() else careful
        return chosen(*args, **kwargs)

    setattr(owner, attribute, choose)


def _die(trap: str) -> None:
    """kill -9 in the first process that comes here; a trap goes off once."""
    try:
        (SWITCHES / trap).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _die_after(trap: str, owner: Any, attribute: str) -> None:
    act = getattr(owner, attribute)

    def act_and_die(*args: Any, **kwargs: Any) -> Any:
        answer = act(*args, **kwargs)
        _die(trap)
        return answer

    setattr(owner, attribute, act_and_die)


def save_plainly(orders: OrderQuerySet, *, to: OrderStatus, **fields: Any) -> int:
    """`OrderQuerySet.transition` without its condition: reads, waits, writes."""
    found = list(orders.filter(order_status__in=ALLOWED_SOURCES[to]))
    if to == OrderStatus.PAID:
        time.sleep(GAP_SECONDS)
    else:
        _wait_until_paid([order.out_trade_no for order in found])
    for order in found:
        order.order_status, order.open_cart_key = to, None
        for name, value in fields.items():
            setattr(order, name, value)
        order.save()
    return len(found)


def make_paid_plainly(
    pk: int, trade_no: str, pay_type: int, pay_time: datetime, now: datetime
) -> int:
    """`services.make_paid` without its condition."""
    fields = {"trade_no": trade_no, "pay_type": pay_type, "pay_time": pay_time}
    orders = Order.objects.filter(pk=pk)
    return save_plainly(orders, to=OrderStatus.PAID, next_query_at=None, **fields)


def _wait_until_paid(numbers: Collection[str]) -> None:
    deadline = time.monotonic() + CLOSING_GAP_SECONDS
    paid = PaymentEvent.objects.filter(out_trade_no__in=numbers, reason="paid")
    while paid.count() < len(numbers) and time.monotonic() < deadline:
        time.sleep(GAP_SECONDS / 10)


def _lock_in_cart_order(order: Order, *args: Any, **kwargs: Any) -> Any:
    """Two orders for (A, B) and (B, A) then wait for each other: a deadlock."""
    first, second = order.order_courses.order_by("id")
    Course.objects.select_for_update().get(pk=first.course_id)
    time.sleep(DEADLOCK_GAP_SECONDS)
    Course.objects.select_for_update().get(pk=second.course_id)
    return _deliver(order, *args, **kwargs)


def _count_plainly(*, user_id: int, course_ids: Collection[int], **grant: Any) -> set[int]:
    for course in Course.objects.filter(pk__in=course_ids):
        Enrollment.objects.get_or_create(user_id=user_id, course=course)
        time.sleep(GAP_SECONDS / 10)
        course.students += 1
        course.save(update_fields=["students"])
    return set(course_ids)


def _add_payment_if_new(order: Order, payment: Payment) -> None:
    """Without the guard that the number of a trade is unique."""
    OrderPayment.objects.bulk_create(
        [
            OrderPayment(
                order=order,
                pay_type=payment.pay_type,
                trade_no=payment.trade_no,
                amount=payment.total_amount,
                paid_at=payment.paid_at,
            )
        ],
        ignore_conflicts=True,
    )


_deliver = delivery.deliver
_record_payment = services._record_payment


def install() -> None:
    """Put the switches and traps into the functions of this process."""
    _switch("no_cart_key", checkout, "cart_key", lambda **cart: new_out_trade_no())
    for switch in ("plain", "cart_order"):
        _switch(switch, optimistic, "is_possible", lambda payment: False)
    _switch("cart_order", delivery, "deliver", _lock_in_cart_order)
    _switch("no_retry", services, "_record_payment", _record_payment.__wrapped__)
    _switch("plain", services, "_record_payment", unwrap(_record_payment))
    _switch("plain", services, "_add_payment", _add_payment_if_new)
    _switch("plain", locks, "lock_order", lambda number: Order.objects.get(out_trade_no=number))
    _switch("plain", OrderQuerySet, "transition", save_plainly)
    _switch("plain", closing, "close", unwrap(closing.close))
    _switch("plain", services, "make_paid", make_paid_plainly)
    _switch("plain", enrollment, "enroll_in_all", _count_plainly)
    _die_after("after_verify", alipay_v1, "parse_notification")
    _die_after("after_verify", wechatpay_v3, "parse_notification")
    _die_after("inside_transaction", enrollment, "enroll_in_all")
    _die_after("inside_transaction", enrollment, "send_new")
    _die_after("after_commit", notifications, "receive_notification")
