"""How a sequence begins, so that every build has second payments, refunds, late notifications …"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis.stateful import initialize

from luffy_api.apps.order.models import Order, PaymentEvent, PayType, Refund, RefundStatus
from luffy_api.tests.fake_gateway import FINISHED, PAID, FakeGateway
from luffy_api.tests.payment_machine.base import ORDERS, World
from luffy_api.tests.payment_machine.goods import Goods
from luffy_api.tests.payment_machine.providers import Providers
from luffy_api.tests.payment_machine.school import School
from luffy_api.tests.payment_machine.students import CARTS

Reason = PaymentEvent.Reason
SELLER = 1
OTHER = {PayType.ALIPAY: PayType.WECHAT, PayType.WECHAT: PayType.ALIPAY}


class Openings(Goods, School, Providers):
    """An order of the second student is sold in the way of `opening`, one of OPENINGS."""

    def __init__(self, world: World, opening: str, pay_type: PayType) -> None:
        super().__init__(world)
        self.opening, self.pay_type = opening, pay_type
        self.gateway: FakeGateway = self.gateways[pay_type]

    @initialize(target=ORDERS, picks=CARTS)
    def sell_first(self, picks: set[int]) -> Any:
        """Paid and reported: what refunds are about."""
        act, _ = OPENINGS[self.opening]
        if act in OF_MEMBERSHIPS:
            number = self._renew(term=0)
        elif act in OF_PACKAGES:
            self.grant(SELLER, min(picks))
            number = self.place_a_package(person=SELLER, way=(self.pay_type, "desktop"))
        else:
            way = (self.pay_type, "desktop")
            number = self.place(person=SELLER, picks=picks, way=way, wrong_total=False)
        act(self, number)
        return number

    def _renew(self, term: int) -> str:
        number: str = self.place_a_membership(
            person=SELLER, term=term, way=(self.pay_type, "desktop")
        )
        return number

    def _sell(self, number: str) -> None:
        self._pay(number)
        self._tell(number)

    def _pay(self, number: str) -> None:
        self.open_cashiers(number)
        assert self.gateway.pay(number)

    def _tell(self, key: str) -> None:
        for notice in self.gateway.notices(key):
            self.deliver_notice(notice)

    def sell_late(self, number: str) -> None:
        """It is told late, and once more."""
        self._pay(number)
        [notice] = self.gateway.notices(number)
        self.wait(minutes=10, batch=int)
        self.deliver_notice(notice)
        self.deliver_notice(notice)

    def sell_twice(self, number: str) -> None:
        """The buyer pays a second time."""
        self._sell(number)
        for notice in self.pay_with_a_second_trade(number).values:
            self.deliver_notice(notice)

    def sell_after_a_change(self, number: str) -> None:
        """The student changes to the other provider and back, and pays the third trade."""
        self._pay_by(number, OTHER[self.pay_type])
        self._pay_by(number, self.pay_type)
        self.open_cashiers(number)
        newest = next(reversed(self.cashiers[number].addresses))
        assert self.gateway.pay(newest)
        self._tell(newest)

    def _pay_by(self, number: str, pay_type: PayType) -> None:
        self.pay_again(number, (pay_type, "desktop"))
        assert Order.objects.get(out_trade_no=number).pay_type == pay_type

    def sell_what_is_owned(self, number: str) -> None:
        """The student gets the courses before the payment is told."""
        self._pay(number)
        for course in (0, 1):
            self.grant(SELLER, course)
        self._tell(number)

    def sell_under_forgeries(self, number: str) -> None:
        """Before and after the genuine message come others."""
        self._pay(number)
        [notice] = self.gateway.notices(number)
        for forged in ("edited", "amount", "merchant"):
            self.deliver(notice, forged)
        self._tell(number)
        for forged in ("appended", "app"):
            self.deliver(notice, forged)

    def refund_on_request(self, number: str) -> None:
        """The student asks for the money, staff agree."""
        self._sell(number)
        self.ask_for_a_refund(number, None, withdraw=False)
        self.decide_a_refund(number, approve=True)

    def refund_a_part(self, number: str) -> None:
        """Staff give something back."""
        self._sell(number)
        self.start_a_refund(number, None, "5.00", again=False)
        self._tell(number)

    def refund_in_console(self, number: str) -> None:
        """Everything, by the provider's own pages; it is told twice."""
        self._sell(number)
        assert self.gateway.refund(number)
        self._tell(number)
        self._tell(number)

    def refund_the_first_by_days(self, number: str) -> None:
        """Paid twice, renewed and used; the renewal then begins earlier, or at a later payment."""
        self.sell_twice(number)
        self.study_as_a_member(SELLER)
        self._sell(self._renew(term=1))
        self.wait_for_days(days=6)
        self.refund_by_days(number)

    def carry_out_what_had_failed(self, number: str) -> None:
        """A refund by days that the provider refuses, carries out later, and tells twice."""
        self._sell(number)
        self.study_as_a_member(SELLER)
        trade = self.gateway.trades[number]
        trade.status = FINISHED
        self.refund_by_days(number)
        refund = Refund.objects.get(order__out_trade_no=number)
        assert refund.status == RefundStatus.FAILED
        trade.status = PAID
        assert self.gateway.give_back(trade, refund.out_request_no, refund.amount)
        self._tell(number)
        self._tell(number)

    def buy_as_a_member_and_leave(self, number: str) -> None:
        """What the course cost less comes off the refund by days."""
        self._sell(number)
        bought = self.place(
            person=SELLER, picks={0}, way=(self.pay_type, "desktop"), wrong_total=False
        )
        assert Order.objects.get(out_trade_no=bought).total_amount == Decimal("6.00")
        self._sell(bought)
        self.refund_by_days(number)
        [refund] = Refund.objects.filter(order__out_trade_no=number)
        # Of 30 yuan for 30 days a day is used, and 3 yuan were saved.
        assert refund.amount == Decimal("26.00")

    def carry_out_after_the_console(self, number: str) -> None:
        """What had failed is told after a refund of the console whose sum has both."""
        self._sell(number)
        trade = self.gateway.trades[number]
        trade.status = FINISHED
        self.start_a_refund(number, None, "0.01", again=False)
        [refund] = Refund.objects.filter(order__out_trade_no=number)
        assert refund.status == RefundStatus.FAILED
        trade.status = PAID
        assert self.gateway.give_back(trade, refund.out_request_no, refund.amount)
        own = self.gateway.notices(number)
        assert self.gateway.refund(number, Decimal("5.00"))
        self._tell(number)
        for notice in own:
            self.deliver_notice(notice)

    def refund_all_of_a_membership(self, number: str) -> None:
        """Closed by its student, paid all the same, and refunded by the provider's own pages.

        Alipay has no trade to close before its cashier is opened.
        """
        self.cancel(number)
        self.sell_late(number)
        self.study_as_a_member(SELLER)
        assert self.gateway.refund(number)
        self._tell(number)

    def refund_a_package_by_course(self, number: str) -> None:
        """Of what was the rest of a package, one course goes back, at its share."""
        self._sell(number)
        self.start_a_refund(number, 0, None, again=False)


Opening = Callable[[Openings, str], None]
OF_MEMBERSHIPS = (
    Openings.refund_the_first_by_days,
    Openings.carry_out_what_had_failed,
    Openings.buy_as_a_member_and_leave,
    Openings.refund_all_of_a_membership,
)
OF_PACKAGES = (Openings.refund_a_package_by_course,)
# What each does, and what has happened after it, see `World.kinds`.
OPENINGS: dict[str, tuple[Opening, set[str]]] = {
    "late": (Openings.sell_late, {"late notification", Reason.REPEATED}),
    "twice": (Openings.sell_twice, {Reason.PAID_TWICE}),
    "changed": (Openings.sell_after_a_change, {"another way to pay"}),
    "owned": (Openings.sell_what_is_owned, {Reason.PAID_BUT_OWNED}),
    "forged": (
        Openings.sell_under_forgeries,
        {Reason.BAD_SIGNATURE, Reason.AMOUNT_DIFFERS, Reason.SELLER_ID, Reason.APP_ID},
    ),
    "requested": (Openings.refund_on_request, {"refunded by STUDENT"}),
    "a part": (Openings.refund_a_part, {"refunded by STAFF", Reason.PARTLY_REFUNDED}),
    "console": (Openings.refund_in_console, {"refunded by CONSOLE", Reason.REFUNDED}),
    "membership": (
        Openings.refund_all_of_a_membership,
        {"membership ended", "opened by a membership", Reason.REFUNDED},
    ),
    "by days": (
        Openings.refund_the_first_by_days,
        {"refunded by days", "membership renewed", "opened by a membership", Reason.PAID_TWICE},
    ),
    # Of the two providers in turn: this one is of Alipay.
    "failed": (
        Openings.carry_out_what_had_failed,
        {"refunded by STAFF", "opened by a membership", Reason.REFUND_FAILED},
    ),
    "package": (Openings.refund_a_package_by_course, {"package", "refunded by STAFF"}),
    # The sums are Alipay's.
    "console first": (
        Openings.carry_out_after_the_console,
        {"refunded by STAFF", "refunded by CONSOLE", Reason.REFUND_FAILED},
    ),
    "left": (
        Openings.buy_as_a_member_and_leave,
        {"refunded by days", "price for members", "refunded by STAFF"},
    ),
}
