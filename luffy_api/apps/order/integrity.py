"""What must be true of orders, money and rights, checked over the whole database.

Each check is a query for rows that break one rule. They only read, so they may run beside the site;
each sees one moment, and a payment between two checks can show up as a fault that is gone in the
next run.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order.models import Order, OrderDetail, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user.models import User

Reason = PaymentEvent.Reason
# Reasons of the one event that goes with the one move to 已支付.
ENTRIES = [Reason.PAID, Reason.PAID_BUT_OWNED]
MONEY_CAME = [OrderStatus.PAID, OrderStatus.REFUNDED]
OPEN = OrderStatus.UNPAID


@dataclass(frozen=True)
class Fault:
    """One row that breaks one rule; `sentence` is for the admin, `row` names the row."""

    sentence: str
    row: str


def faults() -> Iterator[Fault]:
    """Every row that breaks a rule."""
    for sentence, rows in RULES.items():
        for row in rows():
            yield Fault(sentence, row)


def _numbers(orders: QuerySet[Order]) -> Iterator[str]:
    return orders.order_by("id").values_list("out_trade_no", flat=True).iterator()


def _without_details() -> Iterator[str]:
    return _numbers(Order.objects.filter(order_courses__isnull=True))


def _wrong_totals() -> Iterator[str]:
    summed = Coalesce(Sum("order_courses__real_price"), Value(Decimal(0)))
    return _numbers(Order.objects.annotate(summed=summed).exclude(summed=F("total_amount")))


def _orphans() -> Iterator[str]:
    """No constraint holds these two references: see docs/decisions/0002."""
    owner = User.objects.filter(pk=OuterRef("user_id"))
    yield from _numbers(Order.objects.filter(~Exists(owner)))
    course = Course.objects.filter(pk=OuterRef("course_id"))
    yield from _numbers(Order.objects.filter(order_courses__in=_details(~Exists(course))))


def _details(condition: Any) -> QuerySet[OrderDetail]:
    return OrderDetail.objects.filter(condition)


def _paid_without_proof() -> Iterator[str]:
    unproved = Q(trade_no="") | Q(pay_time__isnull=True)
    return _numbers(Order.objects.filter(unproved, order_status__in=MONEY_CAME))


def _entries(amount: str) -> QuerySet[PaymentEvent]:
    return PaymentEvent.objects.filter(
        accepted=True,
        reason__in=ENTRIES,
        out_trade_no=OuterRef("out_trade_no"),
        total_amount=OuterRef(amount),
    )


def _paid_without_entry() -> Iterator[str]:
    entered = Exists(_entries("total_amount"))
    return _numbers(Order.objects.filter(~entered, order_status__in=MONEY_CAME))


def _entered_but_not_paid() -> Iterator[str]:
    entered = Exists(_entries("total_amount"))
    return _numbers(Order.objects.filter(entered).exclude(order_status__in=MONEY_CAME))


def _entered_twice() -> Iterator[str]:
    entries = PaymentEvent.objects.filter(accepted=True, reason__in=ENTRIES)
    counted = entries.order_by().values("out_trade_no").annotate(times=Count("id"))
    rows = counted.filter(times__gt=1).order_by("out_trade_no")
    return rows.values_list("out_trade_no", flat=True).iterator()


def _right(**conditions: object) -> Exists:
    return Exists(Enrollment.objects.filter(course_id=OuterRef("course_id"), **conditions))


def _paid_but_not_owned() -> Iterator[str]:
    """Where the money is owed back anyway, the right may have ended with the other order."""
    owned = _right(user_id=OuterRef("order__user_id"))
    lines = _details(Q(order__order_status=OrderStatus.PAID, order__refund_due=0) & ~owned)
    return _numbers(Order.objects.filter(pk__in=lines.values("order_id")))


def _owned_but_not_paid() -> Iterator[str]:
    bought = _details(
        Q(
            order__out_trade_no=OuterRef("out_trade_no"),
            order__user_id=OuterRef("user_id"),
            order__order_status=OrderStatus.PAID,
            course_id=OuterRef("course_id"),
        )
    )
    rights = Enrollment.objects.filter(~Exists(bought), source=Enrollment.Source.ORDER)
    for number, user, course in rights.values_list("out_trade_no", "user_id", "course_id"):
        yield f"{number or '-'} (学员 {user}, 课程 {course})"


def _given_with_a_number() -> Iterator[str]:
    free = Enrollment.objects.exclude(source=Enrollment.Source.ORDER).exclude(out_trade_no="")
    return free.values_list("out_trade_no", flat=True).iterator()


def _open_without_basket() -> Iterator[str]:
    lost = Q(order_status=OPEN, open_basket__isnull=True)
    kept = ~Q(order_status=OPEN) & Q(open_basket__isnull=False)
    return _numbers(Order.objects.filter(lost | kept))


def _never_asked_again() -> Iterator[str]:
    return _numbers(Order.objects.filter(order_status=OPEN, next_query_at__isnull=True))


def _owed_without_money() -> Iterator[str]:
    return _numbers(Order.objects.filter(refund_due__gt=0).exclude(order_status__in=MONEY_CAME))


def _too_few_students() -> Iterator[str]:
    """The figure may be higher than the rights: the school may have taught before it came here."""
    counted = Course.objects.annotate(rights=Count("enrollments"))
    for course in counted.filter(students__lt=F("rights")).values_list("id", flat=True):
        yield f"课程 {course}"


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "订单没有任何课程": _without_details,
    "订单总价不等于各课程实价之和": _wrong_totals,
    "订单的学员或课程已不存在": _orphans,
    "订单已付款,却没有支付宝流水号或支付时间": _paid_without_proof,
    "订单已付款,却没有入账的支付消息": _paid_without_entry,
    "支付消息已入账,订单却不是已支付": _entered_but_not_paid,
    "同一订单入账两次": _entered_twice,
    "订单已支付,学员却没有课程": _paid_but_not_owned,
    "学员的课程来自订单,却没有已支付的订单": _owned_but_not_paid,
    "免费或赠送的课程带有订单号": _given_with_a_number,
    "未支付的订单没有购物篮标记,或已结束的订单还有": _open_without_basket,
    "未支付的订单不会再向支付宝查询": _never_asked_again,
    "没有收款的订单却待退款": _owed_without_money,
    "课程的学习人数少于已购人数": _too_few_students,
}
