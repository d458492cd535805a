"""The MariaDB of a host, as a node of the cluster, with the files of deploy/."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import MySQLdb

from scripts.clusters.network import Host, command, wait_until

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
EXAMPLE = "10.0.0.{}"
PORT, CHECK_PORT = 3306, 3309
USER = PASSWORD = DATABASE = "luffy"  # noqa: S105 (of this run alone)
POSITION = re.compile(r"Recovered position: (\S+)")
AS_MYSQL = ["setpriv", "--reuid=mysql", "--regid=mysql", "--clear-groups", "--pdeathsig=KILL"]
# Smaller than a school's, for three nodes on one machine, and without what a disk in memory lacks.
HERE = """
[mariadbd]
datadir = {data}
socket = {socket}
pid-file = {folder}/pid
bind-address = {address}
port = {port}
skip-name-resolve
innodb-buffer-pool-size = 128M
innodb-log-file-size = 96M
innodb-flush-method = fsync
slow-query-log = OFF
"""


class Node:
    """A mariadbd and its check for HAProxy."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.folder = host.folder / "mariadb"
        self.folder.mkdir()
        shutil.chown(self.folder, "mysql")
        self.data = self.folder / "data"
        self.socket = self.folder / "socket"
        self.config = self.folder / "galera.cnf"
        self.config.write_text(self._configuration(), encoding="utf-8")
        server = ["mariadbd", f"--defaults-file={self.config}"]
        self.process = host.process("mariadb", *AS_MYSQL, *server)
        check = [DEPLOY / "galera" / "luffy-galera-check", "--port", CHECK_PORT]
        self.check = host.process("check", *AS_MYSQL, *check, "--socket", self.socket)

    def _configuration(self) -> str:
        names = ("mariadb/luffy.cnf", "galera/luffy-galera.cnf")
        text = "\n".join((DEPLOY / name).read_text(encoding="utf-8") for name in names)
        ours = "wsrep-node-address = {}"
        text = text.replace(ours.format("10.0.0.11"), ours.format(self.address))
        text = text.replace("wsrep-node-name = host1", f"wsrep-node-name = {self.host.name}")
        text = text.replace("gcache.size=1G", "gcache.size=128M")
        for host in self.host.network.hosts:
            text = text.replace(EXAMPLE.format(host.number), host.address)
        here = {"data": self.data, "socket": self.socket, "folder": self.folder}
        return text + HERE.format(**here, address=self.address, port=PORT)

    @property
    def address(self) -> str:
        """Of its host."""
        return self.host.address

    # --- Start and end -------------------------------------------------------------------------

    def bootstrap(self) -> None:
        """The first node of a new cluster, with a database and a user of the shop."""
        command("mariadb-install-db", f"--defaults-file={self.config}", "--user=mysql",
                "--skip-test-db", "--wsrep-on=OFF")  # fmt: skip
        self.check.start()
        self.process.start("--wsrep-new-cluster")
        self.wait_until_synced(60)
        with self.root() as cursor:
            cursor.execute(f"CREATE USER {USER}@'%' IDENTIFIED BY '{PASSWORD}'")
            cursor.execute(f"GRANT ALL ON *.* TO {USER}@'%'")
            cursor.execute(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")

    def start(self) -> None:
        """Join, as Debian's unit does it: with the position that a crashed server had reached."""
        if not self.check.is_running:
            self.check.start()
        self.process.start(*self._position())

    def _position(self) -> list[str]:
        if not self.data.exists():
            return []
        log = self.folder / "recovery.log"
        log.unlink(missing_ok=True)
        options = [f"--defaults-file={self.config}", "--wsrep-recover", f"--log-error={log}"]
        command(*AS_MYSQL, "mariadbd", *options, "--skip-networking")
        found = POSITION.search(log.read_text(encoding="utf-8", errors="replace"))
        return [f"--wsrep-start-position={found[1]}"] if found else []

    def forget_everything(self) -> None:
        """Delete the data: the next start needs a copy of another node (SST)."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir()
        shutil.chown(self.data, "mysql")

    # --- Questions -----------------------------------------------------------------------------

    @contextmanager
    def root(self) -> Iterator[Any]:
        """A cursor of the server's root, by its socket."""
        options = {"user": "root", "connect_timeout": 2, "read_timeout": 5, "autocommit": True}
        with closing(MySQLdb.connect(unix_socket=str(self.socket), **options)) as connection:
            yield connection.cursor()

    def status(self) -> dict[str, str]:
        """SHOW STATUS LIKE 'wsrep_%'; empty while it does not answer."""
        try:
            with self.root() as cursor:
                cursor.execute("SHOW STATUS LIKE 'wsrep\\_%'")
                return dict(cursor.fetchall())
        except MySQLdb.Error:
            return {}

    def is_synced(self) -> bool:
        """Whether it belongs to the majority and has everything."""
        told = self.status()
        return (
            told.get("wsrep_ready") == "ON"
            and told.get("wsrep_cluster_status") == "Primary"
            and told.get("wsrep_local_state_comment") == "Synced"
        )

    def wait_until_synced(self, seconds: float = 120) -> float:
        """Seconds that it took."""
        return wait_until(self.is_synced, seconds, f"{self.host.name} is synced")

    def make_primary(self) -> None:
        """What an operator does when no majority is left: this node alone is the cluster now."""
        with self.root() as cursor:
            cursor.execute("SET GLOBAL wsrep_provider_options='pc.bootstrap=YES'")

    def transfers_since(self, mark: int) -> str:
        """IST or SST, whichever the log tells of after that many bytes."""
        with self.process.log.open("rb") as log:
            log.seek(mark)
            text = log.read().decode(errors="replace")
        if "SST completed on joiner" in text:
            return "SST"
        return "IST" if "IST received" in text else "no transfer"

    def log_size(self) -> int:
        """Bytes of the log until now."""
        return self.process.log.stat().st_size if self.process.log.exists() else 0


class Cluster:
    """The three nodes."""

    def __init__(self, hosts: list[Host]) -> None:
        self.nodes = [Node(host) for host in hosts]

    def start(self) -> None:
        """The first node alone; `join` brings the others, so that they copy filled tables."""
        self.nodes[0].bootstrap()

    def join(self) -> None:
        """The others, one after the other."""
        for node in self.nodes[1:]:
            node.forget_everything()
            node.start()
            node.wait_until_synced()

    def wait_until_whole(self, seconds: float = 180) -> float:
        """Seconds until all three are synced and know each other."""

        def is_whole() -> bool:
            return all(
                node.is_synced() and node.status().get("wsrep_cluster_size") == "3"
                for node in self.nodes
            )

        began = time.monotonic()
        wait_until(is_whole, seconds, "three nodes are synced")
        return time.monotonic() - began

    def counts(self) -> dict[str, int]:
        """Conflicts that the nodes have decided since they were started."""
        names = ("wsrep_local_cert_failures", "wsrep_local_bf_aborts")
        told = [node.status() for node in self.nodes]
        return {name: sum(int(each.get(name, 0)) for each in told) for name in names}
