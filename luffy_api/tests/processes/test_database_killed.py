"""MariaDB is killed with -9 and comes back, while students buy."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from luffy_api.apps.order.models import Order
from luffy_api.apps.user import tokens
from luffy_api.common.codes import Code
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory
from luffy_api.tests.peers import PEERS
from luffy_api.tests.processes.clients import (
    Answer,
    Client,
    api,
    in_threads,
    paid_for,
    request,
    told,
)
from luffy_api.tests.processes.ledger import Ledger, wait_for_progress
from luffy_api.tests.processes.mariadb import MariaDB, moved_to
from luffy_api.tests.processes.shop import Gateways, Shop

pytestmark = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has no server that could be killed"
)
STUDENTS = 16
COURSES = 8
KILLS = 3
CLIENTS = 32


@pytest.fixture(scope="module")
def mariadb(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[MariaDB]:
    server = MariaDB()
    try:
        server.start()
        with django_db_blocker.unblock(), moved_to(server):
            yield server
    finally:
        server.remove()


@pytest.fixture(scope="module")
def running_killable_shop(
    mariadb: MariaDB, gateway_urls: Gateways, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    with Shop(tmp_path_factory.mktemp("killable"), gateways=gateway_urls) as shop:
        yield shop


@pytest.fixture
def killable_shop(running_killable_shop: Shop, transactional_db: None) -> Shop:
    """Over the MariaDB that is going to be killed."""
    return running_killable_shop


@pytest.fixture
def clients(killable_shop: Shop) -> Iterator[list[Client]]:
    """One for every thread of the servers."""
    with ExitStack() as stack:
        yield [stack.enter_context(Client(killable_shop.ports[i % 2])) for i in range(CLIENTS)]


def assert_come_back(answer: Answer | None) -> Answer:
    """Every answer while the database is away says when to ask again."""
    assert answer
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    return answer


def assert_unavailable(answer: Answer | None) -> None:
    """What an API answers while its database is away."""
    answer = assert_come_back(answer)
    assert answer.json["code"] == Code.UNAVAILABLE
    assert answer.json["data"] is None


def test_mariadb_killed_under_load(killable_shop, mariadb, whole):
    students = [tokens.issue(user).token for user in UserFactory.create_batch(STUDENTS)]
    courses = CourseFactory.create_batch(COURSES, price="99.00")
    ledger = Ledger()
    connection.close()

    with ThreadPoolExecutor(1) as background:
        buying = background.submit(ledger.buy_all, killable_shop.ports, students, courses)
        for _ in range(KILLS):
            wait_for_progress(ledger, buying)
            mariadb.kill()
            time.sleep(0.3)
            mariadb.start()
        buying.result()

    assert ledger.refused
    for answer in ledger.refused:
        assert_unavailable(answer)
    assert ledger.lost == []
    assert len(ledger.paid) == Order.objects.count() == STUDENTS * COURSES
    ledger.assert_kept()


def test_while_mariadb_is_away_and_at_once_afterwards(clients, mariadb, whole):
    order = OrderFactory()
    token = tokens.issue(order.user).token
    detail = order.order_courses.get()
    body = {"courses": [detail.course_id], "total_amount": "99.00"}
    requests = {
        "a page of courses": api("course/", token, method="GET"),
        "my orders": api("order/", token, method="GET"),
        "checkout": api("order/pay/", token, body),
        "the pay-success page": api(
            f"order/success/?out_trade_no={order.out_trade_no}", token, method="GET"
        ),
        **{name: paid_for(order, peer) for name, peer in PEERS.items()},
    }
    orders = api("order/", token, method="GET")
    office = request("/admin/", method="GET", Cookie=f"sessionid={'s' * 32}")

    def ask(number: int) -> Answer | None:
        return clients[number].send(orders)

    assert statuses(in_threads(ask, CLIENTS)) == {200: CLIENTS}
    connection.close()
    mariadb.kill()
    assert "服务暂时不可用" in assert_come_back(clients[0].send(office)).body.decode()
    for name, sent in requests.items():
        for client in clients[:2]:
            answer = client.send(sent)
            assert answer, name
            assert_unavailable(answer)
    ready = clients[0].send(request("/readyz", method="GET"))
    assert ready
    assert ready.status == 503
    mariadb.start()

    assert statuses(in_threads(ask, CLIENTS)) == {200: CLIENTS}
    for name, peer in PEERS.items():
        assert told([clients[0].send(requests[name])]) == [peer.accepted]


def test_the_first_requests_after_a_quiet_restart(clients, mariadb):
    """Nobody asked while it was away, so that no process knows of it."""
    token = tokens.issue(UserFactory()).token
    orders = api("order/", token, method="GET")

    def ask(number: int) -> Answer | None:
        return clients[number].send(orders)

    assert statuses(in_threads(ask, CLIENTS)) == {200: CLIENTS}
    connection.close()
    mariadb.kill()
    mariadb.start()

    assert statuses(in_threads(ask, CLIENTS)) == {200: CLIENTS}


def statuses(answers: list[Answer | None]) -> Counter[int]:
    return Counter(answer.status if answer else 0 for answer in answers)
