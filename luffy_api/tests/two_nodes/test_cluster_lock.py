"""Two machines that start together at two nodes: one migrates, the other waits."""

from threading import Barrier, Event, Thread

import pytest
from django.db import connection

from luffy_api.common.migration_lock import migration_lock
from luffy_api.common.mysql import cluster_lock
from luffy_api.tests.two_nodes.rivals import at_node


@pytest.fixture
def quickly(monkeypatch):
    """The pauses are those of a test."""
    monkeypatch.setattr(cluster_lock, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(cluster_lock, "TIMEOUT_SECONDS", 2.0)


class Machine(Thread):
    """One that wants to migrate at the second node."""

    def __init__(self, node):
        super().__init__()
        self.node, self.waits, self.migrates = node, Event(), Event()

    def run(self):
        at_node(self.node, self._migrate)

    def _migrate(self):
        with migration_lock(connection, on_wait=self.waits.set, seconds=60):
            self.migrates.set()


@pytest.fixture
def other(nodes, quickly):
    return Machine(nodes[1])


def test_the_second_machine_waits_however_long_it_takes(nodes, other):
    with migration_lock(connection, on_wait=pytest.fail):
        other.start()
        assert other.waits.wait(30)
        assert not other.migrates.wait(2 * cluster_lock.TIMEOUT_SECONDS)

    assert other.migrates.wait(30)
    other.join()


def test_the_lock_of_a_machine_that_died_is_taken_over(nodes, other, monkeypatch):
    monkeypatch.setattr(cluster_lock._Lock, "_send_heartbeats", lambda lock: None)

    with migration_lock(connection, on_wait=pytest.fail):
        other.start()

        assert other.migrates.wait(60)
        assert other.waits.is_set()
    other.join()


def test_of_two_that_begin_together_one_gets_it(nodes, quickly):
    got, together = [], Barrier(2)

    def begin():
        with cluster_lock.held(connection, "together") as take:
            together.wait(30)
            got.append(take())
            together.wait(30)

    machines = [Thread(target=at_node, args=(node, begin)) for node in nodes]
    for machine in machines:
        machine.start()
    for machine in machines:
        machine.join()

    assert sorted(got) == [False, True]
