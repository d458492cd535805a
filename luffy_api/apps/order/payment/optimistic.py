"""Ordinary payments, without a lock beforehand: two round trips to the database instead of four.

The order is read together with the question whether the payment is known. The transaction is then
one text, up to COMMIT. Its UPDATE names everything of the order that the decision rests on, so it
finds none that has changed; unique columns say whether the payment, or a course of the student, is
there meanwhile. In either case nothing of it is committed, and `services` records the payment under
a lock, as it does whatever is not ordinary: decision 0094.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order.models import Order, OrderDetail, OrderQuerySet, PaymentEvent
from luffy_api.apps.order.payment import event_log, payment_rows
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.apps.order.states import ALLOWED_SOURCES, OrderStatus
from luffy_api.common.prepared_query import PreparedUpdate, PreparedValues, SmallInteger
from luffy_api.common.replies import UnexpectedRows, may_travel, together
from luffy_api.common.transactions import retry_deadlocks


@dataclass(frozen=True, slots=True)
class SeenOrder:
    """What was read of an order; `study_months` by the courses that it sold."""

    pk: int
    user_id: int
    study_months: Mapping[int, int | None]


# Trades that this process has seen recorded: of a repeat nothing but the log is written, and the
# order need not be read. It saves time and decides nothing.
_known: set[tuple[int, str]] = set()
MAX_KNOWN = 10_000


def is_possible(payment: Payment) -> bool:
    """Where several statements are one round trip, for a first trade of which nothing went back."""
    if (payment.pay_type, payment.trade_no) in _known:
        return False
    is_first_trade = payment.number in {"", payment.out_trade_no}
    is_ordinary = is_first_trade and not payment.refund_fee
    return is_ordinary and not connection.in_atomic_block and may_travel(connection)


def record(payment: Payment, *, body: str) -> bool:
    """Log a repeated payment, or record an ordinary one; False when neither could be done."""
    with together(connection):
        repeat = event_log.send_repeat(payment, body=body)
        seen = _seen.send(payment.out_trade_no, payment.total_amount, payment.pay_type)
    if repeat.count:
        _remember(payment)
        return True
    rows = seen.rows
    if not rows or any(had for *_, had in rows):
        return False
    try:
        _record(_seen_order(rows), payment, body)
    except (UnexpectedRows, IntegrityError):
        return False  # it has changed since it was read
    _remember(payment)
    return True


def _remember(payment: Payment) -> None:
    if len(_known) >= MAX_KNOWN:
        _known.clear()
    _known.add((payment.pay_type, payment.trade_no))


def _seen_order(rows: Sequence[tuple[Any, ...]]) -> SeenOrder:
    pk, user_id, *_ = rows[0]
    return SeenOrder(pk, user_id, {course: months for _, _, course, months, _ in rows})


@retry_deadlocks
@transaction.atomic
def _record(order: SeenOrder, payment: Payment, body: str) -> None:
    """All of it travels with COMMIT. Raises UnexpectedRows or IntegrityError: nothing was done."""
    now = timezone.now()
    make_paid(
        *(order.pk, order.user_id, payment.total_amount, payment.pay_type),
        *(payment.trade_no, payment.paid_at or now, now),
    )
    payment_rows.send(order.pk, payment)
    enrollment.send_new(
        user_id=order.user_id,
        source=EnrollmentGrant.Source.ORDER,
        reference=payment.out_trade_no,
        study_months=order.study_months,
    )
    event_log.log_event(payment, accepted=True, reason=PaymentEvent.Reason.PAID, body=body)


def _ordinary(amount: Decimal, pay_type: int, *, of: str = "") -> Q:
    """An order of this amount, without a coupon, whose first trade is the only one."""
    conditions = {"total_amount": amount, "pay_type": pay_type, "trade_count": 1}
    return Q(**{of + name: value for name, value in {**conditions, "coupon_claim": None}.items()})


def _build_seen(number: str, amount: Decimal, pay_type: int) -> QuerySet[OrderDetail, Any]:
    """The courses of an ordinary order, and whether its student had them before, for however long.

    Nothing for one that is paid, as of a repeat. It has to be quick: the answer to the statement
    before it is on its way, and each wait costs more than all of this.
    """
    grants = EnrollmentGrant.objects.filter(user=OuterRef("order__user"), course=OuterRef("course"))
    rows = OrderDetail.objects.filter(
        _ordinary(amount, pay_type, of="order__"),
        order__out_trade_no=number,
        order__order_status__in=ALLOWED_SOURCES[OrderStatus.PAID],
    )
    return (
        rows.order_by()
        .annotate(had=Exists(grants.order_by()))
        .values_list("order_id", "order__user_id", "course_id", "study_months", "had")
    )


def _build_make_paid(
    pk: int,
    user_id: int,
    amount: Decimal,
    pay_type: int,
    trade_no: str,
    pay_time: datetime,
    now: datetime,
) -> tuple[OrderQuerySet, dict[str, Any]]:
    """The order is still ordinary, and belongs to whom it did."""
    orders = Order.objects.filter(_ordinary(amount, pay_type), pk=pk, user_id=user_id)
    rows, moved = orders.transition_to(OrderStatus.PAID, now=now)
    return rows, {**moved, "trade_no": trade_no, "pay_time": pay_time, "next_query_at": None}


_seen = PreparedValues(_build_seen, str, Decimal, SmallInteger)
make_paid = PreparedUpdate(
    _build_make_paid, int, int, Decimal, SmallInteger, str, datetime, datetime
).send_one
