"""Invariants of memberships, for `integrity`: each is a query for rows that violate one."""

from collections.abc import Callable, Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order.models import MembershipLine, Order, OrderDetail, Refund
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion.models import MembershipPeriod, MembershipTerm


def _numbers(orders: QuerySet[Order]) -> Iterator[str]:
    return orders.order_by("id").values_list("out_trade_no", flat=True).iterator()


def _references(periods: QuerySet[MembershipPeriod]) -> Iterator[str]:
    return periods.order_by("id").values_list("reference", flat=True).iterator()


def _wrong_lines() -> Iterator[str]:
    """Nothing else is in such an order, and no coupon is put on it."""
    lines = MembershipLine.objects.filter(order=OuterRef("pk"))
    orders = Order.objects.filter(Exists(lines))
    courses = OrderDetail.objects.filter(order=OuterRef("pk"))
    wrong = Exists(courses) | ~Exists(lines.filter(price=OuterRef("total_amount")))
    yield from _numbers(orders.filter(wrong | Q(coupon_claim__isnull=False)))


def _lines_without_order() -> Iterator[str]:
    """No database constraint holds these references: see docs/decisions/0002."""
    order = Order.objects.filter(pk=OuterRef("order_id"))
    term = MembershipTerm.objects.filter(pk=OuterRef("term_id"))
    lost = MembershipLine.objects.filter(~Exists(order) | ~Exists(term)).order_by("id")
    for pk, order_id in lost.values_list("id", "order_id"):
        yield f"会员订单内容 {pk}（订单 {order_id}）"


def _paid_but_not_given() -> Iterator[str]:
    """What was refunded by days is over, and its order stays paid."""
    period = MembershipPeriod.objects.filter(
        reference=OuterRef("out_trade_no"), user_id=OuterRef("user_id")
    )
    by_days = Refund.objects.refunded().filter(order=OuterRef("pk"), ends_membership=True)
    paid = Order.objects.filter(order_status=OrderStatus.PAID, membership_line__isnull=False)
    kept = Exists(period.filter(ended_at=None))
    yield from _numbers(paid.filter(~Exists(period) | (~kept & ~Exists(by_days))))


def _given_but_not_paid() -> Iterator[str]:
    paid = Order.objects.filter(
        out_trade_no=OuterRef("reference"),
        user_id=OuterRef("user_id"),
        order_status=OrderStatus.PAID,
        membership_line__price=OuterRef("price"),
    )
    yield from _references(MembershipPeriod.objects.filter(~Exists(paid), ended_at=None))


def _given_although_refunded() -> Iterator[str]:
    by_days = Refund.objects.refunded().filter(
        order__out_trade_no=OuterRef("reference"), ends_membership=True
    )
    yield from _references(MembershipPeriod.objects.filter(Exists(by_days), ended_at=None))


def _overlapping() -> Iterator[str]:
    """Of what is over the times are history; of the rest nothing may be counted twice."""
    now = timezone.now()
    others = MembershipPeriod.objects.filter(
        user=OuterRef("user"),
        ended_at=None,
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    ).exclude(pk=OuterRef("pk"))
    live = MembershipPeriod.objects.filter(ended_at=None, ends_at__gt=now)
    yield from _references(live.filter(Exists(others)))


def _opened_for_longer() -> Iterator[str]:
    now = timezone.now()
    reaching = MembershipPeriod.objects.filter(
        user=OuterRef("user"), ended_at=None, ends_at__gte=OuterRef("ends_at")
    )
    grants = EnrollmentGrant.objects.live(now).filter(source=EnrollmentGrant.Source.MEMBERSHIP)
    wrong = grants.filter(Q(ends_at=None) | ~Exists(reaching)).order_by("id")
    for user, course in wrong.values_list("user_id", "course_id"):
        yield f"学员 {user}，课程 {course}"


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "会员订单另有课程或优惠券，或金额与会员价格不符": _wrong_lines,
    "会员订单内容没有对应的订单或会员套餐": _lines_without_order,
    "会员订单已支付，却没有给学员会员": _paid_but_not_given,
    "学员有会员，却没有已支付的会员订单": _given_but_not_paid,
    "会员已按天退款，却没有终止": _given_although_refunded,
    "同一学员的会员时间重叠": _overlapping,
    "会员打开的课程晚于会员到期": _opened_for_longer,
}
