"""What students and their browsers do."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from hypothesis import strategies as st
from hypothesis.stateful import initialize, multiple, rule

from luffy_api.apps.course import selectors as course_selectors
from luffy_api.apps.course.models import Course, EnrollmentGrant
from luffy_api.apps.order.models import Order, OrderDetail, PayMethod, PayType, Refund
from luffy_api.apps.order.payment import refund_requests
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion.models import Claim
from luffy_api.common.exceptions import DomainError
from luffy_api.tests.fake_gateway import WAITING
from luffy_api.tests.payment_machine.base import (
    COURSES,
    LINES,
    NOTICES,
    ORDERS,
    PEOPLE,
    Cashiers,
    PaymentWorld,
)

CARTS = st.sets(COURSES, min_size=1)
# Provider and device. Inside WeChat nothing is opened before the buyer is known by OAuth.
WAYS = st.sampled_from(
    [(PayType.ALIPAY, "desktop"), (PayType.WECHAT, "desktop")] * 2
    + [(PayType.ALIPAY, "phone"), (PayType.WECHAT, "phone"), (PayType.WECHAT, "wechat")]
)
Way = tuple[PayType, str]


class Students(PaymentWorld):
    """They order, choose how to pay, pay, cancel, look, and ask for their money back."""

    @initialize(target=ORDERS, picks=CARTS, way=WAYS)
    def place_first(self, picks: set[int], way: Way) -> Any:
        return self.place(person=0, picks=picks, way=way, wrong_total=False)

    @rule(
        target=ORDERS,
        person=PEOPLE,
        picks=CARTS,
        way=WAYS,
        wrong_total=st.sampled_from([False, False, True]),
        coupon=st.booleans(),
    )
    def place(
        self, person: int, picks: set[int], way: Way, wrong_total: bool, coupon: bool = False
    ) -> Any:
        """`wrong_total`: the page showed an older price."""
        chosen = [self.world.courses[i] for i in sorted(picks)]
        offers = course_selectors.load_offers([Course.objects.get(pk=c.pk) for c in chosen])
        savings = {pk: self._saving(person, pk, each.real_price) for pk, each in offers.items()}
        prices = (offer.real_price - savings[pk] for pk, offer in offers.items())
        total = sum(prices, Decimal("1.00" if wrong_total else "0.00"))
        body: dict[str, Any] = {"courses": [c.pk for c in chosen]}
        if coupon:
            claim = Claim.objects.get(user=self.world.students[person])
            body["coupon"] = claim.pk
            total -= max(Decimal(0), min(claim.coupon.value, total - Decimal("0.01") * len(chosen)))
        return self.send(person, body, total, way, wrong_total=wrong_total, savings=savings)

    def _saving(self, person: int, course: int, price: Decimal) -> Decimal:
        """What a course costs the student less now than others, as a member."""
        model = self.history.memberships
        model.observe()
        vip = Course.objects.get(pk=course).vip_price
        if vip is None or model.end_of(self.world.students[person].pk) is None:
            return Decimal(0)
        return max(Decimal(0), price - vip)

    def send(
        self,
        person: int,
        goods: dict[str, Any],
        total: Decimal,
        way: Way,
        *,
        wrong_total: bool,
        savings: dict[int, Decimal] | None = None,
    ) -> Any:
        """Place an order at a total that may be none of now; its number, if it is there.

        `savings` are what its courses cost a member less.
        """
        body = {**goods, "total_amount": f"{total:.2f}", **_chosen(way)}
        response = self.ask(person, "post", "order/pay/", body)
        new = list(Order.objects.exclude(out_trade_no__in=self.cashiers))
        assert not (new and wrong_total)
        for order in new:
            assert (order.user_id, order.total_amount) == (self.world.students[person].pk, total)
            self.cashiers[order.out_trade_no] = Cashiers()
            self.history.memberships.note_savings(order, savings or {})
            # The next step happens later, also for who compares the time of placing. What was
            # found paid on the way to this order was so now.
            self.history.memberships.observe()
            self.now.shift(timedelta(seconds=1))
        if response.status_code == 201:
            number = response.json()["out_trade_no"]
            self._remember_cashier(number, response.json())
            return number
        # Without an answer of the provider an order is there, and can be paid later.
        assert not new or response.status_code == 503
        return new[0].out_trade_no if new else multiple()

    @rule(number=ORDERS, way=WAYS)
    def pay_again(self, number: str, way: Way) -> None:
        """继续支付, perhaps another way."""
        body = _chosen(way)
        response = self.ask(self.owner(number), "post", f"order/{number}/pay/", body)
        if response.status_code == 200:
            self._remember_cashier(number, response.json())

    def _remember_cashier(self, number: str, answer: dict[str, Any]) -> None:
        trade = Order.objects.get(out_trade_no=number).trade_number
        is_page = answer["pay_method"] in {PayMethod.PAGE, PayMethod.WAP}
        self.cashiers[number].addresses[trade] = answer["pay_url"] if is_page else ""

    @rule(number=ORDERS)
    def open_cashiers(self, number: str) -> None:
        """Every address of Alipay that the student was given."""
        self.only_providers_acted = True
        for address in filter(None, self.cashiers[number].addresses.values()):
            with suppress(HTTPError):  # a closed trade cannot be paid
                build_opener(ProxyHandler({})).open(address, timeout=5).close()

    @rule(target=NOTICES, number=ORDERS, newest=st.sampled_from([True, True, False]))
    def pay(self, number: str, newest: bool) -> Any:
        """At the newest cashier, or at the first one, which may still be open in a tab."""
        self.open_cashiers(number)
        trades = list(self.cashiers[number].addresses)
        key = trades[-1 if newest else 0] if trades else ""
        gateway = self.gateway_of(key)
        return multiple(*gateway.notices(key)) if gateway and gateway.pay(key) else multiple()

    @rule(number=ORDERS)
    def cancel(self, number: str) -> None:
        response = self.ask(self.owner(number), "post", f"order/{number}/cancel/")
        if response.status_code == 200:
            assert WAITING not in self.statuses_of(number)

    def statuses_of(self, number: str) -> set[str]:
        """Of the trades of an order that a provider knows."""
        found = [(self.gateway_of(key), key) for key in self.cashiers[number].addresses]
        trades = [gateway.trade(key) for gateway, key in found if gateway]
        return {trade.status for trade in trades if trade}

    @rule(number=ORDERS, person=PEOPLE)
    def open_the_status_page(self, number: str, person: int) -> None:
        answer = self.ask(person, "get", f"order/success/?out_trade_no={number}").json()
        paid = Order.objects.get(out_trade_no=number).order_status == OrderStatus.PAID
        assert (answer["code"] == 100) == paid

    @rule(person=PEOPLE, course=COURSES)
    def enrol_for_free(self, person: int, course: int) -> None:
        student, wanted = self.world.students[person], self.world.courses[course]
        owned = EnrollmentGrant.objects.owned().filter(user=student, course=wanted).exists()
        response = self.ask(person, "post", f"course/{wanted.pk}/enroll/")
        if response.status_code < 300 and not owned:
            self.history.free.add((student.pk, wanted.pk))

    @rule(number=ORDERS, line=LINES, withdraw=st.sampled_from([False, False, True]))
    def ask_for_a_refund(self, number: str, line: int | None, withdraw: bool) -> None:
        mine = {"user_id": self.world.students[self.owner(number)].pk, "out_trade_no": number}
        memberships = self.history.memberships
        memberships.observe()
        with suppress(DomainError):
            refund = refund_requests.request_refund(
                **mine, reason="退课", course_id=course_of_line(number, line)
            )
            of_courses = refund.order.order_courses.exists()
            assert refund.ends_membership == (not of_courses)
            assert of_courses or refund.amount == memberships.unused_value(refund.order)
        if withdraw:
            refund_requests.withdraw(**mine)
            assert not Refund.objects.filter(order__out_trade_no=number, status=0).exists()


def course_of_line(number: str, line: int | None) -> int | None:
    """The course of one line of an order; None for none, and of an order of a membership."""
    lines = OrderDetail.objects.filter(order__out_trade_no=number).order_by("id")
    ids = list(lines.values_list("course_id", flat=True))
    return None if line is None or not ids else ids[line % len(ids)]


def _chosen(way: Way) -> dict[str, Any]:
    return {"pay_type": way[0].value, "device": way[1]}
