"""SQLite: copies by its online backup, put in place by a rename."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from luffy_api.apps.home.backups import disk
from luffy_api.apps.home.backups.numbering import GAP
from luffy_api.apps.home.exceptions import BackupFailed

TIMEOUT_SECONDS = 20
ALL_PAGES = -1
WAL, SHARED_MEMORY = "-wal", "-shm"
NUMBERED = "type = 'table' AND sql LIKE '%AUTOINCREMENT%'"


class SqliteDatabase:
    """A file."""

    vendor = "sqlite"
    file_name = "database.sqlite3"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self.path = Path(connection.settings_dict["NAME"])

    def save(self, target: Path) -> dict[str, int]:
        """All pages in one step: a reader of WAL sees one moment and holds up no writer."""
        disk.write(target, b"")  # for its mode
        with _failures(f"{self.path} could not be copied"):
            with closing(_open(self.path)) as source, closing(sqlite3.connect(target)) as copy:
                source.backup(copy, pages=ALL_PAGES)
                copy.execute("PRAGMA journal_mode=DELETE")
                _require_sound(copy, self.path)
                counts = _counts(copy)
            with target.open("rb") as file:
                os.fsync(file.fileno())
        return counts

    def aside(self, stamp: str) -> Path:
        """Beside the database: a link needs the same file system."""
        return self.path.with_name(f"{self.path.name}.before-restore-{stamp}")

    def is_empty(self) -> bool:
        """A missing file is empty, and so is one without tables; a damaged one is not."""
        if not self.path.exists():
            return True
        try:
            with closing(_open(self.path)) as database:
                return not database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except sqlite3.Error:
            return False

    def require_unused(self) -> None:
        """Only the sole connection can leave WAL, which also brings all of it into one file."""
        self._connection.close()
        if not self.path.exists():
            return
        try:
            with closing(_open(self.path, timeout=1)) as database:
                database.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise BackupFailed(f"{self.path} is in use: stop the shop first.") from error
        except sqlite3.DatabaseError:
            return  # damaged, which is why it is replaced

    def replace(self, source: Path, *, aside: Path | None) -> None:
        """The last step is a rename: before it the old database is there, after it the new one."""
        new = self.path.with_name(f"{self.path.name}.restoring")
        with _failures(f"{self.path} could not be replaced"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new.unlink(missing_ok=True)
            disk.copy(source, new)
            _reserve_numbers(new)
            self._keep(aside)
            new.replace(self.path)
            disk.sync(self.path.parent)

    def _keep(self, aside: Path | None) -> None:
        """Link the present file, and what a damaged one has left in its WAL, to `aside`.

        A WAL that stayed would be read into the new database.
        """
        for suffix in ("", WAL):
            present = self.path.with_name(self.path.name + suffix)
            if aside and present.exists():
                with suppress(FileExistsError):
                    os.link(present, aside.with_name(aside.name + suffix))
        for suffix in (WAL, SHARED_MEMORY):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


@contextmanager
def _failures(what: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, shutil.Error) as error:
        raise BackupFailed(f"{what}: {error}.") from error


def _open(path: Path, timeout: float = TIMEOUT_SECONDS) -> sqlite3.Connection:
    """An existing database; autocommit."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None)


def _require_sound(copy: sqlite3.Connection, path: Path) -> None:
    (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise BackupFailed(f"{path} is damaged: {verdict}.")


def _counts(copy: sqlite3.Connection) -> dict[str, int]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
    names = [name for (name,) in copy.execute(f"{query} ESCAPE '\\'")]
    return {name: copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608  # nosec B608


def _reserve_numbers(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE sqlite_sequence SET seq = seq + ?", [GAP])
        database.execute(
            f"INSERT INTO sqlite_sequence (name, seq) SELECT name, ? FROM sqlite_master"  # noqa: S608  # nosec B608
            f" WHERE {NUMBERED} AND name NOT IN (SELECT name FROM sqlite_sequence)",
            [GAP],
        )
