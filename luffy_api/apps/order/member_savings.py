"""What a student has paid less for courses as a member, which a refund by days takes off.

Otherwise a student could buy courses at the price for members and have the membership back. The one
place of this rule: what students are offered, what staff are shown, and the command ask here.
All amounts are yuan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from luffy_api.apps.order import waiting_money
from luffy_api.apps.order.exceptions import MembershipEnds, OrderClosed
from luffy_api.apps.order.models import Order, OrderDetail, Refund, RefundStatus
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion import locks as promotion_locks
from luffy_api.apps.promotion.membership import lengths, periods
from luffy_api.apps.promotion.models import MembershipPeriod

ZERO = Decimal("0.00")
NO_WHOLE_DAY = "会员已没有剩余的整天，没有可退的款项"
PRICE_LOST = "这笔订单按会员价下单，而学员的会员已经退款或正在退款，请学员重新下单"
# Courses that words name.
MAX_NAMED = 5


@dataclass(frozen=True)
class Saving:
    """A course that was bought at the price for members, and how much less it was."""

    name: str
    amount: Decimal


@dataclass(frozen=True)
class ByDays:
    """What a refund by days is proposed to give back for the membership of an order."""

    days: int
    value: Decimal
    savings: Sequence[Saving]

    @property
    def saved(self) -> Decimal:
        """What all the courses cost less."""
        return sum((each.amount for each in self.savings), ZERO)

    @property
    def amount(self) -> Decimal:
        """The price of the unused days, less what was saved; never below 0."""
        return max(ZERO, self.value - self.saved)

    @property
    def why_nothing(self) -> str:
        """Why nothing would go back, blank if something would."""
        if self.amount:
            return ""
        if not self.value:
            return NO_WHOLE_DAY
        return (
            f"会员期内按会员价购课已少付 {self.saved:.2f} 元，"
            f"不少于剩余整天的 {self.value:.2f} 元，没有可退的款项"
        )

    @property
    def words(self) -> str:
        """The days and what they are worth; what comes off, and for which courses."""
        rest = f"剩余 {self.days} 整天，{self.value:.2f} 元"
        return f"{rest}；{self.deduction}，应退 {self.amount:.2f} 元" if self.savings else rest

    @property
    def deduction(self) -> str:
        """What comes off, and for which courses; blank without any."""
        if not self.savings:
            return ""
        named = "、".join(
            f"《{each.name}》{each.amount:.2f} 元" for each in self.savings[:MAX_NAMED]
        )
        more = f"等 {len(self.savings)} 门" if len(self.savings) > MAX_NAMED else ""
        return f"扣除会员期内按会员价购课少付的 {self.saved:.2f} 元（{named}{more}）"


def by_days(order: Order, *, at: datetime | None = None) -> ByDays | None:
    """What a refund by days gives back of an order; None for one that has bought no membership.

    With the days that were left at a moment (UTC; now by default), and what is saved until now. Two
    queries.
    """
    period = periods.of(reference=order.out_trade_no)
    if period is None:
        return None
    at = at or timezone.now()
    value = lengths.unused_value(period, at)
    return ByDays(lengths.unused_days(period, at), value, _savings(period) if value else [])


def by_days_of(refund: Refund) -> ByDays | None:
    """The same for a refund; for one that waits, with the days of when it was asked for."""
    waits = refund.status == RefundStatus.REQUESTED
    return by_days(refund.order, at=refund.created_time if waits else None)


def _savings(period: MembershipPeriod) -> list[Saving]:
    """What was bought at the price for members during a period, the greatest saving first.

    A price for members is that of when its order was placed. Of orders that may still be paid, also
    by money that staff check, each course counts once, if it is not bought; courses whose money is
    back do not. Of a membership that begins earlier, because the one before was refunded, nothing
    was bought before that.
    """
    paid = Q(order__order_status=OrderStatus.PAID)
    payable = Q(order__next_query_at__isnull=False) | Exists(waiting_money.of_outer("order_id"))
    back = Refund.objects.refunded().filter(order=OuterRef("order"), course=OuterRef("course"))
    lines = OrderDetail.objects.filter(
        paid | (payable & ~Q(order__order_status=OrderStatus.REFUNDED)),
        ~Exists(back),
        vip_amount__gt=0,
        order__user=period.user_id,
        order__created_time__gte=period.starts_at,
        order__created_time__lt=period.ended_at or period.ends_at,
    ).order_by("-vip_amount", "pk")
    rows = lines.values_list("course", "order__order_status", "course__name", "vip_amount")
    bought = {course for course, status, *_ in rows if status == OrderStatus.PAID}
    found = []
    for course, status, name, amount in rows:
        if status == OrderStatus.PAID or course not in bought:
            bought.add(course)
            found.append(Saving(name, amount))
    return found


def require_price_kept(order: Order) -> None:
    """Raise OrderClosed when the membership at whose price an order was placed has been refunded.

    For one that is over and is to be paid all the same: its saving was not taken off the refund.
    The caller has locked the order; the membership is locked as by whoever places one.
    """
    if not order.order_courses.filter(vip_amount__gt=0).exists():
        return
    promotion_locks.lock_membership(order.user_id, timezone.now())
    placed = order.created_time
    kept = MembershipPeriod.objects.kept().filter(user=order.user_id, starts_at__lte=placed)
    try:
        require_kept(order.user_id)
    except MembershipEnds:
        raise OrderClosed(PRICE_LOST) from None
    if not kept.filter(ends_at__gt=placed).exists():
        raise OrderClosed(PRICE_LOST)


def require_kept(user_id: int) -> None:
    """Raise MembershipEnds while money for a membership of a user is under way back.

    What they order at the price for members meanwhile nobody could take off any more. One query.
    """
    whole = Q(course=None, amount=F("payment__amount"), order__membership_line__isnull=False)
    ending = Refund.objects.filter(Q(ends_membership=True) | whole, order__user=user_id)
    if ending.filter(status=RefundStatus.PROCESSING).exists():
        raise MembershipEnds
