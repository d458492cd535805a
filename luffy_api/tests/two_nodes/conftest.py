from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from luffy_api.tests.baseline import Baseline
from luffy_api.tests.processes.mariadb import copy_to, moved_to
from luffy_api.tests.two_nodes.cluster import Node, two_nodes

# A cluster takes the place of the MariaDB that the tests run on.
collect_ignore_glob = [] if connection.vendor == "mysql" else ["test_*.py"]


@dataclass(frozen=True)
class Cluster:
    """The nodes, and what they hold between two tests."""

    nodes: tuple[Node, Node]
    baseline: Baseline


@pytest.fixture(scope="session")
def cluster(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cluster]:
    """Two nodes with the tables of the tests' database, and what they hold."""
    with two_nodes() as nodes, django_db_blocker.unblock():
        baseline = Baseline.of(connection)
        copy_to(nodes[0])
        with moved_to(nodes[0]):
            baseline.restore()
        yield Cluster(nodes, baseline)


@pytest.fixture
def nodes(transactional_db: None, cluster: Cluster) -> Iterator[tuple[Node, Node]]:
    """They are the shop's database."""
    with moved_to(cluster.nodes[0]):
        yield cluster.nodes
        cluster.baseline.restore()
