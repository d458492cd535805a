"""The shop, its students and the two payment providers, as every rule finds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.core.cache import cache
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine

from luffy_api.apps.course.models import Course, CourseDiscount, Enrollment, EnrollmentGrant
from luffy_api.apps.order.models import (
    EarlierTrade,
    GatewayCounter,
    MembershipLine,
    Order,
    OrderDetail,
    OrderPayment,
    PaymentEvent,
    PayType,
    Refund,
)
from luffy_api.apps.promotion.models import (
    MembershipPeriod,
    MembershipTerm,
    Package,
    Redemption,
)
from luffy_api.apps.user.models import User
from luffy_api.conftest import logged_in
from luffy_api.tests import peers
from luffy_api.tests.fake_gateway import FakeGateway, Notice
from luffy_api.tests.payment_machine.invariants import History
from luffy_api.tests.written import Writes

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
PRICES = ["9.00", "30.50"]
# What members pay; the second course is for members, who study it for nothing.
VIP_PRICES = ["6.00", None]
PACKAGE_PRICE = "33.33"
# Their days and prices: a day of the second costs no whole number of cents.
TERMS = [(30, "30.00"), (7, "10.00")]
PEOPLE, COURSES = st.integers(0, 1), st.integers(0, 1)
LINES = st.sampled_from([None, 0, 1])
AMOUNTS = st.sampled_from([None, None, "0.01", "5.00"])

ORDERS: Bundle[str] = Bundle("orders")  # their numbers
NOTICES: Bundle[Notice] = Bundle("notices")


# Older ones are refused where a signature has a time.
LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class World:
    """Shared by all runs; `kinds` says what has happened in any of them, in words of ours.

    The package has both courses, and the second one is for members.
    """

    gateways: Mapping[PayType, FakeGateway]
    students: list[User]
    courses: list[Course]
    package: Package
    terms: list[MembershipTerm]
    kinds: set[str] = field(default_factory=set)


@dataclass
class Cashiers:
    """The trades of an order that its student was sent to pay, the newest last.

    Alipay's have an address that is opened by the buyer; the others exist when the shop says so.
    """

    addresses: dict[str, str] = field(default_factory=dict)


class PaymentWorld(RuleBasedStateMachine):
    """What the rules share."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.gateways = world, world.gateways
        self.cashiers: dict[str, Cashiers] = {}
        self.only_providers_acted = False  # in this step: the shop cannot know it yet
        self.history = History(list(world.gateways.values()))
        self._clear_database()
        self.clock = time_machine.travel(BEGIN, tick=False)
        self.now = self.clock.start()
        self.written = Writes()
        self.written.listen()

    def _clear_database(self) -> None:
        for gateway in self.gateways.values():
            gateway.reset()
        for model in (
            *(PaymentEvent, GatewayCounter, Enrollment, EnrollmentGrant, CourseDiscount),
            *(Refund, OrderPayment, EarlierTrade, OrderDetail, MembershipLine, Order),
            *(Redemption, MembershipPeriod),
        ):
            model.objects.all().delete()
        for course, price, vip in zip(self.world.courses, PRICES, VIP_PRICES, strict=True):
            rows = Course.objects.filter(pk=course.pk)
            rows.update(price=price, vip_price=vip, status=0, students=0)
        Package.objects.update(price=PACKAGE_PRICE, status=Package.Status.ON_SALE)
        for term, (days, price) in zip(self.world.terms, TERMS, strict=True):
            MembershipTerm.objects.filter(pk=term.pk).update(days=days, price=price, is_show=True)

    def ask(self, person: int, method: str, path: str, body: Any = None) -> Any:
        """The answer of the API to a student, never a fault of the shop."""
        self.only_providers_acted = False
        cache.clear()  # without rate limits
        client = logged_in(self.world.students[person])
        response = getattr(client, method)(f"/api/v1/{path}", body, format="json")
        assert response.status_code in {200, 201, 400, 403, 404, 409, 503}, response.content
        return response

    def owner(self, number: str) -> int:
        """Whose order it is."""
        user_id = Order.objects.get(out_trade_no=number).user_id
        return [student.pk for student in self.world.students].index(user_id)

    def gateway_of(self, key: str) -> FakeGateway | None:
        """Where a trade is known; None while nobody has opened its cashier."""
        known = (each for each in self.gateways.values() if key in each.trades)
        return next(known, None)

    def deliver_notice(self, notice: Notice) -> None:
        """Post a genuine notification and remember what the shop knows by it."""
        gateway, history = self.gateway_of(notice.key), self.history
        assert gateway
        answer = self.post(gateway.peer.sent_now(notice.message))
        assert answer == gateway.peer.accepted, answer
        if timezone.now() - notice.made_at > LATE:
            self.world.kinds.add("late notification")
        if notice.refunds:
            # A payment that was never reported before is recorded with its refund: two events.
            history.delivered += notice.key not in history.reported
            history.refunds_told.setdefault(notice.key, set()).update(notice.refunds)
        if notice.proves_payment:
            history.paid_reported.add(notice.key)

    def post(self, message: peers.Message) -> peers.Answer:
        """Post any notification."""
        self.only_providers_acted = False
        self.history.delivered += 1
        return peers.post(message)
