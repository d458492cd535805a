"""The drill: an hour of the shop is lost, and comes back from the providers as far as it can."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest
import time_machine
from django.core.management import call_command

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.home.backups import creation, manifest, restoring
from luffy_api.apps.order import checkout, integrity
from luffy_api.apps.order.models import (
    BillDifference,
    Order,
    OrderPayment,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.payment import cashier, recovery, refunds
from luffy_api.apps.order.payment.interface import Buyer
from luffy_api.apps.order.payment.recovery import Finding, Outcome
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user.models import User
from luffy_api.tests import peers
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.fake_gateway import FakeGateway

pytestmark = pytest.mark.django_db(transaction=True)

ALIPAY, WECHAT = PayType.ALIPAY, PayType.WECHAT
MORNING = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
NEXT_NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class School:
    """A shop with both providers; `gateways` survive what the shop loses."""

    def __init__(self, gateways: dict[PayType, FakeGateway]) -> None:
        self.gateways = gateways

    def place(self, student: User, *courses: Course, by: PayType) -> str:
        """An order whose cashier the student has opened."""
        order = checkout.place_order(
            user_id=student.pk,
            course_ids=[course.pk for course in courses],
            total_amount=sum((course.price for course in courses), Decimal(0)),
            pay_type=by,
            pay_method=cashier.Choice(by).method,
        )
        return self.open(order, by=by)

    def open(self, order: Order, *, by: PayType) -> str:
        choice = cashier.Choice(by, buyer=Buyer("127.0.0.1"))
        opened = cashier.open_cashier(order, choice)
        if opened.pay_url:
            build_opener(ProxyHandler({})).open(opened.pay_url).close()
        order.refresh_from_db()
        return order.trade_number

    def pay(self, number: str, *, by: PayType) -> None:
        """The buyer pays, and the shop hears of it."""
        assert self.gateways[by].pay(number)
        self.notify(number, by=by)

    def notify(self, number: str, *, by: PayType) -> None:
        gateway = self.gateways[by]
        assert peers.post(gateway.message(number)) == gateway.peer.accepted

    def buy(self, student: User, *courses: Course, by: PayType) -> str:
        number = self.place(student, *courses, by=by)
        self.pay(number, by=by)
        return number


@pytest.fixture
def school(shop, fake_alipay, fake_wechatpay) -> School:
    return School({ALIPAY: fake_alipay, WECHAT: fake_wechatpay})


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with time_machine.travel(moment, tick=True):
        yield


def recover(since: datetime, *numbers: str) -> dict[str, Outcome]:
    """What was learnt of each number."""
    found: list[Finding] = list(recovery.recover(since=since, numbers=numbers))
    return {each.number: each.outcome for each in found if each.number}


def state(number: str) -> OrderStatus:
    return OrderStatus(Order.objects.get(out_trade_no=number.partition("_")[0]).order_status)


class Hour:
    """What is sold before the backup, and in the hour after it, which is lost."""

    def __init__(self, school: School, folder: Path) -> None:
        self.school = school
        with at(MORNING):
            self.early, self.late = (CourseFactory(price=Decimal(yuan)) for yuan in (99, 50))
            self.students = {by: UserFactory() for by in (ALIPAY, WECHAT)}
            self.bought = self._buy(self.early)
            self.waiting = school.place(UserFactory(), self.early, by=ALIPAY)
            self.changing = school.place(UserFactory(), self.early, by=ALIPAY)
            self.newer = {by: UserFactory() for by in (ALIPAY, WECHAT)}
            self.patient = UserFactory()
            self.backup = creation.create(folder=folder)
            self.since = manifest.read(self.backup).began
        with at(MORNING + timedelta(minutes=10)):
            self._go_on()
            self._refund(ALIPAY, "99.00")
            self._refund(WECHAT, "8.00")

    def _buy(self, *courses: Course) -> dict[PayType, str]:
        return {
            by: self.school.buy(student, *courses, by=by) for by, student in self.students.items()
        }

    def _go_on(self) -> None:
        school = self.school
        school.pay(self.waiting, by=ALIPAY)
        self.changed = school.open(Order.objects.get(out_trade_no=self.changing), by=WECHAT)
        school.pay(self.changed, by=WECHAT)
        self.new = {
            by: school.buy(student, self.early, self.late, by=by)
            for by, student in self.newer.items()
        }
        self.logged = school.buy(self.patient, self.early, by=WECHAT)
        self.stranger = UserFactory()
        self.lost = school.buy(self.stranger, self.early, by=ALIPAY)
        self.in_flight = school.place(self.patient, self.late, by=WECHAT)

    def _refund(self, by: PayType, amount: str) -> None:
        begun = refunds.start(
            out_trade_no=self.bought[by],
            amount=Decimal(amount),
            reason="退",
            origin=Refund.Origin.STAFF,
        )
        refunds.execute(begun)

    def restore(self) -> None:
        done = restoring.restore(folder=self.backup, replace=True, tell=lambda step: None)
        assert done.warnings == []
        # The price of the time that was lost is not that of today.
        Course.objects.filter(pk=self.late.pk).update(price="60.00")


@pytest.fixture
def hour(school, tmp_path) -> Hour:
    return Hour(school, tmp_path / "backups")


def test_an_hour_that_was_lost_comes_back(school, hour):
    with at(MORNING + timedelta(minutes=20)):
        hour.restore()
        _learn_what_can_be_asked_at_once(school, hour)
    with at(NEXT_NOON):
        _learn_the_rest_from_the_bills(hour)

    _require_what_was_bought(hour)
    assert BillDifference.objects.open().get().out_trade_no == hour.lost
    assert list(integrity.run_checks()) == []
    theirs = {
        trade.trade_no: trade.received
        for gateway in school.gateways.values()
        for trade in gateway.trades.values()
        if trade.paid_at and trade.number != hour.lost
    }
    assert dict(OrderPayment.objects.values_list("trade_no", "amount")) == theirs


def _learn_what_can_be_asked_at_once(school: School, hour: Hour) -> None:
    found = recover(hour.since, hour.logged)

    paid = {hour.waiting: Outcome.PAID, hour.changed: Outcome.PAID}
    assert found == {**paid, hour.logged: Outcome.RECREATED}
    assert {state(number) for number in found} == {OrderStatus.PAID}
    school.pay(hour.in_flight, by=WECHAT)  # its cashier is still open
    assert state(hour.in_flight) == OrderStatus.PAID
    assert not Order.objects.filter(out_trade_no__in=hour.new.values()).exists()
    gone = {*hour.new.values(), hour.logged, hour.lost, hour.in_flight}
    assert school.place(UserFactory(), hour.early, by=WECHAT) not in gone


def _learn_the_rest_from_the_bills(hour: Hour) -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as status:
        call_command("recover_payments", "--since", hour.since.isoformat(), stdout=out)

    assert status.value.code == 1
    [line] = [each for each in out.getvalue().splitlines() if hour.lost in each]
    assert f"学员 {hour.stranger.pk}，课程 {hour.early.pk}" in line
    assert "ming***@example.com" in line
    assert recover(hour.since) == {hour.lost: Outcome.LOST}


def _require_what_was_bought(hour: Hour) -> None:
    for number in hour.new.values():
        order = Order.objects.get(out_trade_no=number)
        assert order.order_status == OrderStatus.PAID
        prices = dict(order.order_courses.values_list("course_id", "real_price"))
        assert prices == {hour.early.pk: Decimal("99.00"), hour.late.pk: Decimal("50.00")}
        assert Enrollment.objects.filter(user=order.user_id, course__in=prices).count() == 2
        assert MORNING < order.created_time < MORNING + timedelta(minutes=11)
    assert state(hour.bought[ALIPAY]) == OrderStatus.REFUNDED
    gone = Enrollment.objects.filter(user=hour.students[ALIPAY], course=hour.early)
    assert not gone.exists()
    partial = Refund.objects.get(order__out_trade_no=hour.bought[WECHAT])
    assert (partial.amount, partial.status) == (Decimal("8.00"), RefundStatus.REFUNDED)
