"""Refunds that the payment provider carries out, until it is known what became of them."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from luffy_api.apps.order import locks
from luffy_api.apps.order.exceptions import (
    GatewayRefused,
    GatewayUnavailable,
    InvalidRefund,
    RefundDecided,
    RefundNotFound,
    RefundPending,
)
from luffy_api.apps.order.models import OrderPayment, PayType, Refund, RefundStatus
from luffy_api.apps.order.numbers import new_request_no
from luffy_api.apps.order.payment import (
    batch,
    due_rows,
    gateway,
    refund_amounts,
    refund_records,
    retry_schedule,
)
from luffy_api.apps.order.payment.interface import RefundResult, RefundState
from luffy_api.apps.user.models import User
from luffy_api.common import audit_log
from luffy_api.common.database_errors import is_taken
from luffy_api.common.transactions import retry_deadlocks


def start(
    *,
    out_trade_no: str,
    reason: str,
    origin: Refund.Origin,
    amount: Decimal | None = None,
    course_id: int | None = None,
    staff: User | None = None,
    payment_id: int | None = None,
    request_no: str | None = None,
    by_days: bool = False,
) -> Refund:
    """Refund without a request: an amount in yuan, one course, or all that is left of a payment.

    With `by_days` the unused days of a membership, which ends with it, less what its student saved
    as a member (`member_savings`), or an amount that staff decide on.

    The payment is the order's own unless `payment_id` names a second one. Return the refund as it
    is after the provider was asked, like `execute`. Whoever may be heard twice gives the refund its
    `request_no`. Raises OrderNotFound, NothingToRefund, InvalidRefund, and RefundPending while
    another refund of the same money is open, or when that number was used before.
    """
    if by_days and (course_id is not None or payment_id is not None):
        raise InvalidRefund("target", "会员按剩余天数退款，不能选课程或别的付款")
    if amount is not None and course_id is not None:
        raise InvalidRefund("amount", "金额与课程只能选一个")
    try:
        refund = _start(
            out_trade_no, payment_id, amount, course_id, reason, origin, staff, request_no, by_days
        )
    except IntegrityError as error:
        if is_taken(error, Refund, "open_payment", "line") or is_taken(
            error, Refund, "out_request_no"
        ):
            raise RefundPending from error
        raise
    return execute(refund)


@retry_deadlocks
@transaction.atomic
def _start(
    out_trade_no: str,
    payment_id: int | None,
    amount: Decimal | None,
    course_id: int | None,
    reason: str,
    origin: Refund.Origin,
    staff: User | None,
    request_no: str | None,
    by_days: bool = False,
) -> Refund:
    order = locks.lock_order(out_trade_no)
    if payment_id is None:
        payment = refund_amounts.own_payment(order)
    else:
        payment = refund_amounts.payment_of(order, payment_id)
    if by_days:
        amount = refund_amounts.amount_by_days(payment, amount)
    elif amount is None:
        amount = refund_amounts.whole_or_line_amount(payment, course_id)
    else:
        amount = refund_amounts.check_amount(payment, amount)
    refund_amounts.require_no_rival(payment, course_id)
    refund = Refund.objects.create(
        order=order,
        payment=payment,
        course_id=course_id,
        amount=amount,
        ends_membership=by_days,
        reason=reason,
        origin=origin,
        status=RefundStatus.PROCESSING,
        out_request_no=request_no or new_request_no(),
        decided_by=staff,
        decided_at=timezone.now(),
        next_query_at=first_query(payment),
    )
    if staff is not None:
        message = f"发起退款 {amount:.2f} 元，{refund.out_request_no}：{reason}"
        for row in (order, refund):
            audit_log.log_change(row, user_id=staff.pk, message=message)
    return refund


def first_query(payment: OrderPayment) -> datetime | None:
    """When the batch takes over a refund whose process died after the commit; None by hand."""
    return None if is_by_hand(payment) else timezone.now() + retry_schedule.LEASE


def execute(refund: Refund) -> Refund:
    """Ask the provider to carry out a refund that is PROCESSING and committed; return it anew.

    It is REFUNDED, FAILED with the provider's reason in `gateway_answer`, or still PROCESSING when
    no trustworthy answer came: the batch goes on with it. Nothing is asked about money that was
    paid by hand. Waits for the network: never call it under a lock or in a transaction.
    """
    if not is_by_hand(refund.payment):
        batch.run_batch([refund], _send)
    return Refund.objects.select_related("order", "payment").get(pk=refund.pk)


def is_by_hand(payment: OrderPayment) -> bool:
    """Whether no provider carries out refunds of this payment: staff do, and record it."""
    return payment.pay_type not in gateway.PROVIDERS


@retry_deadlocks
@transaction.atomic
def record_by_hand(*, refund_id: int, staff: User, answer: str) -> Refund:
    """Record that staff have given back money that was paid by hand; return the refund anew.

    `answer` says how, such as the bank's number. Raises RefundNotFound, and RefundDecided unless it
    is PROCESSING and no provider's part.
    """
    refund = Refund.objects.select_related("order", "payment").filter(pk=refund_id).first()
    if refund is None:
        raise RefundNotFound
    result = RefundResult(RefundState.SUCCEEDED, word=answer)
    if not is_by_hand(refund.payment) or not refund_records.record_refunded(refund, result):
        raise RefundDecided
    audit_log.log_change(refund, user_id=staff.pk, message=f"登记已退款：{answer}")
    return refund


def finish_open(*, budget: float = batch.BUDGET_SECONDS) -> int:
    """Ask about the refunds that are due, for `budget` seconds; return how many were answered.

    Safe to run at any time and concurrently: each refund is claimed before it is asked about.
    """
    return due_rows.process_due([OPEN_REFUNDS], budget=budget)


def _of_provider(provider: PayType | None) -> Q:
    """Refunds of payments with this provider. A claim locks no payment, hence no join."""
    known = [provider] if provider else list(gateway.PROVIDERS)
    payments = Q(payment__in=OrderPayment.objects.filter(pay_type__in=known).values("pk"))
    return payments if provider else ~payments


def _send(refund: Refund) -> None:
    try:
        result = gateway.refund_trade(
            refund.payment, amount=refund.amount, request_no=refund.out_request_no
        )
    except GatewayRefused as error:
        refund_records.record_failed(refund, answer=error.reason)
    else:
        _record(refund, result)


def _query(refund: Refund) -> None:
    result = gateway.query_refund(refund.payment, request_no=refund.out_request_no)
    if result.state is RefundState.NOT_FOUND:
        _send(refund)
    else:
        _record(refund, result)


def _record(refund: Refund, result: RefundResult) -> None:
    if result.state is RefundState.SUCCEEDED:
        if result.amount not in (None, refund.amount):
            raise GatewayUnavailable  # whatever it answers about, it is not this refund
        refund_records.record_refunded(refund, result)
    elif result.state is RefundState.CLOSED:
        refund_records.record_failed(refund, answer=result.word)
    elif result.state is RefundState.PROCESSING:
        _wait(refund)
    else:
        raise GatewayUnavailable


def _wait(refund: Refund) -> None:
    now = timezone.now()
    later = retry_schedule.unfinished(since=refund.decided_at or refund.created_time, now=now)
    Refund.objects.filter(pk=refund.pk, status=RefundStatus.PROCESSING).update(
        next_query_at=later, query_failures=0
    )


# What a batch does with refunds.
OPEN_REFUNDS = due_rows.Sort(Refund.objects.due, _of_provider, _query, related=("order", "payment"))
