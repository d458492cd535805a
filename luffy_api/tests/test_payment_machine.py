"""Everything that can happen to orders and money, in any order, against the gateway's own books."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from threading import Thread
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
from luffy_api.apps.course.models import Course, CourseDiscount, Enrollment
from luffy_api.apps.order import cancellation, integrity
from luffy_api.apps.order.models import GatewayCounter, Order, OrderDetail, PaymentEvent
from luffy_api.apps.order.payment import reconciliation
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user.models import User
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import CourseFactory, DiscountFactory, UserFactory
from luffy_api.tests.fake_alipay import WAITING, FakeAlipay
from luffy_api.tests.payment_invariants import History, check_invariants

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
PRICES = ["9.00", "30.50"]
FORM = "application/x-www-form-urlencoded"
NOTIFY = "/api/v1/order/success/"
PAID_STATUSES = ("TRADE_SUCCESS", "TRADE_FINISHED")
PEOPLE, COURSES = st.integers(0, 1), st.integers(0, 1)
BASKETS = st.sets(COURSES, min_size=1)

SPOILED = ["amount", "seller", "app", "key", "edit", "sign"]
SWEEPS = [cancellation.close_expired, reconciliation.reconcile, int]

SETTINGS = hypothesis_settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    database=None,
    # The same stories in every build, new ones on a developer's machine.
    derandomize=bool(os.environ.get("CI")),
    # A failing story is told as it was found: making it shorter takes minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class World:
    """What all runs share."""

    peer: FakeAlipay
    students: list[User]
    courses: list[Course]


@dataclass(frozen=True)
class Message:
    """Something that the gateway has sent, and may deliver at any time."""

    number: str
    fields: tuple[tuple[str, str], ...]


@pytest.fixture
def world(settings, transactional_db) -> Iterator[World]:
    peer = FakeAlipay(
        private=settings.ALIPAY_SANDBOX["PRIVATE_KEY"],
        app_private=settings.ALIPAY["APP_PRIVATE_KEY"],
    )
    Thread(target=peer.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.ALIPAY = peer.settings()
    courses = [CourseFactory(price=price) for price in PRICES]
    yield World(peer, UserFactory.create_batch(2), courses)
    peer.shutdown()
    peer.server_close()


class School(RuleBasedStateMachine):
    """The shop, its students and admins, the buyer's browser and Alipay."""

    orders: Bundle[str] = Bundle("orders")
    messages: Bundle[Message] = Bundle("messages")

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.peer = world, world.peer
        self.urls: dict[str, str] = {}  # the newest cashier address of each order
        self.story = History(world.peer)
        self._empty_the_books()
        self.clock = time_machine.travel(BEGIN, tick=False)
        self.now = self.clock.start()

    def _empty_the_books(self) -> None:
        self.peer.reset()
        for model in (PaymentEvent, GatewayCounter, Enrollment, CourseDiscount, OrderDetail, Order):
            model.objects.all().delete()
        for course, price in zip(self.world.courses, PRICES, strict=True):
            Course.objects.filter(pk=course.pk).update(price=price, status=0, students=0)

    def _ask(self, person: int, method: str, path: str, body: Any = None) -> Any:
        cache.clear()  # the brakes are not what is tested here
        client = logged_in(self.world.students[person])
        response = getattr(client, method)(f"/api/v1/{path}", body, format="json")
        assert response.status_code in {200, 201, 400, 404, 409, 503}, response.content
        return response

    def _owner(self, number: str) -> int:
        user_id = Order.objects.get(out_trade_no=number).user_id
        return [student.pk for student in self.world.students].index(user_id)

    # --- Students ------------------------------------------------------------------------------

    @initialize(target=orders, picks=BASKETS)
    def place_first(self, picks: set[int]) -> Any:
        return self.place(person=0, picks=picks, lie=False)

    @rule(target=orders, person=PEOPLE, picks=BASKETS, lie=st.sampled_from([False, False, True]))
    def place(self, person: int, picks: set[int], lie: bool) -> Any:
        """`lie`: the page was older than the price, or the client was."""
        chosen = [self.world.courses[i] for i in sorted(picks)]
        course_selectors.attach_offers(fresh := [Course.objects.get(pk=c.pk) for c in chosen])
        total = sum((c.offer.real_price for c in fresh), Decimal("1.00" if lie else "0.00"))
        body = {"courses": [c.pk for c in chosen], "total_amount": f"{total:.2f}"}
        before = Order.objects.count()
        response = self._ask(person, "post", "order/pay/", body)
        if response.status_code != 201:
            assert Order.objects.count() == before
            return multiple()
        assert not lie
        order = Order.objects.get(out_trade_no=response.json()["out_trade_no"])
        assert (order.user_id, order.total_amount) == (self.world.students[person].pk, total)
        assert Order.objects.count() - before == (order.out_trade_no not in self.urls)
        self.urls[order.out_trade_no] = response.json()["pay_url"]
        return order.out_trade_no

    @rule(target=orders, number=orders, price=st.sampled_from(["", "0.01", "7.00"]))
    def want_the_same(self, number: str, price: str) -> Any:
        """Perhaps at a new price, whatever has become of the earlier order."""
        lines = OrderDetail.objects.filter(order__out_trade_no=number)
        wanted = set(lines.values_list("course_id", flat=True))
        if price:
            Course.objects.filter(pk__in=wanted, price__gt=0).update(price=price)
        picks = {i for i, course in enumerate(self.world.courses) if course.pk in wanted}
        return self.place(person=self._owner(number), picks=picks, lie=False)

    @rule(number=orders)
    def open_cashier(self, number: str) -> None:
        with suppress(HTTPError):  # what is over cannot be paid
            build_opener(ProxyHandler({})).open(self.urls[number], timeout=5).close()

    @rule(target=messages, number=orders)
    def pay(self, number: str) -> Any:
        self.open_cashier(number)
        return self._sent(number) if self.peer.pay(number) else multiple()

    @rule(number=orders)
    def pay_again(self, number: str) -> None:
        response = self._ask(self._owner(number), "post", f"order/{number}/pay/")
        if response.status_code == 200:
            self.urls[number] = response.json()["pay_url"]

    @rule(number=orders)
    def cancel(self, number: str) -> None:
        response = self._ask(self._owner(number), "post", f"order/{number}/cancel/")
        trade = self.peer.trade(number)
        assert response.status_code != 200 or trade is None or trade.status != WAITING

    @rule(number=orders, person=PEOPLE)
    def look_at_the_page(self, number: str, person: int) -> None:
        answer = self._ask(person, "get", f"order/success/?out_trade_no={number}").json()
        paid = Order.objects.get(out_trade_no=number).order_status == OrderStatus.PAID
        assert (answer["code"] == 100) == paid

    @rule(person=PEOPLE, course=COURSES)
    def join_for_nothing(self, person: int, course: int) -> None:
        student, wanted = self.world.students[person], self.world.courses[course]
        owned = Enrollment.objects.filter(user=student, course=wanted).exists()
        response = self._ask(person, "post", f"course/{wanted.pk}/enroll/")
        if response.status_code < 300 and not owned:
            self.story.free.add((student.pk, wanted.pk))

    # --- The school ----------------------------------------------------------------------------

    @rule(person=PEOPLE, course=COURSES)
    def give(self, person: int, course: int) -> None:
        pair = (self.world.students[person].pk, self.world.courses[course].pk)
        source = Enrollment.Source.GRANT
        if enrollment.enroll(user_id=pair[0], course_id=pair[1], source=source):
            self.story.given.add(pair)

    @rule(
        course=COURSES,
        price=st.sampled_from([*PRICES, "0.01", "99999.99"]),
        status=st.sampled_from([Course.Status.ONLINE, Course.Status.ONLINE, *Course.Status]),
        free=st.sampled_from([False, False, True]),
    )
    def edit_a_course(self, course: int, price: str, status: int, free: bool) -> None:
        """Another price, withdrawn or brought back, free for a while."""
        chosen = self.world.courses[course]
        Course.objects.filter(pk=chosen.pk).update(price=price, status=status)
        CourseDiscount.objects.all().delete()
        if free:
            kind = CourseDiscount.Type.FREE
            DiscountFactory(discount_type=kind, value=0, courses=[chosen])

    @rule(minutes=st.sampled_from([0, 1, 3, 10, 29, 31, 60]), sweep=st.sampled_from(SWEEPS))
    def wait(self, minutes: int, sweep: Callable[[], int]) -> None:
        self.now.shift(timedelta(minutes=minutes))
        sweep()

    # --- Alipay --------------------------------------------------------------------------------

    @rule(mood=st.sampled_from(["fine", "fine", "html", "error", "forged", "mute"]))
    def change_the_mood(self, mood: str) -> None:
        self.peer.mood = mood

    @rule(target=messages, number=orders)
    def tell(self, number: str) -> Any:
        """A message about the trade as it is."""
        return self._sent(number) if self.peer.trade(number) else multiple()

    @rule(target=messages, message=messages)
    def finish(self, message: Message) -> Any:
        """When nothing can be refunded any more, a paid trade is called finished."""
        trade = self.peer.trades[message.number]
        whole = trade.received > trade.returned
        return self._sent(message.number, trade_status="TRADE_FINISHED") if whole else multiple()

    @rule(target=messages, message=messages)
    def refund_in_the_console(self, message: Message) -> Any:
        """By hand, whether or not the shop has heard of the payment."""
        given_back = self.peer.give_back(message.number)
        return self._sent(message.number) if given_back else multiple()

    @rule(message=messages, spoiled=st.sampled_from(["", "", "", "", *SPOILED]))
    def deliver(self, message: Message, spoiled: str) -> None:
        """At any time, in any order, again and again; or something that only looks like it."""
        fields = dict(message.fields)
        if spoiled:
            before = self._state()
            assert self._post(self.peer.spoil(fields, spoiled)) == b"failed"
            assert self._state() == before
            return
        assert self._post(fields) == b"success"
        if "refund_fee" in fields:
            # The payment is entered with its refund when it was never heard of before.
            self.story.heard += message.number not in self.story.told
            self.story.refund_told.add(message.number)
        if fields["trade_status"] in PAID_STATUSES or "refund_fee" in fields:
            self.story.paid_told.add(message.number)

    def _sent(self, number: str, **changes: str) -> Message:
        return Message(number, tuple(self.peer.message(number, **changes).items()))

    def _post(self, fields: dict[str, str]) -> bytes:
        response = Client().post(NOTIFY, urlencode(fields), content_type=FORM)
        self.story.heard += 1
        assert response.status_code == 200
        return bytes(response.content)

    def _state(self) -> tuple[list[Any], list[Any]]:
        orders = Order.objects.order_by("id").values_list("id", "order_status", "trade_no")
        return list(orders), list(Enrollment.objects.order_by("id").values_list("id", flat=True))

    @invariant()
    def the_books_agree(self) -> None:
        check_invariants(self.story)

    def teardown(self) -> None:
        """The end of every story: what was paid is found, even when no message ever arrived."""
        try:
            self.peer.mood = "fine"
            for _ in range(6):
                self.now.shift(timedelta(minutes=16))
                cancellation.close_expired()
                reconciliation.reconcile()
            for number, trade in self.peer.trades.items():
                order = Order.objects.get(out_trade_no=number)
                kept = trade.received > trade.returned
                assert order.order_status == OrderStatus.PAID or not kept
            assert not Order.objects.filter(order_status=OrderStatus.UNPAID).exists()
            assert all(t.status != WAITING for t in map(self.peer.trade, self.urls) if t)
            self.the_books_agree()
            assert list(integrity.run_checks()) == []
        finally:
            self.clock.stop()


def test_whatever_happens_the_books_agree_with_the_gateways(world):
    run_state_machine_as_test(partial(School, world), settings=SETTINGS)
