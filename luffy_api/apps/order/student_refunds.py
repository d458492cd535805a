"""What a student may ask back of an order, and the request for it. All amounts are yuan."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from django.db.models import prefetch_related_objects

from luffy_api.apps.order import member_savings, refund_policy, selectors
from luffy_api.apps.order.exceptions import RefundDecided
from luffy_api.apps.order.models import Order, OrderDetail, OrderPayment, Refund
from luffy_api.apps.order.models.refunds import OPEN_STATUSES
from luffy_api.apps.order.payment import refund_requests
from luffy_api.apps.order.refund_policy import COMMITTED, Rule
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.codes import Code

NOTHING = str(Code.NOTHING_TO_REFUND.label)
PENDING = str(Code.REFUND_PENDING.label)


@dataclass(frozen=True)
class RefundOption:
    """What would go back now, and why it may not be asked for; `why` is empty when it may.

    `note` says what of a membership is taken off, and is blank otherwise.
    """

    amount: Decimal
    why: str
    note: str = field(default="", kw_only=True)

    @property
    def allowed(self) -> bool:
        """Whether the student may ask for it."""
        return not self.why


@dataclass(frozen=True)
class LineOption(RefundOption):
    """The same for one course of the order."""

    course: int


@dataclass(frozen=True)
class RefundOptions:
    """The school's rule, and what it allows for one order at this moment."""

    days: int
    watched_percent: int
    lines: list[LineOption]
    whole: RefundOption


def request(
    *, user_id: int, out_trade_no: str, reason: str, course_id: int | None = None
) -> Refund:
    """Ask for one course of an order, or for all of it, within the school's rule.

    A second payment, which the rule does not touch, goes back before the order's own: no course is
    lost by it. Raises RefundNotAllowed, and what `refund_requests.request_refund` does.
    """
    order = selectors.my_order(user_id=user_id, out_trade_no=out_trade_no)
    second = _second_payment(order) if course_id is None else None
    return refund_requests.request_refund(
        user_id=user_id,
        out_trade_no=out_trade_no,
        reason=reason,
        course_id=course_id,
        payment_id=second.pk if second else None,
        check=None if second else partial(refund_policy.require, course_id=course_id),
    )


def withdraw(*, user_id: int, out_trade_no: str, course_id: int | None = None) -> None:
    """Withdraw the request for one course, or every one of the order that waits.

    Raises OrderNotFound, and RefundDecided when there is none (any more).
    """
    withdrawn = refund_requests.withdraw(
        user_id=user_id, out_trade_no=out_trade_no, course_id=course_id
    )
    if not withdrawn:
        raise RefundDecided


def options(order: Order) -> RefundOptions:
    """What `request` would do for an order that has its `lines` and `refund_rows`.

    Four queries, three when the payments are loaded.
    """
    prefetch_related_objects([order], "payments")
    rule = refund_policy.load(order)
    lines = [_line_option(rule, line) for line in order.lines]
    return RefundOptions(rule.policy.days, rule.policy.watched_percent, lines, _whole(rule))


def _line_option(rule: Rule, line: OrderDetail) -> LineOption:
    order, pk = rule.order, line.course_id
    payment = _own_payment(order)
    if payment is None:
        return LineOption(Decimal(0), NOTHING, pk)
    amount = min(line.real_price, _left(payment, order))
    gone = any(each.course_id == pk for each in _refunds(payment, order, COMMITTED))
    if gone or amount <= 0:
        return LineOption(Decimal(0), NOTHING, pk)
    asked = {each.course_id for each in _refunds(payment, order, OPEN_STATUSES)}
    return LineOption(amount, PENDING if asked & {None, pk} else rule.refusal(line), pk)


def _whole(rule: Rule) -> RefundOption:
    order = rule.order
    if second := _second_payment(order):
        asked = _refunds(second, order, OPEN_STATUSES)
        return RefundOption(_left(second, order), PENDING if asked else "")
    payment = _own_payment(order)
    if payment is None or (left := _left(payment, order)) <= 0:
        return RefundOption(Decimal(0), NOTHING)
    why = PENDING if _refunds(payment, order, OPEN_STATUSES) else rule.refusal_of_all()
    if not refund_policy.is_of_membership(order):
        return RefundOption(left, why)
    found = member_savings.by_days(order)
    if found is None or not found.amount:
        nothing = found.why_nothing if found else member_savings.NO_WHOLE_DAY
        return RefundOption(Decimal(0), nothing)
    return RefundOption(min(left, found.amount), why, note=found.deduction)


def _own_payment(order: Order) -> OrderPayment | None:
    """The payment of a paid order; None for any other order, also when all of it went back."""
    if order.order_status != OrderStatus.PAID:
        return None
    return next((each for each in order.payments.all() if each.is_own), None)


def _second_payment(order: Order) -> OrderPayment | None:
    """A second payment of which something is left; one that nobody has asked for comes first.

    While the last one is asked for, nothing else of the whole order is: a double click on it must
    not ask for the order's own payment, too.
    """
    seconds = (each for each in order.payments.all() if not each.is_own)
    left = [each for each in seconds if _left(each, order) > 0]
    return min(left, key=lambda each: bool(_refunds(each, order, OPEN_STATUSES)), default=None)


def _left(payment: OrderPayment, order: Order) -> Decimal:
    """Like `refund_amounts.left_amount`, from rows that are loaded already."""
    gone = (each.amount for each in _refunds(payment, order, COMMITTED))
    return payment.amount - sum(gone, Decimal(0))


def _refunds(payment: OrderPayment, order: Order, statuses: Iterable[int]) -> list[Refund]:
    rows = (each for each in order.refund_rows if each.payment_id == payment.pk)
    return [each for each in rows if each.status in statuses]
