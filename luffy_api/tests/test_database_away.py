"""Another program holds SQLite's one write lock for too long, or the file is gone."""

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
from luffy_api.tests.private_files import store
from luffy_api.tests.processes.clients import NOTIFY, paid_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="see processes/test_database_killed"),
]


@pytest.fixture
def impatient() -> Iterator[None]:
    """The shop waits for the lock for 0.2 instead of 20 seconds."""
    options = connection.settings_dict["OPTIONS"]
    patience = options["timeout"]
    connection.close()
    options["timeout"] = 0.2
    yield
    connection.close()
    options["timeout"] = patience


@pytest.fixture
def other_program(impatient) -> Iterator[sqlite3.Connection]:
    """Has a database connection of its own."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        yield other


def test_what_cannot_be_written_is_answered_503_and_works_afterwards(
    api, student_api, other_program
):
    order = OrderFactory()
    course = CourseFactory(price="99.00")
    body = {"courses": [course.pk], "total_amount": "99.00"}
    _, _, body = paid_for(order).partition(b"\r\n\r\n")

    def notify():
        form = "application/x-www-form-urlencoded"
        return api.generic("POST", NOTIFY, body, content_type=form)

    other_program.execute("BEGIN IMMEDIATE")
    refused = [student_api.post("/api/v1/order/pay/", body, format="json"), notify()]
    other_program.execute("ROLLBACK")

    for answer in refused:
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert answer.json()["code"] == Code.UNAVAILABLE
    assert student_api.post("/api/v1/order/pay/", body, format="json").status_code == 201
    assert notify().content == b"success"
    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert Order.objects.count() == 2


def test_what_is_only_read_is_not_disturbed(student_api, other_program):
    CourseFactory()
    student_api.get("/api/v1/course/")

    other_program.execute("BEGIN IMMEDIATE")

    assert student_api.get("/api/v1/course/").status_code == 200
    assert student_api.get("/api/v1/order/").status_code == 200


@contextmanager
def database_gone() -> Iterator[None]:
    """The database's folder is not there."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "/nowhere/luffy.sqlite3"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def test_a_film_is_not_served_while_nobody_can_be_asked(api, folders):
    store(folders, "a.mp4")
    end = timezone.now() + timedelta(hours=1)
    url = storage.private_storage().signed_url("a.mp4", expires_at=end, grant="s1.2")
    api.raise_request_exception = False
    assert api.get(url).status_code == 403

    with database_gone():
        assert api.get(url).status_code == 503

    assert api.get(url).status_code == 403
