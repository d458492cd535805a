"""What each student has left of memberships, counted without the shop's own dates."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import F
from django.utils import timezone

from luffy_api.apps.course.models import EnrollmentGrant
from luffy_api.apps.order.models import MembershipLine, Order, Refund
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion.models import MembershipPeriod

PAID_STATES = (OrderStatus.PAID, OrderStatus.REFUNDED)
DAY = timedelta(days=1)
CENT = Decimal("0.01")


@dataclass
class Memberships:
    """A queue of (order number, what is left) for each student, that time eats from its head.

    `opened` are the pairs of student and course that a membership has ever opened.
    """

    left: dict[int, list[tuple[str, timedelta]]] = field(default_factory=lambda: defaultdict(list))
    known: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    opened: set[tuple[int, int]] = field(default_factory=set)
    # Under which membership an order was placed, and what each course of it cost less.
    saved: dict[str, tuple[str, dict[int, Decimal]]] = field(default_factory=dict)
    looked_at: datetime | None = None

    def observe(self) -> None:
        """Let the time pass since the last look, then take in what was paid and refunded since."""
        now = timezone.now()
        self._pass(now - (self.looked_at or now))
        self.looked_at = now
        paid = MembershipLine.objects.filter(order__order_status__in=PAID_STATES)
        periods = dict(MembershipPeriod.objects.values_list("reference", "number"))
        rows = paid.values_list("order__out_trade_no", "order__user", "days")
        # Of two that were paid in one moment the shop may choose which comes first.
        for number, user, days in sorted(rows, key=lambda row: periods.get(row[0], 0)):
            if number not in self.known:
                self.known.add(number)
                self.left[user].append((number, days * DAY))
        self.ended = _refunded()
        for user, queue in self.left.items():
            self.left[user] = [each for each in queue if each[0] not in self.ended]

    def _pass(self, elapsed: timedelta) -> None:
        for user, queue in self.left.items():
            rest, kept = elapsed, []
            for number, left in queue:
                eaten = min(rest, left)
                rest -= eaten
                if left > eaten:
                    kept.append((number, left - eaten))
            self.left[user] = kept

    def end_of(self, user: int) -> datetime | None:
        """When the membership of a student ends (UTC)."""
        total = sum((left for _, left in self.left[user]), timedelta())
        return timezone.now() + total if total else None

    def unused_value(self, order: Order) -> Decimal:
        """What a refund by days gives back, in yuan, as far as so much is left of the payment."""
        line = order.membership_line
        queue = dict(self.left[order.user_id])
        days = queue.get(order.out_trade_no, timedelta()) // DAY
        value = (line.price * days / line.days).quantize(CENT, ROUND_HALF_UP)
        own = order.payments.filter(trade_no=order.trade_no, pay_type=order.pay_type).first()
        taken = Refund.objects.filter(payment=own).committed() if own else []
        due = max(Decimal(0), value - self._saved_under(order.out_trade_no))
        return min(due, own.amount - sum(each.amount for each in taken)) if own else Decimal(0)

    def note_savings(self, order: Order, savings: dict[int, Decimal]) -> None:
        """An order that is placed now, at prices for members."""
        less = {course: amount for course, amount in savings.items() if amount}
        if less:
            [(running, _), *_] = self.left[order.user_id]
            self.saved[order.out_trade_no] = (running, less)

    def _saved_under(self, number: str) -> Decimal:
        """What courses cost less that are kept, or may still be; each of the latter once."""
        total, kept, open_ones = Decimal(0), set(), dict[int, Decimal]()
        for order_number, (running, savings) in self.saved.items():
            if running != number:
                continue
            order = Order.objects.get(out_trade_no=order_number)
            back = order.refunds.refunded().exclude(course=None).values_list("course", flat=True)
            rest = {course: yuan for course, yuan in savings.items() if course not in set(back)}
            if order.order_status == OrderStatus.PAID:
                total += sum(rest.values())
                kept.update(rest)
            elif order.order_status != OrderStatus.REFUNDED and order.next_query_at:
                for course, yuan in rest.items():
                    open_ones[course] = max(yuan, open_ones.get(course, Decimal(0)))
        return total + sum(yuan for course, yuan in open_ones.items() if course not in kept)


def _refunded() -> set[str]:
    """The orders of memberships whose money went back, all of it or by days."""
    lines = MembershipLine.objects.all()
    whole = lines.filter(order__order_status=OrderStatus.REFUNDED)
    by_days = Refund.objects.refunded().filter(ends_membership=True)
    numbers = set(whole.values_list("order__out_trade_no", flat=True))
    return numbers | set(by_days.values_list("order__out_trade_no", flat=True))


def check_memberships(model: Memberships) -> None:
    """Fails where periods, or what they have opened, are not what was paid and not refunded."""
    model.observe()
    periods = list(MembershipPeriod.objects.order_by("starts_at", "number"))
    assert {each.reference for each in periods} == model.known
    assert {each.reference for each in periods if each.ended_at} == model.ended
    lines = {line.order.out_trade_no: line for line in _lines()}
    now, expected, found = timezone.now(), [], []
    for period in periods:
        line = lines[period.reference]
        wanted = (line.order.user_id, line.days, line.price)
        assert (period.user_id, period.days, period.price) == wanted
        if period.ended_at is None and period.ends_at > now:
            found.append((period.user_id, period.reference, period.ends_at))
    for user, queue in model.left.items():
        end = now
        for number, left in queue:
            end += left
            expected.append((user, number, end))
    assert sorted(found) == sorted(expected)
    _check_opened(model)


def _check_opened(model: Memberships) -> None:
    """All that a membership has ever opened is open until it ends, and no longer."""
    grants = EnrollmentGrant.objects.live().filter(source=EnrollmentGrant.Source.MEMBERSHIP)
    ends = ((user, course, model.end_of(user)) for user, course in model.opened)
    wanted = {each for each in ends if each[2]}
    assert set(grants.values_list("user", "course", "ends_at")) == wanted


def _lines() -> list[MembershipLine]:
    lines = MembershipLine.objects.select_related("order")
    assert not lines.exclude(order__total_amount=F("price")).exists()
    return list(lines)
