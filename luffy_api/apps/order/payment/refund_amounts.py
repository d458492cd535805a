"""How much of a payment can go back. All amounts are yuan; callers have locked the order."""

from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import timezone

from luffy_api.apps.order import member_savings, memberships
from luffy_api.apps.order.exceptions import InvalidRefund, NothingToRefund, RefundPending
from luffy_api.apps.order.member_savings import ByDays
from luffy_api.apps.order.models import Order, OrderPayment, Refund, RefundQuerySet
from luffy_api.apps.promotion import locks as promotion_locks

CENT = Decimal("0.01")


def own_payment(order: Order) -> OrderPayment:
    """The payment that made the order paid. Raises NothingToRefund without one."""
    own = next((each for each in order.payments.all() if each.is_own), None)
    if own is None:
        raise NothingToRefund("订单没有付款，不能退款")
    return own


def payment_of(order: Order, payment_id: int) -> OrderPayment:
    """One payment of the order. Raises InvalidRefund for any other."""
    payment = order.payments.filter(pk=payment_id).first()
    if payment is None:
        raise InvalidRefund("payment", "订单没有这笔付款")
    return payment


def refunded_amount(payment: OrderPayment) -> Decimal:
    """What went back."""
    return _total(Refund.objects.filter(payment=payment).refunded())


def left_amount(payment: OrderPayment) -> Decimal:
    """What neither went back nor may go back at any moment."""
    return payment.amount - _total(Refund.objects.filter(payment=payment).committed())


def whole_or_line_amount(payment: OrderPayment, course_id: int | None) -> Decimal:
    """The rest of a payment, or the price of one course of the order but not more than the rest.

    Raises NothingToRefund, InvalidRefund for a course that is not in the order.
    """
    left = left_amount(payment)
    if course_id is not None:
        left = min(left, _line_price(payment, course_id))
    if left <= 0:
        raise NothingToRefund
    return left


def amount_by_days(payment: OrderPayment, amount: Decimal | None = None) -> Decimal:
    """What a refund by days gives back of the payment of a membership, if so much is left.

    Or another amount, as staff have decided. Raises NothingToRefund, InvalidRefund, also for
    another payment than that of a membership.
    """
    if not payment.is_own or memberships.line_of(payment.order) is None:
        raise InvalidRefund("target", "这笔付款不是会员订单")
    if amount is not None:
        return check_amount(payment, amount)
    _hold_membership(payment)
    return _proposed(payment, member_savings.by_days(payment.order))


def agreed_by_days(refund: Refund) -> Decimal:
    """What of a request by days goes back: what was asked for, less what was saved since.

    Raises NothingToRefund when that is nothing.
    """
    _hold_membership(refund.payment)
    return min(refund.amount, _proposed(refund.payment, member_savings.by_days_of(refund)))


def _hold_membership(payment: OrderPayment) -> None:
    """Nothing is ordered at a price for members until the transaction ends."""
    promotion_locks.lock_membership(payment.order.user_id, timezone.now())


def _proposed(payment: OrderPayment, found: ByDays | None) -> Decimal:
    left = left_amount(payment)
    if left <= 0:
        raise NothingToRefund
    if found is None or not found.amount:
        raise NothingToRefund(found.why_nothing if found else member_savings.NO_WHOLE_DAY)
    return min(left, found.amount)


def check_amount(payment: OrderPayment, amount: Decimal) -> Decimal:
    """The same amount when so much is left. Raises NothingToRefund, InvalidRefund."""
    left = left_amount(payment)
    if left <= 0:
        raise NothingToRefund
    if not amount.is_finite() or amount <= 0 or amount != amount.quantize(CENT):
        raise InvalidRefund("amount", "退款金额须大于 0，最多两位小数")
    if amount > left:
        raise InvalidRefund("amount", f"最多可退 {left:.2f} 元")
    return amount


def require_no_rival(payment: OrderPayment, course_id: int | None) -> None:
    """Raise RefundPending while a refund is open that may be for the same money.

    A refund without a course is for any of it; those of two courses are independent.
    """
    rivals = Refund.objects.filter(payment=payment, open_payment=payment.pk)
    if course_id is not None:
        rivals = rivals.filter(Q(course=None) | Q(course=course_id))
    if rivals.exists():
        raise RefundPending


def _line_price(payment: OrderPayment, course_id: int) -> Decimal:
    order = payment.order
    if not payment.is_own:
        raise InvalidRefund("course", "重复的付款只能整笔或按金额退款")
    line = order.order_courses.filter(course_id=course_id).first()
    if line is None:
        raise InvalidRefund("course", "订单里没有这门课程")
    if Refund.objects.filter(order=order, course_id=course_id).committed().exists():
        raise NothingToRefund("这门课程已经退款")
    return line.real_price


def _total(refunds: RefundQuerySet) -> Decimal:
    return refunds.aggregate(total=Sum("amount"))["total"] or Decimal("0.00")
