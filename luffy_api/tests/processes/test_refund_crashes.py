"""Processes that are killed with -9 while they refund."""

import json
import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from luffy_api.apps.order import integrity
from luffy_api.apps.order.models import Refund, RefundStatus
from luffy_api.apps.order.payment import reconciliation
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.processes.shop import ROOT, database_url
from luffy_api.tests.refunding import courses_of, sold

pytestmark = pytest.mark.django_db(transaction=True)


def refund_and_die(point: str, out_trade_no: str) -> int:
    """The exit status of a process that is killed at that point."""
    command = [sys.executable, "-m", "luffy_api.tests.processes.dying_refund", point, out_trade_no]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "luffy_api.settings.test",
        "DATABASE_URL": database_url(connection.settings_dict),
        "GATEWAY": json.dumps(settings.ALIPAY, default=str),
    }
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


@pytest.mark.parametrize(
    ("point", "moved", "known"),
    [("before_asking", False, False), ("after_yes", True, False), ("after_commit", True, True)],
)
def test_a_refund_of_a_killed_process_is_finished_once(fake_alipay, point, moved, known):
    order = sold(fake_alipay, "99.00")
    trade = fake_alipay.trades[order.out_trade_no]

    assert refund_and_die(point, order.out_trade_no) == -signal.SIGKILL

    refund = Refund.objects.get()
    assert (refund.status == RefundStatus.REFUNDED) is known
    assert (trade.left == 0) is moved
    assert len(courses_of(order.user)) == int(not known)

    Refund.objects.filter(next_query_at__isnull=False).update(next_query_at=timezone.now())
    reconciliation.reconcile()

    refund.refresh_from_db()
    order.refresh_from_db()
    assert (refund.status, order.order_status) == (RefundStatus.REFUNDED, OrderStatus.REFUNDED)
    assert trade.refunds == {refund.out_request_no: 99}
    assert courses_of(order.user) == set()
    assert list(integrity.run_checks()) == []
