"""A Galera cluster of two nodes on this machine."""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import MySQLdb

from luffy_api.tests.processes.mariadb import DATABASE, PASSWORD, MariaDB

PROVIDER = Path("/usr/lib/galera/libgalera_smm.so")
SECONDS_TO_JOIN = 60


class Node(MariaDB):
    """One mariadbd; the first of a cluster, or one that joins `others` and copies what they have.

    The copy is made by rsync, which a server does not survive as root.
    """

    def __init__(self, others: Sequence[Self] = ()) -> None:
        super().__init__()
        assert PROVIDER.exists(), f"{PROVIDER} is missing (Debian: galera-4)"
        self.others = others
        self.group, self.increments, self.copies = _free_ports(3)

    def _options(self) -> str:
        provider = [
            f"base_port={self.group}",
            f"gmcast.listen_addr=tcp://127.0.0.1:{self.group}",
            f"ist.recv_addr=127.0.0.1:{self.increments}",
            "gcache.size=32M",
            # Each of two goes on alone, unless a test says otherwise.
            "pc.ignore_sb=true",
        ]
        cluster = ",".join(f"127.0.0.1:{each.group}" for each in self.others)
        options = [
            super()._options(),
            "--binlog-format=ROW --innodb-autoinc-lock-mode=2 --wsrep-on=ON",
            f"--wsrep-provider={PROVIDER} --wsrep-provider-options={';'.join(provider)}",
            f"--wsrep-cluster-name=luffy --wsrep-cluster-address=gcomm://{cluster}",
            "--wsrep-node-address=127.0.0.1 --wsrep-sst-method=rsync",
            f"--wsrep-sst-receive-address=127.0.0.1:{self.copies}",
        ]
        return " ".join(options + ([] if self.others else ["--wsrep-new-cluster"]))

    def wait(self) -> None:
        """Until it is a whole member of the cluster."""
        super().wait()
        deadline = time.monotonic() + SECONDS_TO_JOIN
        while self.status("wsrep_local_state_comment") != "Synced":
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.05)

    def status(self, name: str) -> str:
        """A variable of the server's status."""
        return str(self.query(f"SHOW STATUS LIKE '{name}'")[0][1])

    def query(self, statement: str) -> Sequence[Any]:
        """The rows that a statement gives to root."""
        connection = self._connect()
        try:
            connection.autocommit(True)
            cursor = connection.cursor()
            cursor.execute(statement)
            return list(cursor.fetchall())
        finally:
            connection.close()

    def connect(self) -> Any:
        """A connection of the driver as the shop's user, in a transaction."""
        connection = MySQLdb.connect(
            host="127.0.0.1", port=self.port, user="luffy", passwd=PASSWORD, db=DATABASE
        )
        connection.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        return connection

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """It hears nothing of the others, and knows that it has no majority."""
        self.query("SET GLOBAL wsrep_provider_options = 'pc.ignore_sb=false;gmcast.isolate=1'")
        _until(lambda: self.status("wsrep_cluster_status") == "non-Primary")
        try:
            yield
        finally:
            self.query("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'")
            self.wait()
            self.query("SET GLOBAL wsrep_provider_options = 'pc.ignore_sb=true'")


@contextmanager
def two_nodes() -> Iterator[tuple[Node, Node]]:
    """Both, without a database."""
    with ExitStack() as stack:
        first = Node()
        stack.callback(first.remove)
        first.start()
        second = Node([first])
        stack.callback(second.remove)
        second.start()
        yield first, second


def _until(holds: Any) -> None:
    deadline = time.monotonic() + SECONDS_TO_JOIN
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(probe.getsockname()[1]) for probe in probes]
