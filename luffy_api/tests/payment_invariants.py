"""Invariants of orders, payments and enrolments against the provider's own records."""

from dataclasses import dataclass, field
from decimal import Decimal

from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.order import amounts, integrity
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.fake_alipay import FakeAlipay

PAID_STATES = (OrderStatus.PAID, OrderStatus.REFUNDED)


@dataclass
class History:
    """The events so far, as recorded outside of the shop."""

    alipay: FakeAlipay
    delivered: int = 0  # messages that were delivered, genuine or not
    paid_reported: set[str] = field(default_factory=set)
    refund_reported: set[str] = field(default_factory=set)
    free: set[tuple[int, int]] = field(default_factory=set)
    granted: set[tuple[int, int]] = field(default_factory=set)

    @property
    def reported(self) -> set[str]:
        """The orders whose payment was reported to the shop."""
        return self.paid_reported | set(self.alipay.reported)


def check_invariants(history: History) -> None:
    """Fails where the rows of the shop and the provider's trades disagree."""
    orders = list(Order.objects.prefetch_related("order_courses"))
    enrollments = {
        (enrollment.user_id, enrollment.course_id): enrollment
        for enrollment in Enrollment.objects.all()
    }
    _check_totals_and_open_carts(orders)
    _check_payments(history, orders)
    _check_enrollments(history, orders, enrollments)
    _check_event_log(history, orders)
    for course in Course.objects.all():
        assert course.students == sum(1 for _, course_id in enrollments if course_id == course.pk)


def _check_totals_and_open_carts(orders: list[Order]) -> None:
    carts = []
    for order in orders:
        lines = order.order_courses.all()
        assert sum(line.real_price for line in lines) == order.total_amount
        if order.order_status == OrderStatus.UNPAID:
            carts.append((order.user_id, frozenset(line.course_id for line in lines)))
    assert len(set(carts)) == len(carts)


def _check_payments(history: History, orders: list[Order]) -> None:
    """Every reported payment is recorded once, at its amount, and no other."""
    reported = history.reported
    for order in orders:
        number, trade = order.out_trade_no, history.alipay.trades.get(order.out_trade_no)
        if order.order_status in PAID_STATES:
            assert trade is not None
            assert number in reported
            assert (trade.received, trade.trade_no) == (order.total_amount, order.trade_no)
        else:
            assert number not in reported
        if order.order_status == OrderStatus.REFUNDED:
            assert number in history.refund_reported
        if order.order_status == OrderStatus.PAID:
            assert number not in history.refund_reported, "refunded"


def _check_enrollments(
    history: History, orders: list[Order], enrollments: dict[tuple[int, int], Enrollment]
) -> None:
    """Access is the union of all reasons; a refund is due for what an older one gives."""
    grants = list(EnrollmentGrant.objects.live().order_by("id"))
    bought = [grant for grant in grants if grant.source == EnrollmentGrant.Source.ORDER]
    others = {(grant.user_id, grant.course_id) for grant in grants if grant not in bought}
    assert others == history.free | history.granted
    assert set(enrollments) == {(grant.user_id, grant.course_id) for grant in grants}
    paid = amounts.with_amounts(Order.objects.filter(order_status=OrderStatus.PAID))
    expected = set()
    for order in paid:
        due = Decimal(0)
        for line in order.order_courses.all():
            expected.add((order.out_trade_no, order.user_id, line.course_id))
            first = next(
                grant
                for grant in grants
                if (grant.user_id, grant.course_id) == (order.user_id, line.course_id)
            )
            due += line.real_price if first.reference != order.out_trade_no else 0
        assert order.refund_due == due
    assert {(grant.reference, grant.user_id, grant.course_id) for grant in bought} == expected


def _check_event_log(history: History, orders: list[Order]) -> None:
    """Every message is logged, and each payment recorded once."""
    events = PaymentEvent.objects.values_list("out_trade_no", "accepted", "reason")
    assert len(events) == history.delivered + len(history.alipay.reported)
    paid_events = [
        n for n, accepted, reason in events if accepted and reason in integrity.PAID_REASONS
    ]
    paid = [order.out_trade_no for order in orders if order.order_status in PAID_STATES]
    assert sorted(paid_events) == sorted(paid)
