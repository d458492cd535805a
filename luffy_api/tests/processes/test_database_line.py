"""The line to MariaDB is cut at every single statement, falls silent, or is closed while idle."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, close_old_connections, connection
from django.test import Client
from django.utils import timezone

from luffy_api.apps.course import listing, student_counts
from luffy_api.apps.course.models import Course, CourseCategory, CourseDiscount
from luffy_api.apps.order.models import Order, OrderPayment
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common import background
from luffy_api.common.codes import Code
from luffy_api.common.database_limits import STATEMENT_SECONDS, Allowance, limited
from luffy_api.common.mysql import base as engine
from luffy_api.common.mysql.silence import PAUSE_SECONDS, silence_of
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import CourseFactory, DiscountFactory, UserFactory
from luffy_api.tests.peers import PEERS, paid, post
from luffy_api.tests.processes.database_proxy import COM_PING, Cut, DatabaseProxy

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no line"),
]


@pytest.fixture
def proxy(transactional_db: None) -> Iterator[DatabaseProxy]:
    with DatabaseProxy.between() as between:
        yield between
    silence_of("default").note_answer()


def assert_unavailable(answer: Any) -> None:
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert answer.json()["code"] == Code.UNAVAILABLE


def served(ask: Callable[[], Any]) -> Any:
    """What a request is answered, with the connection treated as by the server around it."""
    close_old_connections()
    try:
        return ask()
    finally:
        close_old_connections()


def place(student: Any, course: Any, headers: dict[str, str], **more: Any) -> Any:
    body = {"courses": [course.pk], "total_amount": "99.00", **more}
    client = logged_in(student)
    return served(lambda: client.post("/api/v1/order/pay/", body, format="json", headers=headers))


def categories() -> Any:
    return served(lambda: Client().get("/api/v1/course/category/"))


def ready() -> Any:
    return served(lambda: Client().get("/readyz"))


def test_a_job_that_loses_its_connection_costs_the_next_one_nothing(proxy, monkeypatch):
    # Given a job that asks the database, and behind it one that has to apply a discount
    discount = DiscountFactory(courses=[course := CourseFactory(price="99.00")])
    CourseDiscount.objects.filter(pk=discount.pk).update(next_change_at=timezone.now())
    Course.objects.filter(pk=course.pk).update(current_price="99.00")
    monkeypatch.setattr(background, "_jobs", [student_counts.fold, listing.apply_due])

    # When the first statement of the first job is cut off
    proxy.watch(cut_at=0)
    background.run_once()

    # Then the second one has done its work
    assert proxy.was_cut
    course.refresh_from_db()
    assert course.current_price == Decimal("79.20")


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k" * 32}], ids=["plain", "key"])
def test_a_cut_at_every_statement_of_a_checkout(whole, proxy, cut, headers):
    course = CourseFactory(price="99.00")
    for number in range(100):
        student = UserFactory()
        proxy.watch(cut_at=number, cut=cut)
        answer = place(student, course, headers)
        if not proxy.was_cut:
            break
        assert_unavailable(answer)
        stored = list(Order.objects.filter(user=student))
        again = place(student, course, headers)
        assert again.status_code == 201, proxy.statements
        order = Order.objects.get(user=student)
        assert again.json()["out_trade_no"] == order.out_trade_no
        assert order.order_courses.count() == 1
        assert stored == ([order] if proxy.committed else [])
    assert answer.status_code == 201
    assert number >= 4  # the token, what is sold, the order, its lines with COMMIT


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS)
def test_a_cut_at_every_statement_of_a_notification(whole, proxy, asks_gateways, peer, cut):
    course = CourseFactory(price="99.00")
    for number in range(100):
        student = UserFactory()
        placed = place(student, course, {}, pay_type=peer.pay_type).json()
        order = Order.objects.get(out_trade_no=placed["out_trade_no"])
        message = paid(peer, order)
        proxy.watch(cut_at=number, cut=cut)
        answer = served(partial(post, message))
        if not proxy.was_cut:
            break
        # The provider repeats what was not accepted.
        assert answer.status == 503
        order.refresh_from_db()
        assert (order.order_status == OrderStatus.PAID) == proxy.committed
        assert served(partial(post, message)) == peer.accepted
        assert OrderPayment.objects.filter(order=order).count() == 1
        assert course.enrollments.filter(user=student).count() == 1
    assert answer == peer.accepted
    # A round trip each, see decision 0094.
    assert number == 2


def test_a_request_gives_up_a_silent_line_and_nobody_reads_its_answer(proxy):
    CourseCategory.objects.create(name="一")
    before = categories()
    used = connection.connection

    with proxy.silent():
        began = time.monotonic()
        answer = categories()
        seconds = time.monotonic() - began

    assert before.status_code == 200
    assert_unavailable(answer)
    assert seconds < 5
    time.sleep(PAUSE_SECONDS)
    assert categories().json() == before.json()
    assert connection.connection is not used


def test_readyz_knows_within_two_seconds(proxy):
    assert ready().status_code == 200

    with proxy.silent():
        for _ in ("the line falls silent", "a new one is silent"):
            began = time.monotonic()
            answer = ready()
            assert (answer.status_code, answer.json()["checks"]["database"]) == (503, False)
            assert time.monotonic() - began < 2

    time.sleep(PAUSE_SECONDS)
    assert ready().status_code == 200


def test_a_connection_that_ended_while_idle_is_replaced(proxy):
    assert categories().status_code == 200

    proxy.cut_all()

    assert categories().status_code == 200


def test_a_connection_that_the_server_ended_is_replaced(proxy):
    assert categories().status_code == 200
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute(f"KILL {connection.connection.thread_id()}")

    assert categories().status_code == 200


def test_a_line_that_went_dead_while_idle_is_replaced(proxy, monkeypatch):
    assert categories().status_code == 200
    monkeypatch.setattr(engine, "IDLE_SECONDS", 0)

    proxy.mute()

    assert categories().status_code == 200


def test_a_connection_in_use_is_not_asked_whether_it_is_there(proxy, monkeypatch):
    categories()
    proxy.watch()
    categories()
    assert proxy.statements
    assert COM_PING not in proxy.commands

    monkeypatch.setattr(engine, "IDLE_SECONDS", 0)
    categories()
    assert COM_PING in proxy.commands


def test_a_command_may_wait_longer_than_a_request(proxy):
    seconds = STATEMENT_SECONDS + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT SLEEP(%s)", [seconds])
        assert cursor.fetchone() == (0,)


def test_a_request_waits_no_longer_for_many_statements_than_for_one():
    """Also not for a repeated transaction."""
    began = time.monotonic()
    with limited(Allowance(STATEMENT_SECONDS, 1)), connection.cursor() as cursor:
        with pytest.raises(OperationalError):  # noqa: PT012
            for _ in range(10):
                cursor.execute("SELECT SLEEP(0.3)")
        seconds = time.monotonic() - began
        with pytest.raises(OperationalError):
            cursor.execute("SELECT 1")
    connection.close()

    assert 0.9 < seconds < 2.7  # all of them take three
    assert time.monotonic() - began - seconds < 2


def test_the_server_gives_up_a_lock_and_a_statement_of_a_request():
    connection.close()
    with limited(Allowance(STATEMENT_SECONDS)), connection.cursor() as cursor:
        cursor.execute("SELECT @@innodb_lock_wait_timeout, @@max_statement_time, @@sql_mode")
        lock_wait, statement, mode = cursor.fetchone()
    connection.close()

    assert lock_wait < STATEMENT_SECONDS < statement < 10
    assert "STRICT_TRANS_TABLES" in mode
