"""One process at a time brings a database up to date, on whatever machines they run."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from luffy_api.common.mysql import cluster_lock

NAME = "luffy-migrate"
# A process that migrates a large table may take long; the others have nothing to serve before.
MAX_SECONDS = 1800
PAUSE_SECONDS = 0.2


class MigrationLockTimeout(Exception):
    """Another process has been migrating for MAX_SECONDS."""


@contextmanager
def migration_lock(
    connection: BaseDatabaseWrapper, *, on_wait: Callable[[], None], seconds: float = MAX_SECONDS
) -> Iterator[None]:
    """Hold the lock of this database; it ends with the process at the latest.

    On MariaDB it is an advisory lock of the server, in a cluster a row (mysql/cluster_lock.py); on
    SQLite a lock of a file beside the database. `on_wait` is called once if somebody else holds it.
    Raises MigrationLockTimeout.
    """
    with _lock(connection) as try_to_take:
        deadline = time.monotonic() + seconds
        waiting = False
        while not try_to_take():
            if not waiting:
                waiting = True
                on_wait()
            if time.monotonic() > deadline:
                raise MigrationLockTimeout
            time.sleep(PAUSE_SECONDS)
        yield


def _lock(connection: BaseDatabaseWrapper) -> AbstractContextManager[Callable[[], bool]]:
    if connection.vendor == "sqlite":
        return _file_lock(connection)
    connection.ensure_connection()
    # One server may hold several shops.
    name = f"{NAME}-{connection.settings_dict['NAME']}"[:64]
    if getattr(connection, "is_node", False):
        return cluster_lock.held(connection, name)
    return _server_lock(connection, name)


@contextmanager
def _file_lock(connection: BaseDatabaseWrapper) -> Iterator[Callable[[], bool]]:
    database = Path(connection.settings_dict["NAME"])
    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(f"{database.name}.migrating").open("w") as file:

        def take() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield take


@contextmanager
def _server_lock(connection: BaseDatabaseWrapper, name: str) -> Iterator[Callable[[], bool]]:
    """On a connection of its own: migrations may close theirs, and with it the lock."""
    own = connection.copy()
    try:

        def take() -> bool:
            with own.cursor() as cursor:
                cursor.execute("SELECT GET_LOCK(%s, 0)", [name])
                return bool(cursor.fetchone()[0])

        yield take
    finally:
        own.close()
