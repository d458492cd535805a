"""Invariants of orders, payments and enrolments against the providers' own records."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.order import amounts, integrity
from luffy_api.apps.order.models import Order, OrderPayment, PaymentEvent, Refund, RefundStatus
from luffy_api.apps.order.numbers import order_number
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.counting import count_students
from luffy_api.tests.fake_gateway import FakeGateway, Trade
from luffy_api.tests.payment_machine.memberships import (
    PAID_STATES,
    Memberships,
    check_memberships,
)

# A payment as our rows and the providers' books can both say it: provider, trade number, yuan.
Money = tuple[int, str, Decimal]


@dataclass
class History:
    """The events so far, as recorded outside of the shop."""

    gateways: list[FakeGateway]
    delivered: int = 0  # messages that were delivered, genuine or not
    paid_reported: set[str] = field(default_factory=set)
    # The request numbers of the refunds that notifications have told, for each trade.
    refunds_told: dict[str, set[str]] = field(default_factory=dict)
    free: set[tuple[int, int]] = field(default_factory=set)
    granted: set[tuple[int, int]] = field(default_factory=set)
    memberships: Memberships = field(default_factory=Memberships)

    @property
    def answered(self) -> list[str]:
        """The trades of which a query was answered with "paid", each time."""
        return [key for gateway in self.gateways for key in gateway.reported]

    @property
    def reported(self) -> set[str]:
        """The trades whose payment was reported to the shop."""
        return self.paid_reported | set(self.answered)

    def trades(self) -> Iterator[tuple[FakeGateway, str, Trade]]:
        """All trades, with their gateway and the key that they are known by there."""
        for gateway in self.gateways:
            for key, trade in list(gateway.trades.items()):
                yield gateway, key, trade


def check_invariants(history: History) -> None:
    """Fails where the rows of the shop and the providers' trades disagree."""
    orders = list(
        Order.objects.select_related("membership_line").prefetch_related(
            "order_courses", "payments__refunds"
        )
    )
    enrollments = {
        (enrollment.user_id, enrollment.course_id): enrollment
        for enrollment in Enrollment.objects.all()
    }
    _check_totals_and_open_carts(orders)
    _check_payments(history, orders)
    for order in orders:
        for payment in order.payments.all():
            _check_refunds(history, order, payment)
    _check_enrollments(history, orders, enrollments)
    check_memberships(history.memberships)
    _check_event_log(history, orders)
    count_students()
    for course in Course.objects.all():
        assert course.students == sum(1 for _, course_id in enrollments if course_id == course.pk)


def _check_totals_and_open_carts(orders: list[Order]) -> None:
    carts = []
    for order in orders:
        lines = order.order_courses.all()
        term = getattr(order, "membership_line", None)
        assert bool(lines) != bool(term)
        if lines:
            assert sum(line.real_price for line in lines) == order.total_amount
            assert all(line.real_price <= line.price for line in lines)
        if order.order_status == OrderStatus.UNPAID:
            goods = frozenset(line.course_id for line in lines) or term.term_id
            carts.append((order.user_id, goods))
    assert len(set(carts)) == len(carts)


def _check_payments(history: History, orders: list[Order]) -> None:
    """Every payment that was reported is recorded once, at its amount, and no other."""
    reported = history.reported
    expected: dict[str, set[Money]] = {order.out_trade_no: set() for order in orders}
    for gateway, key, trade in history.trades():
        if key in reported:
            money = (gateway.peer.pay_type, trade.trade_no, trade.received)
            expected[order_number(trade.number)].add(money)
    for order in orders:
        rows: list[Money] = [
            (row.pay_type, row.trade_no, row.amount) for row in order.payments.all()
        ]
        assert len(set(rows)) == len(rows)
        assert set(rows) == expected[order.out_trade_no]
        assert (order.order_status in PAID_STATES) == bool(rows)
        own = (order.pay_type, order.trade_no, order.total_amount)
        assert own in rows or not rows


def _check_refunds(history: History, order: Order, payment: OrderPayment) -> None:
    """Ours moved money once or not at all; the rest is the console's, and never more than that."""
    key, trade = next(
        (key, trade)
        for gateway, key, trade in history.trades()
        if (gateway.peer.pay_type, trade.trade_no) == (payment.pay_type, payment.trade_no)
    )
    rows = list(payment.refunds.all())
    ours = [row for row in rows if row.origin != Refund.Origin.CONSOLE]
    for row in ours:
        carried_out = trade.refunds.get(row.out_request_no)
        if row.status == RefundStatus.REFUNDED:
            assert carried_out == row.amount
        elif row.status != RefundStatus.PROCESSING:
            assert carried_out is None
    refunded = [row for row in rows if row.status == RefundStatus.REFUNDED]
    open_ones = [row for row in rows if row.status == RefundStatus.PROCESSING]
    told = sum((trade.refunds[no] for no in history.refunds_told.get(key, ())), Decimal(0))
    assert _total(set(rows) - set(ours)) <= refunds_by_console(trade)
    assert told <= _total(refunded + open_ones)
    # A refund of the console leaves nothing for one of ours that is under way.
    assert _total(refunded) <= payment.amount
    assert _total(row for row in refunded + open_ones if row in ours) <= payment.amount
    if (order.pay_type, order.trade_no) == (payment.pay_type, payment.trade_no):
        whole = _total(refunded) == payment.amount
        assert (order.order_status == OrderStatus.REFUNDED) == whole


def _total(rows: Iterable[Refund]) -> Decimal:
    return sum((row.amount for row in rows), Decimal(0))


def refunds_by_console(trade: Trade) -> Decimal:
    """What went back by the gateway's own pages."""
    by_hand = (yuan for number, yuan in trade.refunds.items() if number.startswith("console"))
    return sum(by_hand, Decimal(0))


def _check_enrollments(
    history: History, orders: list[Order], enrollments: dict[tuple[int, int], Enrollment]
) -> None:
    """Access is the union of all reasons; a refund is due for what an older one gives."""
    live = EnrollmentGrant.objects.live()
    opened = live.filter(source=EnrollmentGrant.Source.MEMBERSHIP)
    grants = list(live.owned().order_by("id"))
    bought = [grant for grant in grants if grant.source == EnrollmentGrant.Source.ORDER]
    others = {(grant.user_id, grant.course_id) for grant in grants if grant not in bought}
    assert others == history.free | history.granted
    own = {(grant.user_id, grant.course_id) for grant in grants}
    assert set(enrollments) == own | set(opened.values_list("user_id", "course_id"))
    due = dict(_refunds_due(timezone.now()).all())
    expected = set()
    for order in orders:
        if order.order_status != OrderStatus.PAID:
            continue
        back = _refunded(order, own=True)
        own_due = -_total(each for each in back if each.course_id is None)
        for line in order.order_courses.all():
            if any(each.course_id == line.course_id for each in back):
                continue
            expected.add((order.out_trade_no, order.user_id, line.course_id))
            first = next(
                grant
                for grant in grants
                if (grant.user_id, grant.course_id) == (order.user_id, line.course_id)
            )
            own_due += line.real_price if first.reference != order.out_trade_no else 0
        second = sum(payment.amount for payment in _payments(order, own=False))
        second -= _total(_refunded(order, own=False))
        assert due[order.pk] == max(own_due, Decimal(0)) + second
    assert {(grant.reference, grant.user_id, grant.course_id) for grant in bought} == expected


@lru_cache(maxsize=1)
def _refunds_due(now: datetime) -> QuerySet[Any]:
    """(id, yuan due) of paid orders. To build this takes longer than to ask it.

    `now` is the time of the machine, which stands in the query: what holds depends on it.
    """
    paid = amounts.with_amounts(Order.objects.filter(order_status=OrderStatus.PAID))
    return paid.values_list("pk", "refund_due")


def _payments(order: Order, *, own: bool) -> list[OrderPayment]:
    """The payment that paid the order, or the others."""
    paid = (order.pay_type, order.trade_no)
    return [row for row in order.payments.all() if ((row.pay_type, row.trade_no) == paid) == own]


def _refunded(order: Order, *, own: bool) -> list[Refund]:
    """What went back of them."""
    rows = (refund for payment in _payments(order, own=own) for refund in payment.refunds.all())
    return [refund for refund in rows if refund.status == RefundStatus.REFUNDED]


def _check_event_log(history: History, orders: list[Order]) -> None:
    """Every message is logged, and each payment recorded once."""
    told = PaymentEvent.objects.exclude(source=PaymentEvent.Source.REFUND)
    events = told.values_list("out_trade_no", "accepted", "reason")
    assert len(events) == history.delivered + len(history.answered)
    paid_events = [
        n for n, accepted, reason in events if accepted and reason in integrity.PAID_REASONS
    ]
    paid = [order.out_trade_no for order in orders if order.order_status in PAID_STATES]
    assert sorted(paid_events) == sorted(paid)
