"""503 while another process holds SQLite's write lock, or while the file is missing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from luffy_api.apps.order.models import Order
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.codes import Code
from luffy_api.libs import storage
from luffy_api.tests.factories import CourseFactory, OrderFactory
from luffy_api.tests.peers import PEERS, paid, send
from luffy_api.tests.private_files import store

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="see processes/test_database_away"),
]


@pytest.fixture
def short_timeout() -> Iterator[None]:
    """The busy timeout is 0.2 seconds instead of 20."""
    options = connection.settings_dict["OPTIONS"]
    timeout = options["timeout"]
    connection.close()
    options["timeout"] = 0.2
    yield
    connection.close()
    options["timeout"] = timeout


@pytest.fixture
def other_program(short_timeout) -> Iterator[sqlite3.Connection]:
    """A connection of another process, outside of Django."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        yield other


def test_a_write_is_503_while_locked_and_works_afterwards(student_api, other_program):
    order = OrderFactory()
    course = CourseFactory(price="99.00")
    checkout = {"courses": [course.pk], "total_amount": "99.00"}
    messages = [(peer, paid(peer, order)) for peer in PEERS.values()]

    other_program.execute("BEGIN IMMEDIATE")
    refused = [
        student_api.post("/api/v1/order/pay/", checkout, format="json"),
        *(send(message) for _, message in messages),
    ]
    other_program.execute("ROLLBACK")

    for answer in refused:
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert answer.json()["code"] == Code.UNAVAILABLE
    assert student_api.post("/api/v1/order/pay/", checkout, format="json").status_code == 201
    for peer, message in messages:
        assert send(message).content == peer.accepted.body
    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert Order.objects.count() == 2


def test_reads_are_not_affected_by_the_lock(student_api, other_program):
    CourseFactory()
    student_api.get("/api/v1/course/")

    other_program.execute("BEGIN IMMEDIATE")

    assert student_api.get("/api/v1/course/").status_code == 200
    assert student_api.get("/api/v1/order/").status_code == 200


@contextmanager
def database_gone() -> Iterator[None]:
    """The folder of the database does not exist."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "/nowhere/luffy.sqlite3"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def test_a_private_file_is_503_while_access_cannot_be_checked(api, folders):
    store(folders, "a.mp4")
    end = timezone.now() + timedelta(hours=1)
    url = storage.private_storage().signed_url("a.mp4", expires_at=end, grant="s1.2")
    api.raise_request_exception = False
    assert api.get(url).status_code == 403

    with database_gone():
        assert api.get(url).status_code == 503

    assert api.get(url).status_code == 403
