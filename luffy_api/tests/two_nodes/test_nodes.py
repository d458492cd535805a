"""A node that lags behind the other, and one that has left the cluster."""

import threading
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction
from rest_framework.test import APIClient

from luffy_api.apps.course.models import Course
from luffy_api.common.codes import Code
from luffy_api.common.mysql import galera
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.tests.factories import CourseFactory
from luffy_api.tests.two_nodes.rivals import at_node

NOT_PREPARED = 1047


@contextmanager
def lagging(node):
    """What the other node commits is not carried out there until the block ends."""
    root = node.connect()
    root.query("FLUSH TABLES WITH READ LOCK")
    try:
        yield
    finally:
        root.close()


@contextmanager
def refusing(node):
    """It answers as one that has no majority."""
    root = node.connect()
    root.query("SET GLOBAL wsrep_reject_queries = ALL")
    try:
        yield
    finally:
        root.query("SET GLOBAL wsrep_reject_queries = NONE")
        root.close()


def count_courses(seen):
    seen.append(Course.objects.count())


def test_a_read_sees_what_was_committed_at_another_node(nodes):
    seen = []
    reader = threading.Thread(target=at_node, args=(nodes[1], lambda: count_courses(seen)))

    with lagging(nodes[1]):
        CourseFactory()
        reader.start()
        reader.join(1)
        assert seen == []
    reader.join(30)

    assert seen == [1]


def test_control_without_waiting_it_is_old(nodes, monkeypatch):
    seen = []
    monkeypatch.setattr(galera, "SYNC_WAIT", 0)

    with lagging(nodes[1]):
        CourseFactory()
        at_node(nodes[1], lambda: count_courses(seen))

    assert seen == [0]


def test_a_transaction_goes_on_at_another_node(nodes, caplog):
    """As behind a proxy, where the next connection leads elsewhere."""
    CourseFactory()

    @retry_deadlocks
    @transaction.atomic
    def sell():
        assert Course.objects.update(students=7) == 1

    def at_first():
        connection.ensure_connection()
        connection.settings_dict["PORT"] = str(nodes[0].port)
        with refusing(nodes[1]):
            sell()

    at_node(nodes[1], at_first)

    assert caplog.text.count("sell was undone, trying again") == 1
    assert Course.objects.get().students == 7


def test_at_a_node_every_statement_is_sent_by_itself(nodes):
    with transaction.atomic():
        connection.send_later("DO 1", [])
        assert connection.queue == []


def test_a_connection_to_a_node_without_a_cluster_is_not_kept(nodes):
    def ask():
        connection.ensure_connection()
        with refusing(nodes[1]), pytest.raises(OperationalError, match=str(NOT_PREPARED)):
            Course.objects.count()
        assert not connection.is_usable()

    at_node(nodes[1], ask)


def test_a_request_at_such_a_node_is_503(nodes):
    answers = []

    with refusing(nodes[1]):
        at_node(nodes[1], lambda: answers.append(APIClient().get("/api/v1/course/")))

    assert answers[0].status_code == 503
    assert answers[0].json()["code"] == Code.UNAVAILABLE
