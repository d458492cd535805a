"""All events of orders and payments in any sequence, checked against the providers (stateful)."""

import os
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import cycle
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course
from luffy_api.apps.order import cancellation, membership_repair
from luffy_api.apps.order.models import (
    EarlierTrade,
    IdempotencyKey,
    Order,
    OrderDetail,
    OrderPayment,
    PaymentEvent,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.payment import reconciliation
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.tests.factories import (
    ClaimFactory,
    CouponFactory,
    CourseFactory,
    MembershipTermFactory,
    PackageFactory,
    UserFactory,
)
from luffy_api.tests.fake_gateway import WAITING, FakeGateway, Trade
from luffy_api.tests.payment_machine.base import BEGIN, PACKAGE_PRICE, PRICES, TERMS, World
from luffy_api.tests.payment_machine.invariants import check_invariants
from luffy_api.tests.payment_machine.openings import OPENINGS, Openings
from luffy_api.tests.violations import violations

BOTH = (PayType.ALIPAY, PayType.WECHAT)
# Of each opening; the first of them is short.
EXAMPLES = int(os.environ.get("PAYMENT_MACHINE_EXAMPLES", "3"))
SETTINGS = hypothesis_settings(
    max_examples=EXAMPLES,
    stateful_step_count=25,
    deadline=None,
    database=None,
    # A failing sequence is reported as it was found: shrinking it takes minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def world(fake_alipay, fake_wechatpay, transactional_db) -> World:
    gateways = {PayType.ALIPAY: fake_alipay, PayType.WECHAT: fake_wechatpay}
    types = (Course.CourseType.PAID, Course.CourseType.VIP)
    courses = [
        CourseFactory(price=price, course_type=kind)
        for price, kind in zip(PRICES, types, strict=True)
    ]
    students = UserFactory.create_batch(2)
    coupon = CouponFactory(
        value="3.00", starts_at=BEGIN - timedelta(days=1), ends_at=BEGIN + timedelta(days=999)
    )
    for student in students:
        ClaimFactory(user=student, coupon=coupon)
    terms = [MembershipTermFactory(months=0, days=d, price=p) for d, p in TERMS]
    package = PackageFactory(price=PACKAGE_PRICE, courses=courses)
    return World(gateways, students, courses, package, terms)


class PaymentMachine(Openings):
    """Students, admins, the buyer's browser and both providers act on the shop."""

    held: Any = None  # the state for which they held

    @invariant()
    def the_invariants_hold(self) -> None:
        """Nothing of the shop has changed by a step in which the providers alone have acted.

        Most other steps are refused, or look at a page: of a state that has been judged before
        nobody asks again.
        """
        if not self.only_providers_acted and self._state_of_all() != self.held:
            self._judge()
        self.only_providers_acted = False

    def _judge(self) -> None:
        """The rules between rows are those that can have been broken since they held."""
        check_invariants(self.history)
        later = not self.held or self.held[0] != timezone.now()
        written = self.written.tables if self.held else None
        assert violations(written, later=later) == []
        self.written.tables.clear()
        self.held = self._state_of_all()

    def _state_of_all(self) -> Any:
        """Differs whenever the answer of an invariant may be another one.

        Rows by the number of statements that wrote some, in whatever table.
        """
        books = [(gateway.trades, gateway.reported) for gateway in self.gateways.values()]
        return timezone.now(), self.written.count, repr(self.history), repr(books)

    def teardown(self) -> None:
        """At the end every payment is found, even when no notification ever arrived."""
        try:
            for gateway in self.gateways.values():
                gateway.mode = "fine"
            self._settle()
            for gateway in self.gateways.values():
                self._check_the_trades(gateway)
            assert not Order.objects.filter(order_status=OrderStatus.UNPAID).exists()
            assert all(WAITING not in self.statuses_of(number) for number in self.cashiers)
            self.held = None  # so that all rules are asked
            self._judge()
            assert membership_repair.repair() == 0
            self._note_what_happened()
        finally:
            self.written.close()
            self.clock.stop()

    def _settle(self) -> None:
        """Everything that is asked about again, at most six times of sixteen minutes."""
        for _ in range(6):
            self.now.shift(timedelta(minutes=16))
            cancellation.close_expired()
            reconciliation.reconcile()
            enrollment.end_expired_grants()
            self.history.memberships.observe()
            open_refunds = Refund.objects.filter(status=RefundStatus.PROCESSING)
            if not (open_refunds.exists() or Order.objects.exclude(next_query_at=None).exists()):
                return

    def _note_what_happened(self) -> None:
        kinds = self.world.kinds
        kinds.update(PaymentEvent.objects.values_list("reason", flat=True))
        returned = Refund.objects.refunded().values_list("origin", flat=True)
        kinds.update(f"refunded by {Refund.Origin(each).name}" for each in returned)
        found = {
            "another way to pay": EarlierTrade.objects.all(),
            "refunded by days": Refund.objects.refunded().filter(ends_membership=True),
            "membership renewed": MembershipPeriod.objects.filter(number__gt=1),
            "membership ended": MembershipPeriod.objects.exclude(ended_at=None),
            "price for members": OrderDetail.objects.filter(vip_amount__gt=0),
            "package": OrderDetail.objects.exclude(package=None).exclude(order__pay_time=None),
        }
        kinds.update(kind for kind, rows in found.items() if rows.exists())
        if self.history.memberships.opened:
            kinds.add("opened by a membership")

    def _check_the_trades(self, gateway: FakeGateway) -> None:
        """Queries tell of every payment of which money is left, but not of refunds."""
        for key, trade in gateway.trades.items():
            own = OrderPayment.objects.filter(
                pay_type=gateway.peer.pay_type, trade_no=trade.trade_no
            )
            assert own.exists() or not trade.left or key != trade.number
            if trade.refunds:
                for notice in gateway.notices(key):
                    self.deliver_notice(notice)
                self._check_the_books(trade)

    def _check_the_books(self, trade: Trade) -> None:
        """Every yuan that went back is in a row, and every row is money that went back."""
        rows = Refund.objects.filter(payment__trade_no=trade.trade_no)
        assert not rows.filter(status=RefundStatus.PROCESSING).exists()
        assert sum(row.amount for row in rows.refunded()) == trade.refunded


@pytest.mark.parametrize(("opening", "pay_type"), [*zip(OPENINGS, cycle(BOTH)), ("late", BOTH[1])])
def test_the_invariants_hold_after_any_sequence_of_events(world, opening, pay_type):
    machine = partial(PaymentMachine, world, opening, pay_type)
    if os.environ.get("CI"):
        # The same sequences in every build, new ones on a developer's machine.
        machine = seed(f"{opening} {pay_type}")(machine)

    run_state_machine_as_test(machine, settings=SETTINGS)

    _, kinds = OPENINGS[opening]
    assert world.kinds >= kinds


@pytest.mark.parametrize(
    "write",
    [
        lambda: Course.objects.update(students=7),
        lambda: IdempotencyKey.objects.create(order_id=10**9, user_id=1, key="k", fingerprint="f"),
    ],
    ids=["an invariant", "a rule of check_integrity"],
)
def test_control_what_contradicts_itself_is_found_in_the_step_that_wrote_it(world, write):
    machine = PaymentMachine(world, "late", PayType.ALIPAY)
    try:
        machine.the_invariants_hold()
        write()

        with pytest.raises(AssertionError):
            machine.the_invariants_hold()
    finally:
        machine.written.close()
        machine.clock.stop()


@pytest.mark.parametrize(
    "act",
    [
        lambda machine: Course.objects.filter(pk=machine.world.courses[0].pk).update(students=0),
        lambda machine: machine.now.shift(timedelta(seconds=1)),
        lambda machine: machine.history.free.add((1, 1)),
        lambda machine: machine.history.memberships.opened.add((1, 1)),
        lambda machine: machine.gateway.reported.append("a trade"),
        lambda machine: machine.gateway.trades.update(n=Trade("n", "t", Decimal(1), BEGIN)),
    ],
    ids=["rows", "time", "history", "memberships", "answers", "trades"],
)
def test_whatever_an_invariant_looks_at_makes_another_state(world, act):
    machine = PaymentMachine(world, "late", PayType.ALIPAY)
    try:
        before = machine._state_of_all()
        assert machine._state_of_all() == before  # a look changes nothing

        act(machine)

        assert machine._state_of_all() != before
    finally:
        machine.written.close()
        machine.clock.stop()
