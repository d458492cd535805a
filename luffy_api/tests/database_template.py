"""The tables of the test database: one process of a run migrates, the others copy what it made.

A hundred migrations take six seconds of processor time, a copy takes a tenth of one.
"""

import fcntl
import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.management.commands import migrate
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def migrated_once(connection: BaseDatabaseWrapper, folder: Path) -> Iterator[None]:
    """Within the block `migrate` runs, unless the block of another process with `folder` has ended.

    Then it makes the same tables with the same rows. The block creates and migrates an empty
    database; one process is in it at a time.
    """
    file = folder / f"migrated-{connection.vendor}"
    with (folder / "migrating.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if file.exists():
            copy = lambda *args, **options: _load(connection, file)  # noqa: E731
            with patch.object(migrate.Command, "handle", copy):
                yield
            return
        yield
        _dump(connection, file)


def table_statements(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """By names of the tables of a MariaDB the statements that create them."""
    with connection.cursor() as cursor:
        statements = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SHOW CREATE TABLE `{table}`")
            statements[table] = cursor.fetchone()[1]
        return statements


def _dump(connection: BaseDatabaseWrapper, file: Path) -> None:
    draft = file.with_suffix(".draft")
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(draft)) as copy:
            connection.connection.backup(copy)
    else:
        statements = table_statements(connection)
        rows = {table: _rows(connection, table) for table in statements}
        draft.write_bytes(pickle.dumps((statements, rows)))
    draft.rename(file)


def _load(connection: BaseDatabaseWrapper, file: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(file)) as copy:
            copy.backup(connection.connection)
        return
    # It is our own file.
    statements, rows = pickle.loads(file.read_bytes())  # noqa: S301
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for table, statement in statements.items():
            cursor.execute(statement)
            if found := rows[table]:
                places = ", ".join(["%s"] * len(found[0]))
                cursor.executemany(f"INSERT INTO `{table}` VALUES ({places})", found)  # noqa: S608


def _rows(connection: BaseDatabaseWrapper, table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM `{table}`")  # noqa: S608
        return list(cursor.fetchall())
