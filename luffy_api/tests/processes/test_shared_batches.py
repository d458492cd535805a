"""Two task processes share what is due, and one of them may die of it."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event

import pytest
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import reconciliation
from luffy_api.apps.order.payment.retry_schedule import AFTER_CHECKOUT
from luffy_api.apps.order.tasks import reconcile_payments
from luffy_api.common.task_queue import SqliteQueueStorage
from luffy_api.tests.busy_gateway import Clerk, due_orders
from luffy_api.tests.buyer import wait_until
from luffy_api.tests.fake_alipay import FakeAlipay
from luffy_api.tests.processes.runners import Runners

ORDERS, CONCURRENCY = 80, 4
GATEWAY_SECONDS = 0.2
# 5,000 orders within two minutes.
NEEDED_RATE = 42

pytestmark = pytest.mark.usefixtures("asks_gateways", "whole")


@pytest.fixture
def windows() -> Iterator[list[FakeAlipay]]:
    """Alipay, where each runner asks at a window of its own."""
    with ExitStack() as stack:
        yield [stack.enter_context(FakeAlipay().serving()) for _ in range(2)]


@pytest.fixture
def two_runners(
    transactional_db, asks_gateways, windows, gateway_urls, tmp_path, monkeypatch
) -> Iterator[Runners]:
    """Two workers, and the queue of this process is theirs."""
    storage = SqliteQueueStorage(HUEY.name, filename=str(tmp_path / "huey.sqlite3"))
    monkeypatch.setattr(HUEY, "storage", storage)
    monkeypatch.setattr(HUEY, "_immediate", False)
    with Runners(tmp_path, gateways=gateway_urls) as runners:
        runners.environment["GATEWAY_CONCURRENCY"] = str(CONCURRENCY)
        for window in windows:
            runners.environment["ALIPAY_GATEWAY"] = window.settings()["GATEWAY_URL"]
            runners.start("worker", "scheduler")
        for _ in windows:
            runners.manager.wait_until_ready()
        yield runners


def test_two_runners_share_what_is_due_and_one_dies(two_runners, windows):
    # Given more than one process can ask about at the same moment, placed so long ago that none
    # is due again before the test is over: on a busy machine that takes more than a minute
    due_orders(ORDERS)
    Order.objects.update(created_time=timezone.now() - AFTER_CHECKOUT[-1])
    clerks: list[Clerk] = []
    all_asked = Event()

    def wait_for_both() -> None:
        """So that one is not done with all before the other has looked at the queue."""
        if all(clerk.began for clerk in clerks):
            all_asked.set()
        all_asked.wait(1)

    for window in windows:
        clerks.append(Clerk(window, seconds=GATEWAY_SECONDS, also=wait_for_both))

    # When the job is queued once
    reconcile_payments()

    # Then both take part, neither with more than it is allowed
    wait_until(lambda: all(clerk.most_at_once > 1 for clerk in clerks), seconds=60)
    wait_until(lambda: all(len(clerk.began) > CONCURRENCY for clerk in clerks), seconds=60)

    # And when one of them is killed
    os.killpg(two_runners.processes[0].pid, signal.SIGKILL)
    # The batch of the next minute is for what nobody has claimed when the other one has ended.
    wait_until(lambda: not _are_due(), seconds=2 * 60)

    # Then the other one goes on, what the dead one had claimed is due when its lease is over, and
    # nobody was asked about twice
    wait_until(lambda: clerks[1].at_once == 0)
    assert all(clerk.most_at_once <= CONCURRENCY for clerk in clerks)
    asked = [number for window in windows for _, number in window.asked]
    assert len(asked) == len(set(asked))
    assert ORDERS - len(asked) <= 2 * CONCURRENCY


def _are_due() -> bool:
    return Order.objects.filter(next_query_at__lte=timezone.now()).exists()


def test_control_one_question_after_the_other_is_too_slow(gateways, settings, transactional_db):
    settings.GATEWAY_CONCURRENCY = 1
    due_orders(4)
    clerk = Clerk(gateways["alipay"], seconds=0.1)

    reconciliation.reconcile()

    gateways["alipay"].reset()
    assert clerk.most_at_once == 1
    assert clerk.rate < NEEDED_RATE / 2
