"""Invariants of refunds, for `integrity`: each is a query for rows that violate one rule."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Round

from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order.models import (
    Order,
    OrderDetail,
    OrderPayment,
    PaymentEvent,
    PayType,
    Refund,
    RefundQuerySet,
    RefundStatus,
)
from luffy_api.apps.order.models.payments import is_own_payment
from luffy_api.apps.order.states import OrderStatus

Reason = PaymentEvent.Reason
REFUND_REASONS = [Reason.REFUNDED, Reason.PARTLY_REFUNDED]
NOTHING = Value(Decimal(0))


def _numbers(refunds: RefundQuerySet) -> Iterator[str]:
    rows = refunds.order_by("id").values_list("id", "out_request_no")
    for pk, number in rows.iterator():
        yield f"退款 {pk} ({number})"


def _without_payment() -> Iterator[str]:
    """No database constraint holds these references: see docs/decisions/0002."""
    payment = OrderPayment.objects.filter(pk=OuterRef("payment_id"), order=OuterRef("order_id"))
    yield from _numbers(Refund.objects.filter(~Exists(payment)))
    line = OrderDetail.objects.filter(order=OuterRef("order_id"), course=OuterRef("course_id"))
    yield from _numbers(Refund.objects.filter(~Exists(line), course_id__isnull=False))


def _payments_without_order() -> Iterator[str]:
    orphans = OrderPayment.objects.filter(~Exists(Order.objects.filter(pk=OuterRef("order_id"))))
    for pk, order_id in orphans.order_by("id").values_list("id", "order_id"):
        yield f"付款 {pk}（订单 {order_id}）"


def _sum(which: Q) -> Round:
    """Yuan of a payment's refunds: SQLite adds floating point numbers."""
    return Round(Sum("refunds__amount", filter=which), precision=2)


def _more_than_paid() -> Iterator[str]:
    """Neither what went back nor what we ask for may be more than the payment.

    Both together may: a refund by the provider's own pages leaves nothing for one of ours that is
    under way, which the provider will refuse.
    """
    refunded = Q(refunds__status=RefundStatus.REFUNDED)
    ours = Q(refunds__status__in=[RefundStatus.PROCESSING, RefundStatus.REFUNDED])
    ours &= ~Q(refunds__origin=Refund.Origin.CONSOLE)
    summed = OrderPayment.objects.annotate(given=_sum(refunded), asked=_sum(ours))
    payments = summed.filter(Q(given__gt=F("amount")) | Q(asked__gt=F("amount"))).order_by("id")
    return payments.values_list("order__out_trade_no", flat=True).iterator()


def _less_than_heard() -> Iterator[str]:
    committed = Q(refunds__status__in=[RefundStatus.PROCESSING, RefundStatus.REFUNDED])
    given = Coalesce(_sum(committed), NOTHING)
    payments = OrderPayment.objects.annotate(given=given).filter(given__lt=F("heard_refunds"))
    return payments.order_by("id").values_list("order__out_trade_no", flat=True).iterator()


def _whole_but_not_closed() -> Iterator[str]:
    """An order is refunded exactly when its own payment went back as a whole."""
    own = OrderPayment.objects.filter(is_own_payment(), order=OuterRef("pk"))
    refunded = Q(refunds__status=RefundStatus.REFUNDED)
    back = own.annotate(given=Coalesce(_sum(refunded), NOTHING))
    whole = Exists(back.filter(given__gte=F("amount")))
    wrong = Order.objects.filter(whole, order_status=OrderStatus.PAID)
    wrong |= Order.objects.filter(~whole, order_status=OrderStatus.REFUNDED)
    return wrong.order_by("id").values_list("out_trade_no", flat=True).iterator()


def _asked_for_more_than_is_left() -> Iterator[str]:
    given = Refund.objects.refunded().filter(payment=OuterRef("payment")).order_by()
    total = given.values("payment").annotate(total=Sum("amount")).values("total")
    left = Round(F("payment__amount") - Coalesce(Subquery(total), NOTHING), precision=2)
    waiting = Refund.objects.filter(status=RefundStatus.REQUESTED)
    return _numbers(waiting.annotate(left=left).filter(amount__gt=F("left")))


def _line_still_granted() -> Iterator[str]:
    number = Order.objects.filter(pk=OuterRef("order_id")).values("out_trade_no")
    grants = EnrollmentGrant.objects.live().filter(
        source=EnrollmentGrant.Source.ORDER,
        reference=OuterRef("number"),
        course_id=OuterRef("course_id"),
    )
    lines = Refund.objects.refunded().filter(course_id__isnull=False)
    return _numbers(lines.annotate(number=Subquery(number)).filter(Exists(grants)))


def _without_event() -> Iterator[str]:
    events = PaymentEvent.objects.filter(
        accepted=True,
        reason__in=REFUND_REASONS,
        out_trade_no=OuterRef("number"),
    )
    number = Order.objects.filter(pk=OuterRef("order_id")).values("out_trade_no")
    refunded = Refund.objects.refunded().annotate(number=Subquery(number))
    return _numbers(refunded.filter(~Exists(events)))


def _never_asked_again() -> Iterator[str]:
    """What was paid by hand goes back by hand: there is nobody to ask."""
    by_hand = Q(payment__pay_type=PayType.OFFLINE)
    processing = Q(status=RefundStatus.PROCESSING)
    lost = processing & ~by_hand & Q(next_query_at__isnull=True)
    kept = ~processing & Q(next_query_at__isnull=False)
    return _numbers(Refund.objects.filter(lost | kept))


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "退款的付款不属于它的订单，或课程不在订单里": _without_payment,
    "付款没有对应的订单": _payments_without_order,
    "退款超过付款": _more_than_paid,
    "支付平台告知的退款多于退款记录": _less_than_heard,
    "订单的款项已全部退回，状态却不是已退款，或相反": _whole_but_not_closed,
    "申请退款的金额多于付款的余额": _asked_for_more_than_is_left,
    "课程已退款，授权却没有结束": _line_still_granted,
    "退款已完成，却没有退款消息": _without_event,
    "处理中的退款不会再向支付平台查询，或已有结果的还会": _never_asked_again,
}
