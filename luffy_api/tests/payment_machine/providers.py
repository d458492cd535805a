"""What the payment providers do, and what happens on their own pages."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import multiple, rule

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order.models import Order, PayType
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.tests.fake_alipay import FakeAlipay
from luffy_api.tests.fake_gateway import CLOSED, WAITING, Notice, second
from luffy_api.tests.payment_machine.base import AMOUNTS, NOTICES, ORDERS, PaymentWorld
from luffy_api.tests.peers import FORGERIES

MODES = ["fine", "fine", "html", "error", "forged", "mute", "lost", "doubled"]
FORGED = ["", "", "", "", *FORGERIES, "amount", "merchant", "app"]


class Providers(PaymentWorld):
    """They fail, tell what they know in any order, close trades and give money back."""

    @rule(pay_type=st.sampled_from([*PayType][:2]), mode=st.sampled_from(MODES))
    def change_the_mode(self, pay_type: PayType, mode: str) -> None:
        self.only_providers_acted = True
        self.gateways[pay_type].mode = mode

    @rule(target=NOTICES, number=ORDERS)
    def notify(self, number: str) -> Any:
        """Notifications about the order's trades as they are."""
        self.only_providers_acted = True
        known = [(self.gateway_of(key), key) for key in self.cashiers[number].addresses]
        found = [gateway.notice(key) for gateway, key in known if gateway and gateway.trade(key)]
        return multiple(*filter(None, found))

    @rule(target=NOTICES, notice=NOTICES)
    def finish_trade(self, notice: Notice) -> Any:
        """A paid trade that can no longer be refunded is reported as finished by Alipay."""
        self.only_providers_acted = True
        gateway = self.gateway_of(notice.key)
        if not isinstance(gateway, FakeAlipay) or not gateway.trades[notice.key].left:
            return multiple()
        return gateway.notice(notice.key, trade_status="TRADE_FINISHED")

    @rule(number=ORDERS)
    def close_in_the_console(self, number: str) -> None:
        """The newest trade of an order, if nobody has paid it."""
        self.only_providers_acted = True
        key = next(reversed(self.cashiers[number].addresses), "")
        gateway = self.gateway_of(key)
        trade = gateway.trade(key) if gateway else None
        if trade and trade.status == WAITING:
            trade.status = CLOSED

    @rule(target=NOTICES, number=ORDERS)
    def pay_with_a_second_trade(self, number: str) -> Any:
        """Of the same provider and number."""
        self.only_providers_acted = True
        order = Order.objects.get(out_trade_no=number)
        gateway, key = self.gateways[PayType(order.pay_type)], second(order.trade_number)
        if not order.payments.exists() or self.gateway_of(key):
            return multiple()
        gateway.sell(order, again=True)
        return multiple(*gateway.notices(key))

    @rule(target=NOTICES, notice=NOTICES, amount=AMOUNTS)
    def refund_in_the_console(self, notice: Notice, amount: str | None) -> Any:
        """By hand, whether or not the payment was reported to the shop."""
        self.only_providers_acted = True
        gateway = self.gateway_of(notice.key)
        assert gateway
        if not gateway.refund(notice.key, Decimal(amount) if amount else None):
            return multiple()
        return multiple(*gateway.notices(notice.key))

    @rule(notice=NOTICES, forged=st.sampled_from(FORGED))
    def deliver(self, notice: Notice, forged: str) -> None:
        """At any time, in any order, repeatedly; or a forged one."""
        if not forged:
            self.deliver_notice(notice)
            return
        gateway = self.gateway_of(notice.key)
        assert gateway
        before = self._state()
        message, answer = gateway.forge(notice.key, forged)
        assert self.post(message) == answer
        assert self._state() == before

    def _state(self) -> list[list[Any]]:
        orders = Order.objects.order_by("id").values_list("id", "order_status", "trade_no")
        periods = MembershipPeriod.objects.order_by("id").values_list("id", "ends_at", "ended_at")
        enrollments = Enrollment.objects.order_by("id").values_list("id", flat=True)
        return [list(orders), list(periods), list(enrollments)]
