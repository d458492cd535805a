"""Paying: the address of the cashier, the one door for money that arrived, cancelling."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.course import services as course_services
from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order import locks, selectors
from luffy_api.apps.order.exceptions import (
    AlreadyOwned,
    OrderClosed,
    OrderNotFound,
    PaymentRefused,
    PaymentUnknown,
)
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.libs import alipay_v1
from luffy_api.libs.alipay_v1 import PaymentNotice, TradeState, TradeStatus

logger = logging.getLogger(__name__)

# Anyone can send what is not genuine: enough of it for a look, and not a disk full.
UNPROVEN_LENGTH = 2000


@dataclass(frozen=True)
class Payment:
    """Money that Alipay says has arrived: yuan, UTC."""

    out_trade_no: str
    trade_no: str
    total_amount: Decimal
    paid_at: datetime | None
    source: PaymentEvent.Source


def pay_url(order: Order) -> str:
    """The address of the cashier.

    Raises OrderClosed for an order that cannot be paid now, and AlreadyOwned when another order has
    given the student one of its courses meanwhile: nobody pays for a course twice.
    """
    if not order.is_payable:
        raise OrderClosed("订单已失效,请重新下单")
    if owned := selectors.owned_courses(order):
        raise AlreadyOwned(owned)
    return alipay_v1.pay_page_url(
        out_trade_no=order.out_trade_no,
        subject=order.subject,
        total_amount=order.total_amount,
        expires_at=order.expires_at,
    )


def receive_notification(fields: Sequence[tuple[str, str]], *, body: str) -> bool:
    """Believes or refuses a notification and keeps it either way; True when it was believed.

    The facts are committed when this returns. A repeat is believed again and changes nothing.
    """
    try:
        notice = alipay_v1.parse_notification(fields)
        if not notice.is_paid:
            _keep(notice, body, accepted=True, reason=notice.trade_status)
            return True
        record_payment(_payment_of(notice), body=body)
    except alipay_v1.NotificationRejected as error:
        _keep(None, body[:UNPROVEN_LENGTH], accepted=False, reason=error.reason)
        return False
    except PaymentRefused as error:
        _keep(notice, body, accepted=False, reason=error.reason)
        return False
    return True


@retry_deadlocks
@transaction.atomic
def record_payment(payment: Payment, *, body: str = "") -> Order:
    """The one door: makes the order paid, exactly once, and gives the student the courses.

    Raises PaymentRefused when the order is unknown or its amount is another one. A payment that
    was recorded before changes nothing but is kept as an event.
    """
    try:
        order = locks.lock_order(payment.out_trade_no)
    except OrderNotFound as error:
        raise PaymentRefused("unknown_order") from error
    if order.total_amount != payment.total_amount:
        raise PaymentRefused("amount_differs")
    moved = Order.objects.filter(pk=order.pk).move(
        to=OrderStatus.PAID,
        trade_no=payment.trade_no,
        pay_time=payment.paid_at or timezone.now(),
    )
    reason = _enroll(order) if moved else "repeated"
    _keep(payment, body, accepted=True, reason=reason)
    order.refresh_from_db()
    return order


def _enroll(order: Order) -> str:
    """Gives every course; "paid", or a reason to give money back where one was owned before."""
    course_ids = order.order_courses.order_by("course_id").values_list("course_id", flat=True)
    given = [
        course_services.enroll(
            user_id=order.user_id,
            course_id=course_id,
            source=Enrollment.Source.ORDER,
            out_trade_no=order.out_trade_no,
        )
        for course_id in course_ids
    ]
    return "paid" if all(given) else "paid_but_owned_before"


def cancel(*, user_id: int, out_trade_no: str) -> Order:
    """Cancels an unpaid order of this student: asks Alipay, closes the trade there, then here.

    Raises OrderNotFound, and like `close_unpaid`.
    """
    order = selectors.my_order(user_id=user_id, out_trade_no=out_trade_no)
    close_unpaid(order, to=OrderStatus.CANCELLED)
    return selectors.my_order(user_id=user_id, out_trade_no=out_trade_no)


def close_unpaid(order: Order, *, to: OrderStatus) -> None:
    """Closes an unpaid order, at Alipay first: what is paid is never closed.

    Raises OrderClosed (it is paid after all, or was closed before) and PaymentUnknown. Nothing is
    locked while Alipay is asked, so call it outside any transaction; the conditional move decides.
    """
    if order.order_status != OrderStatus.UNPAID:
        raise OrderClosed
    try:
        _close_at_alipay(order)
    except alipay_v1.AlipayError as error:
        raise PaymentUnknown from error
    if not Order.objects.filter(pk=order.pk).move(to=to):
        raise OrderClosed("订单状态刚刚发生了变化,请刷新后查看")


def _close_at_alipay(order: Order) -> None:
    status = alipay_v1.query_trade(out_trade_no=order.out_trade_no)
    if status.state is TradeState.PAID:
        _record_answer(status)
        raise OrderClosed("订单已支付,不能取消")
    if status.state is TradeState.WAITING:
        alipay_v1.close_trade(out_trade_no=order.out_trade_no)


def _record_answer(status: TradeStatus) -> None:
    payment = _payment_of(status)
    try:
        record_payment(payment)
    except PaymentRefused as error:
        _keep(payment, "", accepted=False, reason=error.reason)
        raise OrderClosed("这笔订单的付款需要人工核对,请联系客服") from error


def close_expired() -> int:
    """Closes the orders whose time is over; how many it closed. Safe at any time and twice at once.

    An order that Alipay gives no answer about stays for the next round; one that is paid after all
    becomes paid.
    """
    return sum(_expire(order) for order in selectors.expired_orders())


def _expire(order: Order) -> bool:
    try:
        close_unpaid(order, to=OrderStatus.EXPIRED)
    except (OrderClosed, PaymentUnknown) as error:
        logger.info("order %s stays: %s", order.out_trade_no, type(error).__name__)
        return False
    return True


def _payment_of(answer: PaymentNotice | TradeStatus) -> Payment:
    asked = isinstance(answer, TradeStatus)
    if answer.total_amount is None:
        raise PaymentRefused("amount_missing")
    return Payment(
        out_trade_no=answer.out_trade_no,
        trade_no=answer.trade_no,
        total_amount=answer.total_amount,
        paid_at=answer.paid_at,
        source=PaymentEvent.Source.QUERY if asked else PaymentEvent.Source.NOTIFICATION,
    )


def _keep(
    about: PaymentNotice | Payment | None, body: str, *, accepted: bool, reason: str
) -> PaymentEvent:
    return PaymentEvent.objects.create(
        source=getattr(about, "source", PaymentEvent.Source.NOTIFICATION),
        out_trade_no=about.out_trade_no if about else "",
        trade_no=about.trade_no if about else "",
        total_amount=about.total_amount if about else None,
        accepted=accepted,
        reason=str(reason),
        message=body,
    )
