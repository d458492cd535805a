"""Refunds that students ask for: asked, withdrawn, approved, rejected."""

from collections.abc import Callable
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.order import locks, memberships, selectors
from luffy_api.apps.order.exceptions import (
    InvalidRefund,
    NothingToRefund,
    RefundDecided,
    RefundNotFound,
    RefundPending,
)
from luffy_api.apps.order.models import Order, Refund, RefundStatus
from luffy_api.apps.order.payment import event_log, refund_amounts, refunds
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user.models import User
from luffy_api.common import audit_log
from luffy_api.common.database_errors import is_taken
from luffy_api.common.transactions import retry_deadlocks

# What the audit log says of a decision.
LOG_MESSAGES = {RefundStatus.PROCESSING: "同意退款", RefundStatus.REJECTED: "拒绝退款"}


def request_refund(
    *,
    user_id: int,
    out_trade_no: str,
    reason: str,
    course_id: int | None = None,
    payment_id: int | None = None,
    check: Callable[[Order], None] | None = None,
) -> Refund:
    """Ask for one course of a paid order, or for all that is left of a payment.

    The payment is the order's own unless `payment_id` names a second one. `check` is called with
    the locked order and raises a DomainError when the school's rule forbids it. Raises
    OrderNotFound (also for another student's order), NothingToRefund, InvalidRefund, and
    RefundPending while another request or refund of the same money is open.
    """
    number = selectors.my_order(user_id=user_id, out_trade_no=out_trade_no).out_trade_no
    try:
        return _request(
            user_id, number, reason, course_id, payment_id, check or (lambda order: None)
        )
    except IntegrityError as error:
        if is_taken(error, Refund, "open_payment", "line"):
            raise RefundPending from error
        raise


@retry_deadlocks
@transaction.atomic
def _request(
    user_id: int,
    out_trade_no: str,
    reason: str,
    course_id: int | None,
    payment_id: int | None,
    check: Callable[[Order], None],
) -> Refund:
    order = locks.lock_order(out_trade_no)
    if payment_id is not None:
        payment = refund_amounts.payment_of(order, payment_id)
    elif order.order_status == OrderStatus.PAID:
        payment = refund_amounts.own_payment(order)
    else:
        raise NothingToRefund("订单未支付或已退款，不能申请退款")
    by_days = course_id is None and payment.is_own and memberships.line_of(order) is not None
    if by_days:
        amount = refund_amounts.amount_by_days(payment)
    else:
        amount = refund_amounts.whole_or_line_amount(payment, course_id)
    refund_amounts.require_no_rival(payment, course_id)
    check(order)
    refund = Refund.objects.create(
        order=order,
        payment=payment,
        course_id=course_id,
        amount=amount,
        ends_membership=by_days,
        reason=reason,
        origin=Refund.Origin.STUDENT,
        requested_by_id=user_id,
    )
    event_log.note_refund(refund, "requested")
    return refund


@retry_deadlocks
@transaction.atomic
def withdraw(*, user_id: int, out_trade_no: str, course_id: int | None = None) -> int:
    """Delete the student's undecided requests for an order, or the one for a course.

    Return how many were deleted: those that were decided meanwhile are not. What was asked for
    stays in the log of the order. Raises OrderNotFound.
    """
    selectors.my_order(user_id=user_id, out_trade_no=out_trade_no)
    order = locks.lock_order(out_trade_no)
    undecided = Refund.objects.filter(
        order=order, requested_by=user_id, status=RefundStatus.REQUESTED
    )
    if course_id is not None:
        undecided = undecided.filter(course=course_id)
    for refund in undecided.select_related("order", "course", "payment"):
        event_log.note_refund(refund, "withdrawn")
        audit_log.log_change(order, user_id=user_id, message=_withdrawal(refund))
    return undecided.delete()[0]


def _withdrawal(refund: Refund) -> str:
    """What the row said that is deleted."""
    since = timezone.localtime(refund.created_time)
    return (
        f"学员撤回退款申请：{refund.amount:.2f} 元，{refund.scope}，{since:%Y-%m-%d %H:%M} 申请，"
        f"原因：{refund.reason}"
    )


def approve(
    *, refund_id: int, staff: User, answer: str = "", amount: Decimal | None = None
) -> Refund:
    """Approve a request and carry it out; `answer` is for the student.

    For a membership staff may decide on another `amount` (yuan); without one it is what was asked
    for, less what the student has saved as a member since. Where it differs from what was asked
    for, the student is told so, unless there is another answer.

    Return the refund as it is after the provider was asked, like `refunds.execute`. Raises
    RefundNotFound, RefundDecided, NothingToRefund or InvalidRefund when less is left by now.
    """
    return refunds.execute(_approve(refund_id, staff, answer, amount))


@retry_deadlocks
@transaction.atomic
def _approve(refund_id: int, staff: User, answer: str, amount: Decimal | None = None) -> Refund:
    locks.lock_order(_find(refund_id).order.out_trade_no)
    refund = _find(refund_id)
    agreed, note = refund.amount, ""
    if refund.status == RefundStatus.REQUESTED:
        agreed = _agreed(refund, amount)
    if agreed != refund.amount:
        note = f"申请 {refund.amount:.2f} 元，同意退 {agreed:.2f} 元"
    _decide(
        refund,
        RefundStatus.PROCESSING,
        staff,
        answer or note,
        note=f"（{note}）" if note else "",
        amount=agreed,
        next_query_at=refunds.first_query(refund.payment),
    )
    return refund


def _agreed(refund: Refund, amount: Decimal | None) -> Decimal:
    """What goes back of a request."""
    if refund.ends_membership and amount is None:
        amount = refund_amounts.agreed_by_days(refund)
    elif amount is not None and not refund.ends_membership:
        raise InvalidRefund("amount", "只有会员按天退款可以另填金额")
    agreed = refund.amount if amount is None else amount
    return refund_amounts.check_amount(refund.payment, agreed)


@retry_deadlocks
@transaction.atomic
def reject(*, refund_id: int, staff: User, answer: str) -> Refund:
    """Reject a request; `answer` tells the student why. Raises RefundNotFound, RefundDecided."""
    locks.lock_order(_find(refund_id).order.out_trade_no)
    refund = _find(refund_id)
    _decide(refund, RefundStatus.REJECTED, staff, answer)
    return refund


def _find(refund_id: int) -> Refund:
    refund = Refund.objects.select_related("order", "payment").filter(pk=refund_id).first()
    if refund is None:
        raise RefundNotFound
    return refund


def _decide(
    refund: Refund,
    to: RefundStatus,
    staff: User,
    answer: str,
    *,
    note: str = "",
    **fields: object,
) -> None:
    moved = Refund.objects.filter(pk=refund.pk).transition(
        to=to, decided_by=staff, decided_at=timezone.now(), answer=answer, **fields
    )
    if not moved:
        raise RefundDecided
    refund.refresh_from_db()
    event_log.note_refund(refund, to.name.lower())
    message = f"{LOG_MESSAGES[to]}{note}：{answer or '（无答复）'}"
    audit_log.log_change(refund, user_id=staff.pk, message=message)
