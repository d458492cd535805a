"""All events of orders and payments in any sequence, checked against a fake Alipay (stateful)."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from luffy_api.apps.course import enrollment
from luffy_api.apps.course import selectors as course_selectors
from luffy_api.apps.course.models import Course, CourseDiscount, Enrollment, EnrollmentGrant
from luffy_api.apps.order import cancellation, integrity
from luffy_api.apps.order.models import (
    GatewayCounter,
    Order,
    OrderDetail,
    OrderPayment,
    PaymentEvent,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.payment import reconciliation, refund_requests, refunds
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user.models import User
from luffy_api.common.exceptions import DomainError
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import CourseFactory, DiscountFactory, UserFactory
from luffy_api.tests.fake_alipay import WAITING, FakeAlipay, Trade, second
from luffy_api.tests.payment_invariants import History, check_invariants

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
PRICES = ["9.00", "30.50"]
FORM = "application/x-www-form-urlencoded"
NOTIFY = "/api/v1/order/success/"
PAID_STATUSES = ("TRADE_SUCCESS", "TRADE_FINISHED")
PEOPLE, COURSES = st.integers(0, 1), st.integers(0, 1)
CARTS = st.sets(COURSES, min_size=1)

LINES = st.sampled_from([None, 0, 1])
MODES = ["fine", "fine", "html", "error", "forged", "mute", "lost", "doubled"]
FORGERIES = ["amount", "seller", "app", "key", "edit", "sign"]
BATCHES = [cancellation.close_expired, reconciliation.reconcile, int]

SETTINGS = hypothesis_settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    database=None,
    # The same sequences in every build, new ones on a developer's machine.
    derandomize=bool(os.environ.get("CI")),
    # A failing sequence is reported as it was found: shrinking it takes minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class World:
    """Shared by all runs."""

    alipay: FakeAlipay
    students: list[User]
    courses: list[Course]


@dataclass(frozen=True)
class Message:
    """A notification that may be delivered at any time; `key` names its trade at the gateway."""

    key: str
    fields: tuple[tuple[str, str], ...]


@pytest.fixture
def world(fake_alipay, transactional_db) -> World:
    courses = [CourseFactory(price=price) for price in PRICES]
    return World(fake_alipay, UserFactory.create_batch(2), courses)


class PaymentMachine(RuleBasedStateMachine):
    """Students, admins, the buyer's browser and Alipay act on the shop."""

    orders: Bundle[str] = Bundle("orders")
    messages: Bundle[Message] = Bundle("messages")

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.alipay = world, world.alipay
        self.urls: dict[str, str] = {}  # the newest cashier address of each order
        self.history = History(world.alipay)
        self._clear_database()
        self.clock = time_machine.travel(BEGIN, tick=False)
        self.now = self.clock.start()

    def _clear_database(self) -> None:
        self.alipay.reset()
        for model in (
            *(PaymentEvent, GatewayCounter, Enrollment, EnrollmentGrant, CourseDiscount),
            *(Refund, OrderPayment, OrderDetail, Order),
        ):
            model.objects.all().delete()
        for course, price in zip(self.world.courses, PRICES, strict=True):
            Course.objects.filter(pk=course.pk).update(price=price, status=0, students=0)

    def _ask(self, person: int, method: str, path: str, body: Any = None) -> Any:
        cache.clear()  # without rate limits
        client = logged_in(self.world.students[person])
        response = getattr(client, method)(f"/api/v1/{path}", body, format="json")
        assert response.status_code in {200, 201, 400, 404, 409, 503}, response.content
        return response

    def _owner(self, number: str) -> int:
        user_id = Order.objects.get(out_trade_no=number).user_id
        return [student.pk for student in self.world.students].index(user_id)

    # --- Students ------------------------------------------------------------------------------

    @initialize(target=orders, picks=CARTS)
    def place_first(self, picks: set[int]) -> Any:
        return self.place(person=0, picks=picks, wrong_total=False)

    @initialize(target=orders, picks=CARTS)
    def sell_first(self, picks: set[int]) -> Any:
        """An order of the other student, paid and reported: what refunds are about."""
        number = self.place(person=1, picks=picks, wrong_total=False)
        self.open_cashier(number)
        assert self.alipay.pay(number)
        self.deliver(self._sent(number), forged="")
        return number

    @rule(
        target=orders, person=PEOPLE, picks=CARTS, wrong_total=st.sampled_from([False, False, True])
    )
    def place(self, person: int, picks: set[int], wrong_total: bool) -> Any:
        """`wrong_total`: the page showed an older price."""
        chosen = [self.world.courses[i] for i in sorted(picks)]
        offers = course_selectors.load_offers([Course.objects.get(pk=c.pk) for c in chosen])
        prices = (offer.real_price for offer in offers.values())
        total = sum(prices, Decimal("1.00" if wrong_total else "0.00"))
        body = {"courses": [c.pk for c in chosen], "total_amount": f"{total:.2f}"}
        before = Order.objects.count()
        response = self._ask(person, "post", "order/pay/", body)
        if response.status_code != 201:
            assert Order.objects.count() == before
            return multiple()
        assert not wrong_total
        order = Order.objects.get(out_trade_no=response.json()["out_trade_no"])
        assert (order.user_id, order.total_amount) == (self.world.students[person].pk, total)
        assert Order.objects.count() - before == (order.out_trade_no not in self.urls)
        self.urls[order.out_trade_no] = response.json()["pay_url"]
        return order.out_trade_no

    @rule(target=orders, number=orders, price=st.sampled_from(["", "0.01", "7.00"]))
    def place_the_same_cart(self, number: str, price: str) -> Any:
        """Perhaps at a new price, whatever the state of the earlier order."""
        lines = OrderDetail.objects.filter(order__out_trade_no=number)
        wanted = set(lines.values_list("course_id", flat=True))
        if price:
            Course.objects.filter(pk__in=wanted, price__gt=0).update(price=price)
        picks = {i for i, course in enumerate(self.world.courses) if course.pk in wanted}
        return self.place(person=self._owner(number), picks=picks, wrong_total=False)

    @rule(number=orders)
    def open_cashier(self, number: str) -> None:
        with suppress(HTTPError):  # a closed trade cannot be paid
            build_opener(ProxyHandler({})).open(self.urls[number], timeout=5).close()

    @rule(target=messages, number=orders)
    def pay(self, number: str) -> Any:
        self.open_cashier(number)
        return self._sent(number) if self.alipay.pay(number) else multiple()

    @rule(number=orders)
    def pay_again(self, number: str) -> None:
        response = self._ask(self._owner(number), "post", f"order/{number}/pay/")
        if response.status_code == 200:
            self.urls[number] = response.json()["pay_url"]

    @rule(number=orders)
    def cancel(self, number: str) -> None:
        response = self._ask(self._owner(number), "post", f"order/{number}/cancel/")
        trade = self.alipay.trade(number)
        assert response.status_code != 200 or trade is None or trade.status != WAITING

    @rule(number=orders, person=PEOPLE)
    def open_the_status_page(self, number: str, person: int) -> None:
        answer = self._ask(person, "get", f"order/success/?out_trade_no={number}").json()
        paid = Order.objects.get(out_trade_no=number).order_status == OrderStatus.PAID
        assert (answer["code"] == 100) == paid

    @rule(person=PEOPLE, course=COURSES)
    def enrol_for_free(self, person: int, course: int) -> None:
        student, wanted = self.world.students[person], self.world.courses[course]
        owned = Enrollment.objects.filter(user=student, course=wanted).exists()
        response = self._ask(person, "post", f"course/{wanted.pk}/enroll/")
        if response.status_code < 300 and not owned:
            self.history.free.add((student.pk, wanted.pk))

    @rule(number=orders, line=LINES, withdraw=st.sampled_from([False, False, True]))
    def ask_for_a_refund(self, number: str, line: int | None, withdraw: bool) -> None:
        mine = {"user_id": self.world.students[self._owner(number)].pk, "out_trade_no": number}
        with suppress(DomainError):
            refund_requests.request_refund(
                **mine, reason="退课", course_id=self._course(number, line)
            )
        if withdraw:
            refund_requests.withdraw(**mine)
            assert not Refund.objects.filter(order__out_trade_no=number, status=0).exists()

    # --- The school ----------------------------------------------------------------------------

    @rule(number=orders, approve=st.sampled_from([True, True, False]))
    def decide_a_refund(self, number: str, approve: bool) -> None:
        act = refund_requests.approve if approve else refund_requests.reject
        for refund in Refund.objects.filter(order__out_trade_no=number, status=0):
            with suppress(DomainError):  # less may be left by now
                act(refund_id=refund.pk, staff=self.world.students[0], answer="")

    @rule(
        number=orders,
        line=LINES,
        amount=st.sampled_from([None, None, "0.01", "5.00"]),
        again=st.booleans(),
    )
    def start_a_refund(
        self, number: str, line: int | None, amount: str | None, again: bool
    ) -> None:
        """Whole, of one course, or of an amount; of the order's own payment or of a second one."""
        order = Order.objects.get(out_trade_no=number)
        second_one = order.payments.exclude(trade_no=order.trade_no).first() if again else None
        with suppress(DomainError):
            refunds.start(
                out_trade_no=number,
                reason="退课",
                origin=Refund.Origin.STAFF,
                amount=Decimal(amount) if amount else None,
                course_id=None if amount or second_one else self._course(number, line),
                payment_id=second_one.pk if second_one else None,
            )

    def _course(self, number: str, line: int | None) -> int | None:
        lines = OrderDetail.objects.filter(order__out_trade_no=number).order_by("id")
        ids = list(lines.values_list("course_id", flat=True))
        return None if line is None else ids[line % len(ids)]

    @rule(person=PEOPLE, course=COURSES)
    def grant(self, person: int, course: int) -> None:
        pair = (self.world.students[person].pk, self.world.courses[course].pk)
        source = EnrollmentGrant.Source.GRANT
        enrollment.enroll(user_id=pair[0], course_id=pair[1], source=source)
        self.history.granted.add(pair)

    @rule(
        course=COURSES,
        price=st.sampled_from([*PRICES, "0.01", "99999.99"]),
        status=st.sampled_from([Course.Status.ONLINE, Course.Status.ONLINE, *Course.Status]),
        free=st.sampled_from([False, False, True]),
    )
    def edit_a_course(self, course: int, price: str, status: int, free: bool) -> None:
        """Another price, withdrawn or listed again, or free by a discount."""
        chosen = self.world.courses[course]
        Course.objects.filter(pk=chosen.pk).update(price=price, status=status)
        CourseDiscount.objects.all().delete()
        if free:
            kind = CourseDiscount.Type.FREE
            DiscountFactory(discount_type=kind, value=0, courses=[chosen])

    @rule(minutes=st.sampled_from([0, 1, 3, 10, 29, 31, 60]), batch=st.sampled_from(BATCHES))
    def wait(self, minutes: int, batch: Callable[[], int]) -> None:
        self.now.shift(timedelta(minutes=minutes))
        batch()

    # --- Alipay --------------------------------------------------------------------------------

    @rule(mode=st.sampled_from(MODES))
    def change_the_mode(self, mode: str) -> None:
        self.alipay.mode = mode

    @rule(target=messages, number=orders)
    def notify(self, number: str) -> Any:
        """A notification about the trade as it is."""
        return self._sent(number) if self.alipay.trade(number) else multiple()

    @rule(target=messages, message=messages)
    def finish_trade(self, message: Message) -> Any:
        """A paid trade that can no longer be refunded is reported as finished."""
        whole = self.alipay.trades[message.key].left > 0
        return self._sent(message.key, trade_status="TRADE_FINISHED") if whole else multiple()

    @rule(target=messages, number=orders)
    def pay_with_a_second_trade(self, number: str) -> Any:
        order = Order.objects.get(out_trade_no=number)
        if not order.payments.exists() or second(number) in self.alipay.trades:
            return multiple()
        self.alipay.sell(order, again=True)
        return self._sent(second(number))

    @rule(target=messages, message=messages, amount=st.sampled_from([None, "0.01", "5.00"]))
    def refund_in_the_console(self, message: Message, amount: str | None) -> Any:
        """By hand, whether or not the payment was reported to the shop."""
        refunded = self.alipay.refund(message.key, Decimal(amount) if amount else None)
        return self._sent(message.key) if refunded else multiple()

    @rule(message=messages, forged=st.sampled_from(["", "", "", "", *FORGERIES]))
    def deliver(self, message: Message, forged: str) -> None:
        """At any time, in any order, repeatedly; or a forged one."""
        fields, key, history = dict(message.fields), message.key, self.history
        if forged:
            before = self._state()
            assert self._post(self.alipay.forge(fields, forged)) == b"failed"
            assert self._state() == before
            return
        assert self._post(fields) == b"success"
        if "refund_fee" in fields:
            # A payment that was never reported before is recorded with its refund: two events.
            history.delivered += key not in history.reported
            heard = max(
                Decimal(fields["refund_fee"]), history.refunds_reported.get(key, Decimal(0))
            )
            history.refunds_reported[key] = heard
        if fields["trade_status"] in PAID_STATUSES or "refund_fee" in fields:
            history.paid_reported.add(key)

    def _sent(self, key: str, **changes: str) -> Message:
        return Message(key, tuple(self.alipay.message(key, **changes).items()))

    def _post(self, fields: dict[str, str]) -> bytes:
        response = Client().post(NOTIFY, urlencode(fields), content_type=FORM)
        self.history.delivered += 1
        assert response.status_code == 200
        return bytes(response.content)

    def _state(self) -> tuple[list[Any], list[Any]]:
        orders = Order.objects.order_by("id").values_list("id", "order_status", "trade_no")
        return list(orders), list(Enrollment.objects.order_by("id").values_list("id", flat=True))

    @invariant()
    def the_invariants_hold(self) -> None:
        check_invariants(self.history)

    def teardown(self) -> None:
        """At the end every payment is found, even when no notification ever arrived."""
        try:
            self.alipay.mode = "fine"
            for _ in range(6):
                self.now.shift(timedelta(minutes=16))
                cancellation.close_expired()
                reconciliation.reconcile()
            for key, trade in self.alipay.trades.items():
                order = Order.objects.get(out_trade_no=trade.number)
                assert (
                    order.order_status == OrderStatus.PAID or not trade.left or key != trade.number
                )
                if trade.refunds:
                    self.deliver(self._sent(key), forged="")
                    self._check_the_books(trade)
            assert not Order.objects.filter(order_status=OrderStatus.UNPAID).exists()
            assert all(t.status != WAITING for t in map(self.alipay.trade, self.urls) if t)
            self.the_invariants_hold()
            assert list(integrity.run_checks()) == []
        finally:
            self.clock.stop()

    def _check_the_books(self, trade: Trade) -> None:
        """Every yuan that went back is in a row, and every row is money that went back."""
        rows = Refund.objects.filter(payment__trade_no=trade.trade_no)
        assert not rows.filter(status=RefundStatus.PROCESSING).exists()
        assert sum(row.amount for row in rows.refunded()) == trade.refunded


def test_the_invariants_hold_after_any_sequence_of_events(world):
    run_state_machine_as_test(partial(PaymentMachine, world), settings=SETTINGS)
