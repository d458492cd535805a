"""The one door for money: whatever Alipay says, wherever it was heard, ends in here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from luffy_api.apps.course import services as course_services
from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order import locks, selectors
from luffy_api.apps.order.exceptions import (
    AlreadyOwned,
    OrderClosed,
    OrderNotFound,
    PaymentRefused,
)
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.libs import alipay_v1
from luffy_api.libs.alipay_v1 import PaymentNotice, TradeStatus

# Anyone can send what is not genuine: enough of it for a look, and not a disk full.
UNPROVEN_LENGTH = 2000
Reason = PaymentEvent.Reason


@dataclass(frozen=True)
class Payment:
    """Money that Alipay says has arrived: yuan, UTC."""

    out_trade_no: str
    trade_no: str
    total_amount: Decimal
    paid_at: datetime | None
    source: PaymentEvent.Source
    refund_fee: Decimal | None = None


def pay_url(order: Order) -> str:
    """The address of the cashier, which works until the order's time is over.

    Raises OrderClosed for an order that cannot be paid now.
    """
    if not order.is_payable:
        paid = order.order_status == OrderStatus.PAID
        raise OrderClosed("订单已支付,无需再次付款" if paid else "订单已失效,请重新下单")
    return alipay_v1.pay_page_url(
        out_trade_no=order.out_trade_no,
        subject=order.subject,
        total_amount=order.total_amount,
        expires_at=order.expires_at,
    )


def require_not_owned(order: Order) -> None:
    """Raises AlreadyOwned when another order has given the student one of its courses meanwhile.

    Nobody pays for a course twice. An order that is not payable is judged by `pay_url`.
    """
    if order.is_payable and (owned := selectors.owned_courses(order)):
        raise AlreadyOwned(owned)


def receive_notification(fields: Sequence[tuple[str, str]], *, body: str) -> bool:
    """Believes or refuses a notification and keeps it either way; True when it was believed.

    The facts are committed when this returns. A repeat is believed again and changes nothing.
    """
    try:
        notice = alipay_v1.parse_notification(fields)
    except alipay_v1.NotificationRejected as error:
        _keep(None, body[:UNPROVEN_LENGTH], accepted=False, reason=error.reason)
        return False
    try:
        _act_on(notice, body)
    except PaymentRefused as error:
        _keep(notice, body, accepted=False, reason=error.reason)
        return False
    return True


def _act_on(notice: PaymentNotice, body: str) -> None:
    if notice.is_paid:
        record_payment(payment_of(notice), body=body)
    elif notice.is_refunded_in_full:
        record_full_refund(payment_of(notice), body=body)
    else:
        _keep(notice, body, accepted=True, reason=notice.trade_status)


@retry_deadlocks
@transaction.atomic
def record_payment(payment: Payment, *, body: str = "") -> None:
    """The one door: makes the order paid, exactly once, and gives the student the courses.

    Raises PaymentRefused when the order is unknown or its amount is another one. A payment that
    was recorded before changes nothing but is kept as an event.
    """
    order = _expected(payment)
    reason = _enroll(order) if _enter(order, payment) else _repeated(order, payment)
    _keep(payment, body, accepted=True, reason=reason)


@retry_deadlocks
@transaction.atomic
def record_full_refund(payment: Payment, *, body: str = "") -> None:
    """All money of an order went back, by whoever's hand: its student loses what it gave.

    Raises PaymentRefused like `record_payment`. Where the payment itself was never heard of, the
    order is entered as paid and refunded in one go: when Alipay repeats the payment, it is old.
    """
    order = _expected(payment)
    if _enter(order, payment):
        _keep(payment, body, accepted=True, reason=Reason.PAID)
    moved = Order.objects.filter(pk=order.pk, trade_no=payment.trade_no).move(
        to=OrderStatus.REFUNDED, refund_due=Decimal(0)
    )
    if moved:
        course_services.end_enrollments(out_trade_no=order.out_trade_no)
    reason = Reason.REFUNDED if moved else Reason.TRADE_CLOSED
    _keep(payment, body, accepted=True, reason=reason)


def _expected(payment: Payment) -> Order:
    """The order that a payment is about, locked; raises PaymentRefused when it does not fit."""
    try:
        order = locks.lock_order(payment.out_trade_no)
    except OrderNotFound as error:
        raise PaymentRefused(Reason.UNKNOWN_ORDER) from error
    if order.total_amount != payment.total_amount:
        raise PaymentRefused(Reason.AMOUNT_DIFFERS)
    return order


def _enter(order: Order, payment: Payment) -> bool:
    """Makes the order paid; False when it was paid before."""
    return bool(
        Order.objects.filter(pk=order.pk).move(
            to=OrderStatus.PAID,
            trade_no=payment.trade_no,
            pay_time=payment.paid_at or timezone.now(),
            next_query_at=None,
        )
    )


def _enroll(order: Order) -> Reason:
    """Gives every course; what was owned before is money to give back."""
    prices = dict(order.order_courses.values_list("course_id", "real_price"))
    given = course_services.enroll_in_all(
        user_id=order.user_id,
        course_ids=prices,
        source=Enrollment.Source.ORDER,
        out_trade_no=order.out_trade_no,
    )
    owed = sum((price for pk, price in prices.items() if pk not in given), Decimal(0))
    if not owed:
        return Reason.PAID
    _owe(order, owed)
    return Reason.PAID_BUT_OWNED


def _repeated(order: Order, payment: Payment) -> Reason:
    """The same money again, or a second trade for one order: that one is owed, once."""
    if payment.trade_no == order.trade_no:
        return Reason.PARTLY_REFUNDED if payment.refund_fee else Reason.REPEATED
    if selectors.was_heard(payment.out_trade_no, trade_no=payment.trade_no):
        return Reason.REPEATED
    _owe(order, payment.total_amount)
    return Reason.PAID_TWICE


def _owe(order: Order, amount: Decimal) -> None:
    Order.objects.filter(pk=order.pk).update(refund_due=F("refund_due") + amount)


def payment_of(answer: PaymentNotice | TradeStatus) -> Payment:
    """What a message or an answer says about money. Raises PaymentRefused without an amount."""
    asked = isinstance(answer, TradeStatus)
    if answer.total_amount is None:
        raise PaymentRefused(Reason.AMOUNT_MISSING)
    return Payment(
        out_trade_no=answer.out_trade_no,
        trade_no=answer.trade_no,
        total_amount=answer.total_amount,
        paid_at=answer.paid_at,
        source=PaymentEvent.Source.QUERY if asked else PaymentEvent.Source.NOTIFICATION,
        refund_fee=None if isinstance(answer, TradeStatus) else answer.refund_fee,
    )


def keep_refused(payment: Payment, reason: str) -> None:
    """An answer about money that does not fit our books, for a person to look at."""
    _keep(payment, "", accepted=False, reason=reason)


def _keep(about: PaymentNotice | Payment | None, body: str, *, accepted: bool, reason: str) -> None:
    PaymentEvent.objects.create(
        source=getattr(about, "source", PaymentEvent.Source.NOTIFICATION),
        out_trade_no=about.out_trade_no if about else "",
        trade_no=about.trade_no if about else "",
        total_amount=about.total_amount if about else None,
        accepted=accepted,
        reason=str(reason),
        message=body,
    )
