"""Invariants of orders, payments and enrolments, checked over the whole database.

Each check is a query for rows that violate one rule. They only read, so they may run beside the
site; each sees one moment, and a payment between two checks can show up as a violation that is gone
in the next run.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Round
from django.utils import timezone

from luffy_api.apps.community import integrity as community_integrity
from luffy_api.apps.course import listing, student_counts
from luffy_api.apps.course.models import Course, CourseDiscount, Enrollment, EnrollmentGrant
from luffy_api.apps.learning import integrity as learning_integrity
from luffy_api.apps.order import (
    coupon_integrity,
    invoice_integrity,
    membership_integrity,
    package_integrity,
    refund_integrity,
    study_integrity,
    vip_integrity,
)
from luffy_api.apps.order.models import (
    IdempotencyKey,
    Order,
    OrderDetail,
    OrderPayment,
    PaymentEvent,
    Refund,
)
from luffy_api.apps.order.models.payments import is_own_payment
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user.models import User

Reason = PaymentEvent.Reason
# Reasons of the one event that is logged when an order becomes paid.
PAID_REASONS = [Reason.PAID, Reason.PAID_BUT_OWNED]
PAID_STATES = [OrderStatus.PAID, OrderStatus.REFUNDED]
UNPAID = OrderStatus.UNPAID


@dataclass(frozen=True)
class Violation:
    """One row that violates one rule; `rule` is a sentence for the admin, `row` names the row."""

    rule: str
    row: str


def run_checks() -> Iterator[Violation]:
    """Every row that violates a rule."""
    for rule, rows in RULES.items():
        for row in rows():
            yield Violation(rule, row)


def _numbers(orders: QuerySet[Order]) -> Iterator[str]:
    return orders.order_by("id").values_list("out_trade_no", flat=True).iterator()


def _without_details() -> Iterator[str]:
    empty = Order.objects.filter(order_courses__isnull=True, membership_line__isnull=True)
    return _numbers(empty)


def _wrong_totals() -> Iterator[str]:
    """Rounded: SQLite adds floating point numbers."""
    summed = Round(Coalesce(Sum("order_courses__real_price"), Value(Decimal(0))), precision=2)
    orders = Order.objects.filter(membership_line__isnull=True)
    return _numbers(orders.annotate(summed=summed).exclude(summed=F("total_amount")))


def _without_user_or_course() -> Iterator[str]:
    """No database constraint holds these references: see docs/decisions/0002."""
    user = User.objects.filter(pk=OuterRef("user_id"))
    yield from _numbers(Order.objects.filter(~Exists(user)))
    course = Course.objects.filter(pk=OuterRef("course_id"))
    yield from _numbers(Order.objects.filter(order_courses__in=_details(~Exists(course))))


def _of_merged_account() -> Iterator[str]:
    """What an account has got after it was merged into another: merge them once more."""
    yield from _numbers(Order.objects.filter(user__merged_into__isnull=False))
    left = Enrollment.objects.filter(user__merged_into__isnull=False)
    yield from _pairs(left, "id")


def _without_order() -> Iterator[str]:
    """Details and idempotency keys of orders that do not exist, for the same reason."""
    no_order = ~Exists(Order.objects.filter(pk=OuterRef("order_id")))
    for pk, order_id in _details(no_order).order_by("id").values_list("id", "order_id"):
        yield f"订单详情 {pk}（订单 {order_id}）"
    keys = IdempotencyKey.objects.filter(no_order).order_by("id")
    for pk, order_id in keys.values_list("id", "order_id"):
        yield f"幂等键 {pk}（订单 {order_id}）"


def _details(condition: Any) -> QuerySet[OrderDetail]:
    return OrderDetail.objects.filter(condition)


def _paid_without_proof() -> Iterator[str]:
    unproved = Q(trade_no="") | Q(pay_time__isnull=True)
    return _numbers(Order.objects.filter(unproved, order_status__in=PAID_STATES))


def _paid_events() -> QuerySet[PaymentEvent]:
    """For a subquery: the event with which the outer order became paid."""
    return PaymentEvent.objects.filter(
        accepted=True,
        reason__in=PAID_REASONS,
        out_trade_no=OuterRef("out_trade_no"),
        total_amount=OuterRef("total_amount"),
    )


def _paid_without_event() -> Iterator[str]:
    return _numbers(Order.objects.filter(~Exists(_paid_events()), order_status__in=PAID_STATES))


def _event_without_paid() -> Iterator[str]:
    logged = Order.objects.filter(Exists(_paid_events()))
    return _numbers(logged.exclude(order_status__in=PAID_STATES))


def _paid_twice() -> Iterator[str]:
    events = PaymentEvent.objects.filter(accepted=True, reason__in=PAID_REASONS)
    counted = events.order_by().values("out_trade_no").annotate(times=Count("id"))
    rows = counted.filter(times__gt=1).order_by("out_trade_no")
    return rows.values_list("out_trade_no", flat=True).iterator()


def _without_payment() -> Iterator[str]:
    own = OrderPayment.objects.filter(
        is_own_payment(), order=OuterRef("pk"), amount=OuterRef("total_amount")
    )
    return _numbers(Order.objects.filter(~Exists(own), order_status__in=PAID_STATES))


def _payment_without_paid() -> Iterator[str]:
    unpaid = Order.objects.exclude(order_status__in=PAID_STATES)
    return _numbers(unpaid.filter(Exists(OrderPayment.objects.filter(order=OuterRef("pk")))))


def _paid_but_not_granted() -> Iterator[str]:
    """Lines that were refunded by themselves have no grant any more; a study period may be over."""
    kept = EnrollmentGrant.objects.live() | EnrollmentGrant.objects.with_period()
    granted = kept.filter(
        source=EnrollmentGrant.Source.ORDER,
        reference=OuterRef("order__out_trade_no"),
        course_id=OuterRef("course_id"),
        user_id=OuterRef("order__user_id"),
    )
    refunded = Refund.objects.refunded().filter(
        order_id=OuterRef("order_id"), course_id=OuterRef("course_id")
    )
    lines = _details(Q(order__order_status=OrderStatus.PAID) & ~Exists(granted) & ~Exists(refunded))
    return _numbers(Order.objects.filter(pk__in=lines.values("order_id")))


def _granted_but_not_paid() -> Iterator[str]:
    bought = _details(
        Q(
            order__out_trade_no=OuterRef("reference"),
            order__user_id=OuterRef("user_id"),
            order__order_status=OrderStatus.PAID,
            course_id=OuterRef("course_id"),
        )
    )
    grants = EnrollmentGrant.objects.live().filter(source=EnrollmentGrant.Source.ORDER)
    return _pairs(grants.filter(~Exists(bought)), "reference")


def _granted_but_not_enrolled() -> Iterator[str]:
    enrolled = Enrollment.objects.filter(user=OuterRef("user"), course=OuterRef("course"))
    return _pairs(EnrollmentGrant.objects.live().filter(~Exists(enrolled)), "reference")


def _enrolled_without_reason() -> Iterator[str]:
    return _pairs(Enrollment.objects.without_reason(), "id")


def _granted_with_order_number() -> Iterator[str]:
    """Those of typed codes have the number of the code."""
    source = EnrollmentGrant.Source
    others = EnrollmentGrant.objects.exclude(source__in=[source.ORDER, source.CODE])
    granted = others.exclude(reference="")
    return granted.values_list("reference", flat=True).iterator()


def _pairs(rows: QuerySet[Any], name: str) -> Iterator[str]:
    """Grants or enrollments, named by a column of theirs."""
    for value, user, course in rows.order_by("id").values_list(name, "user_id", "course_id"):
        yield f"{value or '-'}（学员 {user}，课程 {course}）"


def _open_without_cart_key() -> Iterator[str]:
    lost = Q(order_status=UNPAID, open_cart_key__isnull=True)
    kept = ~Q(order_status=UNPAID) & Q(open_cart_key__isnull=False)
    return _numbers(Order.objects.filter(lost | kept))


def _never_queried_again() -> Iterator[str]:
    return _numbers(Order.objects.filter(order_status=UNPAID, next_query_at__isnull=True))


def _too_few_students() -> Iterator[str]:
    """More students than enrolments are allowed: the school may have counted before this site."""
    too_few = student_counts.compared_with_enrollments().filter(counted__lt=F("enrolled"))
    for course in too_few.order_by("id").values_list("id", flat=True):
        yield f"课程 {course}"


def _wrong_in_lists() -> Iterator[str]:
    """What a process of the site brings into the prices at this moment is not wrong."""
    now = timezone.now()
    due = CourseDiscount.objects.due(now).values("courses")
    wrong = listing.differences(now).exclude(pk__in=due)
    for course in wrong.order_by("id").values_list("id", flat=True):
        yield f"课程 {course}"


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "订单没有任何课程，也不是会员订单": _without_details,
    "订单总价不等于各课程实价之和": _wrong_totals,
    "订单的学员或课程已不存在": _without_user_or_course,
    "订单或课程属于已并入其他账号的账号，请再合并一次": _of_merged_account,
    "订单详情或幂等键没有对应的订单": _without_order,
    "订单已付款，却没有支付平台流水号或支付时间": _paid_without_proof,
    "订单已付款，却没有入账的支付消息": _paid_without_event,
    "支付消息已入账，订单却不是已支付": _event_without_paid,
    "同一订单入账两次": _paid_twice,
    "订单已付款，却没有与它相符的付款记录": _without_payment,
    "有付款记录，订单却不是已付款": _payment_without_paid,
    "订单已支付，却没有给学员课程授权": _paid_but_not_granted,
    "课程授权来自订单，却没有已支付的订单": _granted_but_not_paid,
    "有课程授权，学员却没有课程": _granted_but_not_enrolled,
    "学员有课程，却没有课程授权": _enrolled_without_reason,
    "免费或赠送的课程带有订单号": _granted_with_order_number,
    "未支付的订单没有购物篮标记，或已结束的订单还有": _open_without_cart_key,
    "未支付的订单不会再向支付平台查询": _never_queried_again,
    "课程的学习人数少于已购人数": _too_few_students,
    "课程目录中的展示或当前价格与课程、分类、优惠活动不符": _wrong_in_lists,
    **community_integrity.RULES,
    **learning_integrity.RULES,
    **invoice_integrity.RULES,
    **coupon_integrity.RULES,
    **package_integrity.RULES,
    **vip_integrity.RULES,
    **study_integrity.RULES,
    **membership_integrity.RULES,
    **refund_integrity.RULES,
}
