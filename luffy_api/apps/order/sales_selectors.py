"""What was sold in a span of time, summed from orders, payments and refunds.

An order counts when it was placed, a payment when its money was paid (also one by hand, and one
that was heard of later), a refund when its money went back. Amounts in yuan.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal

from django.db.models import Count, F, Q, Sum

from luffy_api.apps.order.models import (
    Order,
    OrderDetail,
    OrderPayment,
    Refund,
    RefundQuerySet,
)
from luffy_api.apps.order.models.payments import is_own_payment
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common import dates

PAID = [OrderStatus.PAID.value, OrderStatus.REFUNDED.value]
ZERO, CENT = Decimal("0.00"), Decimal("0.01")


@dataclass(frozen=True)
class Sales:
    """Of all courses. `converted` of the orders `placed` are paid, whenever that was.

    `paid` orders became so in the span; a second payment of an order is in `income` all the same,
    until it is in `refunded`.
    """

    placed: int = 0
    converted: int = 0
    paid: int = 0
    income: Decimal = ZERO
    refunds: int = 0
    refunded: Decimal = ZERO


@dataclass(frozen=True)
class CourseSales:
    """Of one course: how often it was paid for, at what prices, and what of that went back."""

    sold: int = 0
    income: Decimal = ZERO
    refunded: Decimal = ZERO


@dataclass(frozen=True)
class CouponSales:
    """Of one coupon: the orders with it that were paid, what it took off, and their money."""

    used: int = 0
    discount: Decimal = ZERO
    income: Decimal = ZERO
    refunded: Decimal = ZERO


def sales(start: datetime, end: datetime) -> Sales:
    """From `start` to before `end`. Three queries, by indexes."""
    placed = Order.objects.filter(created_time__gte=start, created_time__lt=end).aggregate(
        placed=Count("pk"), converted=Count("pk", filter=Q(order_status__in=PAID))
    )
    own = is_own_payment(order=lambda name: F(f"order__{name}"))
    paid = OrderPayment.objects.filter(paid_at__gte=start, paid_at__lt=end).aggregate(
        income=Sum("amount"), paid=Count("pk", filter=own)
    )
    refunded = _refunds(start, end).aggregate(refunded=Sum("amount"), refunds=Count("pk"))
    sums = {**placed, **paid, **refunded}
    money = {name: _yuan(sums[name]) for name in ("income", "refunded")}
    return Sales(**{**sums, **money})


def course_sales(start: datetime, end: datetime) -> dict[int, CourseSales]:
    """The same by course, for those of which something was sold or refunded.

    Two queries, and two more when something went back. The second payment of an order is for no
    course.
    """
    own = is_own_payment("order__payments__", order=lambda name: F(f"order__{name}"))
    in_span = Q(order__payments__paid_at__gte=start, order__payments__paid_at__lt=end)
    lines = OrderDetail.objects.filter(own & in_span).order_by().values_list("course_id")
    sums = lines.annotate(Count("pk"), Sum("real_price"))
    sold = {pk: (count, _yuan(income)) for pk, count, income in sums}
    refunded = _refunded_by_course(start, end)
    return {
        pk: CourseSales(*sold.get(pk, (0, ZERO)), refunded=refunded.get(pk, ZERO))
        for pk in sold.keys() | refunded.keys()
    }


def coupon_sales(start: datetime, end: datetime) -> dict[int, CouponSales]:
    """The same by coupon, of orders with one. Two queries, by indexes.

    The second payment of an order had no coupon, and what goes back of it neither.
    """
    own = is_own_payment(order=lambda name: F(f"order__{name}"))
    payments = OrderPayment.objects.filter(own, paid_at__gte=start, paid_at__lt=end)
    paid = payments.filter(order__coupon_claim__isnull=False).order_by()
    coupon = "order__coupon_claim__coupon_id"
    sums = paid.values_list(coupon).annotate(
        Count("pk"), Sum("order__coupon_amount"), Sum("amount")
    )
    used = {pk: (count, _yuan(off), _yuan(income)) for pk, count, off, income in sums}
    own = is_own_payment("payment__", order=lambda name: F(f"order__{name}"))
    refunds = _refunds(start, end).filter(own, order__coupon_claim__isnull=False).order_by()
    back = refunds.values_list(coupon).annotate(Sum("amount"))
    refunded = {pk: _yuan(amount) for pk, amount in back}
    return {
        pk: CouponSales(*used.get(pk, (0, ZERO, ZERO)), refunded=refunded.get(pk, ZERO))
        for pk in used.keys() | refunded.keys()
    }


def changed_days(since: datetime) -> dict[date, datetime]:
    """Days in Shanghai whose sums may have changed, with the last moment of that (UTC).

    Without today's own orders, which change all the time. Three queries, by indexes.
    """
    changed: dict[date, datetime] = {}
    payments = OrderPayment.objects.filter(created_time__gte=since).values_list(
        "created_time", "paid_at", "order__created_time"
    )
    for heard, *moments in payments:
        _note(changed, moments, heard)
    heard_of = dict(
        Refund.objects.refunded()
        .filter(updated_time__gte=since)
        .order_by("updated_time")
        .values_list("order_id", "updated_time")
    )
    # What one refund takes of a course depends on those before it.
    all_refunds = Refund.objects.refunded().filter(order__in=heard_of)
    for order_id, finished in all_refunds.values_list("order_id", "finished_at"):
        _note(changed, [finished] if finished else [], heard_of[order_id])
    return changed


def first_day() -> date | None:
    """The day of the first order or payment, None before that. Two queries, by indexes."""
    placed = Order.objects.order_by("created_time").values_list("created_time", flat=True).first()
    paid = OrderPayment.objects.order_by("paid_at").values_list("paid_at", flat=True).first()
    return min((dates.day_of(moment) for moment in (placed, paid) if moment), default=None)


def spread(amount: Decimal, parts: Sequence[Decimal]) -> list[Decimal]:
    """Divide an amount in proportion to `parts`, to the cent; the sum is exactly `amount`.

    Cents that are left over go to the largest remainders. Parts that are all 0 get equal shares.
    """
    whole = sum(parts, ZERO)
    weights = list(parts) if whole else [Decimal(1)] * len(parts)
    exact = [amount * weight / (whole or len(parts)) for weight in weights]
    shares = [share.quantize(CENT, ROUND_DOWN) for share in exact]
    left = int((amount - sum(shares, ZERO)) / CENT)
    by_remainder = sorted(range(len(parts)), key=lambda n: (shares[n] - exact[n], n))
    for place in by_remainder[:left]:
        shares[place] += CENT
    return shares


def _yuan(total: Decimal | None) -> Decimal:
    """A sum to the cent: SQLite adds floating-point numbers; None is the sum of no rows."""
    return (total or ZERO).quantize(CENT)


def _refunds(start: datetime, end: datetime) -> RefundQuerySet:
    return Refund.objects.refunded().filter(finished_at__gte=start, finished_at__lt=end)


def _note(changed: dict[date, datetime], moments: Iterable[datetime], heard: datetime) -> None:
    for moment in moments:
        day = dates.day_of(moment)
        changed[day] = max(heard, changed.get(day, heard))


def _refunded_by_course(start: datetime, end: datetime) -> dict[int, Decimal]:
    """What went back of the orders' own payments.

    A refund that names no course is spread over what is left of the order's lines.
    """
    own = is_own_payment("payment__", order=lambda name: F(f"order__{name}"))
    orders = set(_refunds(start, end).filter(own).values_list("order_id", flat=True))
    if not orders:
        return {}
    lines: defaultdict[int, dict[int, Decimal]] = defaultdict(dict)
    details = OrderDetail.objects.filter(order__in=orders).order_by("pk")
    for order_id, course_id, price in details.values_list("order_id", "course_id", "real_price"):
        lines[order_id][course_id] = price
    refunds = Refund.objects.refunded().filter(own, order__in=orders, finished_at__lt=end)
    total: defaultdict[int, Decimal] = defaultdict(lambda: ZERO)
    for refund in refunds.order_by("finished_at", "pk"):
        for course_id, amount in list(_shares(refund, lines[refund.order_id])):
            of_order = lines[refund.order_id]
            of_order[course_id] = of_order.get(course_id, ZERO) - amount
            if refund.finished_at is not None and refund.finished_at >= start:
                total[course_id] += amount
    return dict(total)


def _shares(refund: Refund, left: dict[int, Decimal]) -> Iterator[tuple[int, Decimal]]:
    """How much of a refund each course of its order gives back; `left` as long as it is paid."""
    if refund.course_id is not None:
        yield refund.course_id, refund.amount
        return
    parts = [max(amount, ZERO) for amount in left.values()]
    yield from zip(left, spread(refund.amount, parts), strict=True)
