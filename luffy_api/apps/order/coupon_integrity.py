"""Invariants of coupons on orders, for `integrity`: each is a query for rows that violate one."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Round

from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion.models import Redemption

State = Redemption.State
OVER = [OrderStatus.CANCELLED, OrderStatus.EXPIRED]
# What a redemption may be, by the state of its order. Of a closed order that may still be paid the
# coupon can have gone to a new order for the same courses.
ALLOWED = (
    Q(order_status=OrderStatus.UNPAID, state=State.HELD)
    | Q(order_status=OrderStatus.PAID, state__in=[State.USED, State.LATE])
    | Q(order_status=OrderStatus.REFUNDED, state__in=[State.USED, State.LATE, State.RETURNED])
    | Q(order_status__in=OVER, next_query_at__isnull=True, state=State.RETURNED)
    | Q(
        order_status__in=OVER,
        next_query_at__isnull=False,
        state__in=[State.CLOSING, State.RETURNED],
    )
)


def _with_coupon() -> QuerySet[Order]:
    return Order.objects.filter(coupon_claim_id__isnull=False)


def _numbers(orders: QuerySet[Order]) -> Iterator[str]:
    return orders.order_by("id").values_list("out_trade_no", flat=True).iterator()


def _wrong_shares() -> Iterator[str]:
    # Rounded: SQLite adds floating point numbers.
    summed = Round(Coalesce(Sum("order_courses__coupon_amount"), Value(Decimal(0))), precision=2)
    yield from _numbers(_with_coupon().annotate(summed=summed).exclude(summed=F("coupon_amount")))
    shared = OrderDetail.objects.filter(coupon_amount__gt=0).values("order")
    without = Order.objects.filter(coupon_claim_id__isnull=True)
    yield from _numbers(without.filter(Q(pk__in=shared) | Q(coupon_amount__gt=0)))


def _without_redemption() -> Iterator[str]:
    redemption = Redemption.objects.filter(
        reference=OuterRef("out_trade_no"),
        claim=OuterRef("coupon_claim_id"),
        amount=OuterRef("coupon_amount"),
    )
    yield from _numbers(_with_coupon().filter(~Exists(redemption)))
    order = _with_coupon().filter(out_trade_no=OuterRef("reference"))
    lost = Redemption.objects.filter(~Exists(order)).order_by("id")
    yield from lost.values_list("reference", flat=True).iterator()


def _wrong_states() -> Iterator[str]:
    state = Redemption.objects.filter(reference=OuterRef("out_trade_no")).values("state")[:1]
    yield from _numbers(_with_coupon().annotate(state=state).exclude(ALLOWED))


def _of_another_student() -> Iterator[str]:
    return _numbers(_with_coupon().exclude(coupon_claim__user=F("user")))


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "订单的优惠券金额不等于各课程的分摊之和": _wrong_shares,
    "订单用了优惠券却没有使用记录，或相反": _without_redemption,
    "优惠券使用记录与订单的状态不符": _wrong_states,
    "订单用的是别人的优惠券": _of_another_student,
}
