"""MariaDB is killed with -9 or stands still, and comes back, while students buy."""

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
    send_all,
    told,
)
from luffy_api.tests.processes.ledger import Ledger, wait_for_progress
from luffy_api.tests.processes.mariadb import MariaDB, copy_to, moved_to
from luffy_api.tests.processes.shop import Gateways, Shop
from luffy_api.tests.test_permissions import PUBLIC, ROUTES, STUDENTS

pytestmark = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has no server that could be killed"
)
BUYERS = 16
COURSES = 8
KILLS = 3
CLIENTS = 32
# It takes seconds of the processor, and looks nothing up.
DOCUMENTATION = {"GET schema/", "GET docs/"}
# They look nothing up, or refuse what is sent before they do.
NO_DATABASE = {
    "GET course/<int:pk>/preview/",
    "GET course/<int:pk>/preview/chapter/",
    "GET course/<int:pk>/preview/section/<int:section>/content/",
    "GET course/<int:pk>/preview/section/<int:section>/play/",
    "GET course/<int:pk>/preview/section/<int:section>/quiz/",
    "GET course/certificate/x/",
    "GET course/search/",
    "GET course/search/suggest/",
    "GET course/section/<int:pk>/hls/<str:token>/<path:name>",
    "GET home/topic/x/preview/",
    "GET order/wechat/return/",
    "GET user/social/providers/",
    "POST course/upload/callback/",
    "POST course/upload/transcoded/",
    "POST user/sms_code/",
    "POST user/login/",
    "POST user/sms_login/",
    "POST user/register/",
    "POST user/password/reset/",
    "POST user/social/authorize/",
    "POST user/social/bind/",
    "POST user/social/login/",
}


@pytest.fixture(scope="module")
def mariadb(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[MariaDB]:
    server = MariaDB()
    try:
        server.start()
        with django_db_blocker.unblock():
            copy_to(server)
        with django_db_blocker.unblock(), moved_to(server):
            yield server
    finally:
        server.remove()


@pytest.fixture(scope="module")
def running_fragile_shop(
    mariadb: MariaDB, gateway_urls: Gateways, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    folder, worker = tmp_path_factory.mktemp("fragile"), "luffy_api.sendfile_worker.SendfileWorker"
    with Shop(folder, worker=worker, gateways=gateway_urls) as shop:
        yield shop


@pytest.fixture
def fragile_shop(running_fragile_shop: Shop, transactional_db: None) -> Shop:
    """Over the MariaDB that is going to be away."""
    return running_fragile_shop


@pytest.fixture
def clients(fragile_shop: Shop) -> Iterator[list[Client]]:
    """One for every thread of the servers."""
    with ExitStack() as stack:
        yield [stack.enter_context(Client(fragile_shop.ports[i % 2])) for i in range(CLIENTS)]


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


def test_mariadb_killed_under_load(fragile_shop, mariadb, whole, record_property):
    students = [tokens.issue(user).token for user in UserFactory.create_batch(BUYERS)]
    courses = CourseFactory.create_batch(COURSES, price="99.00")
    ledger = Ledger()
    connection.close()

    with ThreadPoolExecutor(1) as background:
        buying = background.submit(ledger.buy_all, fragile_shop.ports, students, courses)
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
    assert len(ledger.paid) == Order.objects.count() == BUYERS * COURSES
    ledger.assert_kept()
    slowest = max(answer.seconds for answer in ledger.refused)
    figures = f"MariaDB killed {KILLS} times: {len(ledger.refused)} answers were 503 after at most"
    figures += f" {slowest:.2f} s; {len(ledger.paid)} paid orders, none lost"
    record_property("figures", figures)


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


def test_every_endpoint_while_mariadb_stands_still(
    fragile_shop, clients, mariadb, whole, record_property
):
    order = OrderFactory()
    course = CourseFactory(price="99.00")
    token = tokens.issue(order.user).token
    checkout = {"courses": [course.pk], "total_amount": "99.00"}
    asked = {
        name: api(ROUTES[route].removeprefix("/api/v1/"), token, {}, method=method)
        for name in (PUBLIC | STUDENTS) - DOCUMENTATION
        for method, _, route in [name.partition(" ")]
    }
    asked["the back office"] = request("/admin/", method="GET", Cookie="sessionid=" + "s" * 32)
    asked["checkout"] = api("order/pay/", token, checkout)
    asked |= {f"a payment by {name}": paid_for(order, peer) for name, peer in PEERS.items()}
    assert answers_of_all_threads(clients, token) == {200: CLIENTS}
    connection.close()

    with mariadb.frozen():
        ready = clients[0].send(request("/readyz", method="GET"))
        got = dict(zip(asked, send_all(fragile_shop.ports, list(asked.values())), strict=True))
        ready_later = clients[0].send(request("/readyz", method="GET"))
        alive = clients[0].send(request("/healthz", method="GET"))
    fragile_shop.wait_until_ready(seconds=10)

    assert answers_of_all_threads(clients, token) == {200: CLIENTS}
    for answer in (ready, ready_later):
        assert answer
        assert (answer.status, answer.json["checks"]["database"]) == (503, False)
        assert answer.seconds < 2
    assert alive
    assert alive.status == 200
    assert {name for name, answer in got.items() if answer and answer.status != 503} == NO_DATABASE
    seconds = {name: answer.seconds for name, answer in got.items() if answer}
    assert max(seconds.values()) < 5, seconds
    figures = f"MariaDB frozen: {len(got)} endpoints answer after at most"
    record_property("figures", f"{figures} {max(seconds.values()):.2f} s")
    page = assert_come_back(got.pop("the back office"))
    assert "服务暂时不可用" in page.body.decode()
    for name in set(got) - NO_DATABASE:
        assert_unavailable(got[name])
    for peer in PEERS.values():
        assert told([clients[0].send(paid_for(order, peer))]) == [peer.accepted]
    assert statuses([clients[0].send(api("order/pay/", token, checkout))]) == {201: 1}


def test_readyz_is_in_time_while_every_thread_waits_for_the_first_time(
    fragile_shop, clients, mariadb, record_property
):
    token = tokens.issue(UserFactory()).token
    assert answers_of_all_threads(clients, token) == {200: CLIENTS}
    connection.close()
    orders, ready = api("order/", token, method="GET"), request("/readyz", method="GET")
    early: list[Answer | None] = []

    with mariadb.frozen(), ThreadPoolExecutor(CLIENTS) as threads, ExitStack() as stack:
        probes = [stack.enter_context(Client(port)) for port in fragile_shop.ports]
        waiting = [threads.submit(client.send, orders) for client in clients]
        while not any(each.done() for each in waiting):
            early += [probe.send(ready) for probe in probes]
    answers = [each.result() for each in waiting]

    assert len(early) > len(probes), "every thread of both servers was still waiting"
    for answer in early:
        assert answer
        assert (answer.status, answer.json["checks"]["database"]) == (503, False)
        assert answer.seconds < 2
    assert statuses(answers) == {503: CLIENTS}
    slowest = max(answer.seconds for answer in answers if answer)
    assert slowest < 5
    figures = (
        f"MariaDB frozen, every thread waits: 503 after {slowest:.2f} s, /readyz after at most"
    )
    record_property("figures", f"{figures} {max(each.seconds for each in early if each):.2f} s")


def answers_of_all_threads(clients: list[Client], token: str) -> Counter[int]:
    orders = api("order/", token, method="GET")
    return statuses(in_threads(lambda number: clients[number].send(orders), CLIENTS))


def statuses(answers: list[Answer | None]) -> Counter[int]:
    return Counter(answer.status if answer else 0 for answer in answers)
