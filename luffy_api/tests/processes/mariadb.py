"""A MariaDB of a test's own, to be killed or frozen."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import MySQLdb
from django.db import connection, connections

from luffy_api.tests.database_template import table_statements

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
PASSWORD = "luffy"


class MariaDB:
    """One mariadbd with its own data; a commit is on the disk before it is answered.

    One with `number` can be replicated, and begins as `copy_of` another that was never started.
    """

    def __init__(self, *, number: int = 0, copy_of: "MariaDB | None" = None) -> None:
        self.log_options = f"--log-bin --server-id={number}" if number else "--skip-log-bin"
        self.folder = Path(tempfile.mkdtemp(prefix="luffy-mariadb-"))
        # A server must not run as root; Debian's package has made a user for it.
        self.user = ["--user=mysql"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(self.folder, "mysql")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None
        if copy_of:
            subprocess.run(["cp", "-a", copy_of._data, self._data], check=True)
            return
        options = "--no-defaults --skip-test-db --auth-root-authentication-method=normal"
        self._run("mariadb-install-db", *options.split(), *self.user, f"--datadir={self._data}")

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _options(self) -> str:
        options = f"--datadir={self._data} --socket={self.folder}/socket --port={self.port}"
        # A server that starts deletes the temporary tables of others in its folder for them.
        options += f" --tmpdir={self._data}"
        options += " --no-defaults --bind-address=127.0.0.1 --skip-name-resolve"
        options += f" {self.log_options}"
        return f"{options} --innodb-flush-log-at-trx-commit=1 --innodb-buffer-pool-size=64M"

    def start(self) -> None:
        """Begin, and wait until it takes connections."""
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start the process."""
        first, *rest = sorted(self._options().split(), key=lambda each: each != "--no-defaults")
        command = ["setpriv", "--pdeathsig", "KILL", _program("mariadbd"), first, *rest]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([*command, *self.user], stdout=log, stderr=log)

    def wait(self) -> None:
        """Until it takes connections."""
        assert self.process
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def kill(self) -> None:
        """With -9: it writes nothing any more."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It stands still: the kernel takes what is sent to it, and it says nothing."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def remove(self) -> None:
        """The server and its data."""
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder)

    def create_database(self, name: str, tables: list[str]) -> None:
        """A database of these tables, and a user for it."""
        with self._connect() as root:
            cursor = root.cursor()
            cursor.execute(f"CREATE USER luffy@127.0.0.1 IDENTIFIED BY '{PASSWORD}'")
            cursor.execute("GRANT ALL ON *.* TO luffy@127.0.0.1")
            cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
            cursor.execute(f"USE {name}")
            cursor.execute("SET foreign_key_checks=0")
            for table in tables:
                cursor.execute(table)

    def execute(self, *statements: str) -> Any:
        """Run statements as its administrator; the first row of the last."""
        with self._connect() as root:
            cursor = root.cursor()
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchone()

    def _connect(self) -> Any:
        return MySQLdb.connect(unix_socket=f"{self.folder}/socket", user="root")

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except MySQLdb.Error:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([_program(program), *arguments], check=True, capture_output=True)


def _program(name: str) -> str:
    path = shutil.which(name, path=PATH)
    assert path, f"{name} is not installed (Debian: mariadb-server)"
    return path


DATABASE = "luffy_away"


def copy_to(server: MariaDB) -> None:
    """Make the empty tables of the tests' database on that server."""
    server.create_database(DATABASE, list(table_statements(connection).values()))


@contextmanager
def moved_to(server: MariaDB) -> Iterator[None]:
    """The database of the tests is the copy on that server meanwhile."""
    ours = connections.settings["default"]
    before = dict(ours)
    there = {"HOST": "127.0.0.1", "PORT": str(server.port), "NAME": DATABASE}
    connection.close()
    # Every thread's connection shares this dictionary.
    ours.update(there, USER="luffy", PASSWORD=PASSWORD)
    try:
        yield
    finally:
        connection.close()
        ours.update(before)
