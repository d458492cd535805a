"""Server processes that are killed with -9, at the worst places and at random under load."""

import os
import random
import signal
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.user import tokens
from luffy_api.tests.counting import students
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory
from luffy_api.tests.peers import PEERS
from luffy_api.tests.processes.clients import paid_for, send_all, told
from luffy_api.tests.processes.ledger import Ledger, wait_for_progress
from luffy_api.tests.processes.shop import Shop

STUDENTS = 16
COURSES = 8
KILLS = 5


@pytest.fixture
def order(transactional_db) -> Order:
    courses = CourseFactory.create_batch(2, price="99.00")
    return OrderFactory(courses=courses, total_amount=Decimal("198.00"))


@pytest.mark.parametrize("provider", PEERS)
@pytest.mark.parametrize(
    ("trap", "survives"),
    [("after_verify", False), ("inside_transaction", False), ("after_commit", True)],
)
def test_a_process_killed_during_a_notification(
    faulty_shop, switch, order, trap, survives, provider, whole
):
    peer = PEERS[provider]
    message = paid_for(order, peer)
    port, pids = faulty_shop.ports[:1], faulty_shop.worker_pids()
    armed = switch(trap)

    assert send_all(port, [message], threads=1) == [None]

    assert not armed.exists()
    order.refresh_from_db()
    assert (order.order_status == OrderStatus.PAID) is survives
    assert Enrollment.objects.count() == (2 if survives else 0)
    assert PaymentEvent.objects.count() == int(survives)

    faulty_shop.wait_until_ready()
    assert faulty_shop.worker_pids() != pids
    assert told(send_all(port, [message], threads=1)) == [peer.accepted]
    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert set(students()) == {1}


def test_processes_killed_at_random_under_load(shop: Shop, whole):
    chance = random.Random(4)
    students = [tokens.issue(user).token for user in UserFactory.create_batch(STUDENTS)]
    courses = CourseFactory.create_batch(COURSES, price="99.00")
    ledger = Ledger()

    with ThreadPoolExecutor(1) as background:
        buying = background.submit(ledger.buy_all, shop.ports, students, courses)
        for _ in range(KILLS):
            wait_for_progress(ledger, buying)
            os.kill(chance.choice(shop.worker_pids()), signal.SIGKILL)
            shop.wait_until_ready()
        shop.kill()
        shop.start()
        buying.result()

    assert ledger.lost
    assert ledger.refused == []
    assert len(ledger.paid) == STUDENTS * COURSES
    assert Order.objects.count() == STUDENTS * COURSES
    ledger.assert_kept()
