"""Connections to a node of a Galera cluster (docs/decisions/0027-galera.md).

A transaction is carried out on one node and replicated at COMMIT, where one of two rivals is told
that it was undone. Another node sees it a little later, and a row lock not at all.
"""

from typing import Any

# Before a statement outside of a transaction, and before the first one of each, the node waits
# until it has seen what was committed anywhere in the cluster: 1 for SELECT, 2 for UPDATE and
# DELETE, 4 for INSERT. So a request finds what the one before it has written, at whatever node.
SYNC_WAIT = 1 | 2 | 4

_nodes: dict[tuple[str, str], bool] = {}


def join(connection: Any, *, address: tuple[str, str]) -> bool:
    """Prepare the driver's new connection; return whether the server is a node of a cluster.

    What is behind an address (host, port) is asked once for each process.
    """
    if address not in _nodes:
        _nodes[address] = _is_node(connection)
    if _nodes[address]:
        connection.query(f"SET SESSION wsrep_sync_wait = {SYNC_WAIT}")
    return _nodes[address]


def _is_node(connection: Any) -> bool:
    """MySQL, and a MariaDB that is built without Galera, have no such variable."""
    connection.query("SHOW VARIABLES LIKE 'wsrep_on'")
    rows = connection.store_result().fetch_row(maxrows=0)
    return any(value in ("ON", b"ON") for _, value in rows)
