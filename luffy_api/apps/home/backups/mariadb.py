"""MariaDB and MySQL: copies by mariadb-dump in one snapshot, loaded by their client program."""

import gzip
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from luffy_api.apps.home.backups import disk
from luffy_api.apps.home.backups.numbering import GAP
from luffy_api.apps.home.exceptions import BackupFailed

# MariaDB's names, then MySQL's.
DUMP_PROGRAMS, CLIENT_PROGRAMS = ("mariadb-dump", "mysqldump"), ("mariadb", "mysql")
DUMP_OPTIONS = (
    "--single-transaction",  # one snapshot, and writers go on
    "--quick",
    "--hex-blob",
    "--no-tablespaces",  # would need the privilege PROCESS
    "--default-character-set=utf8mb4",
)
CHARSET = "--default-character-set=utf8mb4"
COMPLETE = b"-- Dump completed"
TAIL_BYTES = 200
# A table that exists while a dump is loaded.
UNFINISHED = "luffy_unfinished_restore"
# The server needs a moment to forget a connection that was closed.
TIMEOUT_SECONDS = 3.0
ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


class MariadbDatabase:
    """A schema of a server, reached with the user of DATABASE_URL."""

    vendor = "mysql"
    file_name = "database.sql.gz"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self.name = str(connection.settings_dict["NAME"])

    def save(self, target: Path) -> dict[str, int]:
        """A packed dump. While it is made no migration may run: see `migration_lock`."""
        command = [_program(DUMP_PROGRAMS), *DUMP_OPTIONS, self.name]
        rows = _RowCounter()
        with _options_file(self._connection) as options, disk.new_file(target) as file:
            command.insert(1, f"--defaults-file={options}")
            with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=3) as packed:
                tail = _dump(command, rows, packed)
        if COMPLETE not in tail:
            raise BackupFailed(f"the dump of {self.name} ended too early.")
        return rows.counts

    def aside(self, stamp: str) -> Path:
        """A dump below VAR_DIR."""
        return Path(settings.VAR_DIR) / f"{self.name}-before-restore-{stamp}.sql.gz"

    def is_empty(self) -> bool:
        """See `Database`."""
        tables = self._tables()
        return not tables or UNFINISHED in tables

    def require_unused(self) -> None:
        """The user of the shop sees its own connections; no privilege is needed."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while self._others():
            if time.monotonic() > deadline:
                raise BackupFailed(f"The database {self.name} is in use: stop the shop first.")
            time.sleep(0.1)

    def replace(self, source: Path, *, aside: Path | None) -> None:
        """Dump to `aside`, drop every table, load.

        A process that dies while it loads leaves the table UNFINISHED, and the old database in
        `aside`: the next restore begins anew.
        """
        if aside:
            self.save(aside)
        self._execute(f"CREATE TABLE IF NOT EXISTS {UNFINISHED} (id INT PRIMARY KEY)")
        self._drop_tables()
        self._load(source)
        self._reserve_numbers()
        self._execute(f"DROP TABLE {UNFINISHED}")

    def _load(self, source: Path) -> None:
        command = [_program(CLIENT_PROGRAMS), CHARSET, self.name]
        with _options_file(self._connection) as options, gzip.open(source) as dump:
            command.insert(1, f"--defaults-file={options}")
            _run(command, dump)

    def _tables(self) -> dict[str, str]:
        """Names and kinds: BASE TABLE or VIEW."""
        return dict(self._execute("SHOW FULL TABLES"))

    def _drop_tables(self) -> None:
        """Order of foreign keys does not matter; the session ends afterwards."""
        tables = self._tables()
        quote = self._connection.ops.quote_name
        self._execute("SET SESSION foreign_key_checks = 0")
        for kind, statement in (("VIEW", "DROP VIEW"), ("BASE TABLE", "DROP TABLE")):
            names = [quote(each) for each, is_a in tables.items() if is_a == kind]
            names = [each for each in names if each != quote(UNFINISHED)]
            if names:
                self._execute(f"{statement} {', '.join(names)}")
        self._connection.close()

    def _others(self) -> int:
        ((count,),) = self._execute(
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST"
            " WHERE DB = DATABASE() AND ID <> CONNECTION_ID()"
        )
        return int(count)

    def _reserve_numbers(self) -> None:
        numbered = self._execute(
            "SELECT TABLE_NAME, AUTO_INCREMENT FROM information_schema.TABLES"
            " WHERE TABLE_SCHEMA = DATABASE() AND AUTO_INCREMENT IS NOT NULL"
        )
        for table, next_number in numbered:
            name = self._connection.ops.quote_name(table)
            self._execute(f"ALTER TABLE {name} AUTO_INCREMENT = {int(next_number) + GAP}")

    def _execute(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement that is made of names which this module knows."""
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        except DatabaseError as error:
            raise BackupFailed(f"{self.name}: {error}.") from error


class _RowCounter:
    """Counts the rows of a dump by its lines: MariaDB puts each row on a line of its own."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._table = ""

    def read(self, line: bytes) -> None:
        """One line of the dump."""
        if self._table and line.startswith(b"("):
            self.counts[self._table] += 1
        elif line.startswith(b"INSERT INTO `"):
            self._begin(line)
        elif line.startswith(b"CREATE TABLE `"):
            self.counts.setdefault(_quoted(line), 0)
            self._table = ""

    def _begin(self, line: bytes) -> None:
        self._table = _quoted(line)
        if not line.rstrip().endswith(b"VALUES"):
            self.counts.pop(self._table, None)  # mysqldump: all rows on one line
            self._table = ""


def _quoted(line: bytes) -> str:
    return line.split(b"`", 2)[1].decode()


def _program(names: Iterable[str]) -> str:
    found = [path for each in names if (path := shutil.which(each))]
    if not found:
        raise BackupFailed(f"{' or '.join(names)} is not installed (Debian: mariadb-client).")
    return found[0]


@contextmanager
def _options_file(connection: BaseDatabaseWrapper) -> Iterator[Path]:
    """The password in a file that only its owner reads: arguments are seen by everybody."""
    known = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    lines = [
        f'{option}="{str(known[key]).translate(ESCAPES)}"'
        for option, key in names.items()
        if known[key]
    ]
    with tempfile.TemporaryDirectory(prefix="luffy-") as folder:
        path = Path(folder) / "client.cnf"
        disk.write(path, "\n".join(["[client]", *lines, ""]).encode())
        yield path


def _dump(command: list[str], rows: _RowCounter, packed: gzip.GzipFile) -> bytes:
    """Run a dump into `packed`; the last bytes of it."""
    tail = b""
    with _process(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        for line in process.stdout:
            rows.read(line)
            packed.write(line)
            tail = (tail + line)[-TAIL_BYTES:]
    return tail


def _run(command: list[str], source: gzip.GzipFile) -> None:
    with _process(command, stdin=subprocess.PIPE) as process:
        assert process.stdin
        # A pipe breaks when the program has ended; its status says why.
        with suppress(BrokenPipeError):
            shutil.copyfileobj(source, process.stdin, disk.CHUNK_BYTES)
        with suppress(BrokenPipeError):
            process.stdin.close()


@contextmanager
def _process(
    command: list[str], *, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that ends with the block. Raises BackupFailed with its words when it fails."""
    with (
        tempfile.TemporaryFile() as words,
        subprocess.Popen(  # noqa: S603
            command, stdin=stdin, stdout=stdout, stderr=words
        ) as process,
    ):
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        status = process.wait()
        words.seek(0)
        said = words.read().decode(errors="replace").strip()
    if status:
        raise BackupFailed(f"{Path(command[0]).name} failed: {said or status}")
