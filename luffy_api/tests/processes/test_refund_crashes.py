"""Processes that are killed with -9 while they refund."""

import signal
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection

from luffy_api.apps.order import integrity
from luffy_api.apps.order.models import Refund, RefundStatus
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.fake_alipay import FakeAlipay
from luffy_api.tests.processes.forking_process import ForkingProcess
from luffy_api.tests.refunding import courses_of, finish, sold

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def process(django_db_setup: None) -> Iterator[ForkingProcess]:
    process = ForkingProcess("luffy_api.tests.processes.dying_refund", connection.settings_dict)
    yield process
    process.close()


def refund_and_die(process: ForkingProcess, point: str, out_trade_no: str) -> int:
    """The exit status of a process that is killed at that point."""
    gateways = {name: getattr(settings, name) for name in ("ALIPAY", "WECHATPAY")}
    return process.ask(point=point, out_trade_no=out_trade_no, gateways=gateways)


@pytest.mark.parametrize(
    ("point", "moved"), [("before_asking", False), ("after_yes", True), ("after_commit", True)]
)
def test_a_refund_of_a_killed_process_is_finished_once(process, fake_gateway, point, moved):
    order = sold(fake_gateway, "99.00")
    trade = fake_gateway.trades[order.out_trade_no]

    assert refund_and_die(process, point, order.out_trade_no) == -signal.SIGKILL

    refund = Refund.objects.get()
    # WeChat Pay's answer was committed as well, but does not say that the money is back.
    known = point == "after_commit" and isinstance(fake_gateway, FakeAlipay)
    assert (refund.status == RefundStatus.REFUNDED) is known
    assert (trade.left == 0) is moved
    assert len(courses_of(order.user)) == int(not known)

    finish()

    refund.refresh_from_db()
    order.refresh_from_db()
    assert (refund.status, order.order_status) == (RefundStatus.REFUNDED, OrderStatus.REFUNDED)
    assert trade.refunds == {refund.out_request_no: 99}
    assert courses_of(order.user) == set()
    assert list(integrity.run_checks()) == []
