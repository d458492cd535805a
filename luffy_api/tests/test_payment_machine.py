"""All events of orders and payments in any sequence, checked against the providers (stateful)."""

import os
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from luffy_api.apps.order import cancellation, integrity
from luffy_api.apps.order.models import Order, OrderPayment, PayType, Refund, RefundStatus
from luffy_api.apps.order.payment import reconciliation
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.factories import CourseFactory, UserFactory
from luffy_api.tests.fake_gateway import WAITING, FakeGateway, Trade
from luffy_api.tests.payment_machine.base import PRICES, World
from luffy_api.tests.payment_machine.invariants import check_invariants
from luffy_api.tests.payment_machine.providers import Providers
from luffy_api.tests.payment_machine.school import School
from luffy_api.tests.payment_machine.students import Students

SETTINGS = hypothesis_settings(
    max_examples=int(os.environ.get("PAYMENT_MACHINE_EXAMPLES", "26")),
    stateful_step_count=30,
    deadline=None,
    database=None,
    # The same sequences in every build, new ones on a developer's machine.
    derandomize=bool(os.environ.get("CI")),
    # A failing sequence is reported as it was found: shrinking it takes minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def world(fake_alipay, fake_wechatpay, transactional_db) -> World:
    gateways = {PayType.ALIPAY: fake_alipay, PayType.WECHAT: fake_wechatpay}
    courses = [CourseFactory(price=price) for price in PRICES]
    return World(gateways, UserFactory.create_batch(2), courses)


class PaymentMachine(Students, School, Providers):
    """Students, admins, the buyer's browser and both providers act on the shop."""

    @invariant()
    def the_invariants_hold(self) -> None:
        check_invariants(self.history)

    def teardown(self) -> None:
        """At the end every payment is found, even when no notification ever arrived."""
        try:
            for gateway in self.gateways.values():
                gateway.mode = "fine"
            for _ in range(6):
                self.now.shift(timedelta(minutes=16))
                cancellation.close_expired()
                reconciliation.reconcile()
            for gateway in self.gateways.values():
                self._check_the_trades(gateway)
            assert not Order.objects.filter(order_status=OrderStatus.UNPAID).exists()
            assert all(WAITING not in self.statuses_of(number) for number in self.cashiers)
            self.the_invariants_hold()
            assert list(integrity.run_checks()) == []
        finally:
            self.clock.stop()

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


def test_the_invariants_hold_after_any_sequence_of_events(world):
    run_state_machine_as_test(partial(PaymentMachine, world), settings=SETTINGS)
