"""Two moves at two nodes: one stands before its COMMIT while the other is carried out."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.db.utils import OperationalError

from luffy_api.common.exceptions import DomainError
from luffy_api.common.mysql.base import DatabaseWrapper
from luffy_api.tests.two_nodes.cluster import Node

Move = Callable[[], Any]


@dataclass
class Results:
    """What both returned, or the DomainError; codes of COMMITs of the first that failed.

    Each code once: what was undone is tried again until its node has applied the rival's rows.
    """

    first: Any = None
    second: Any = None
    undone: list[int] = field(default_factory=list)


class _Standing(DatabaseWrapper):
    """A connection that calls `meanwhile` before one of its COMMITs, once."""

    meanwhile: Move | None = None
    commits_before = 0
    results: Results

    def _commit(self) -> None:
        if self.meanwhile and not self.commits_before:
            act, self.meanwhile = self.meanwhile, None
            act()
        self.commits_before -= 1
        try:
            super()._commit()
        except OperationalError as error:
            if error.args[0] not in self.results.undone:
                self.results.undone.append(error.args[0])
            raise


def overtaken(move: Move, *, by: Move, nodes: tuple[Node, Node], commit: int = 1) -> Results:
    """`move` at the first node stands before its COMMIT while `by` is done at the second one.

    Both have done all that they do before a COMMIT, whatever the number of rows they changed. With
    `commit` 2 it is the second COMMIT of `move`, as where something is stored before.
    """
    results = Results()

    def rival() -> None:
        results.second = _result(by)

    def stand() -> None:
        connection = connections["default"]
        assert isinstance(connection, _Standing)
        connection.results, connection.commits_before = results, commit - 1
        connection.meanwhile = lambda: at_node(nodes[1], rival)
        results.first = _result(move)
        assert connection.meanwhile is None, "it did not come to its COMMIT"

    at_node(nodes[0], stand, kind=_Standing)
    return results


def at_node(node: Node, act: Move, *, kind: type[DatabaseWrapper] = DatabaseWrapper) -> None:
    """Call it in a thread whose database is that node, and wait; what it raises is raised here."""
    raised: list[BaseException] = []

    def run() -> None:
        there = {**connections.settings["default"], "PORT": str(node.port)}
        connection = connections["default"] = kind(there, "default")
        try:
            act()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def _result(act: Move) -> Any:
    try:
        return act()
    except DomainError as error:
        return type(error)
