"""What migrations put into the test database, given back after each test with transactions.

Django empties all tables after such a test and then creates content types and permissions anew,
which takes longer than most tests; other rows of migrations, such as the groups of the roles,
are lost. Here tables that were empty are emptied and the others get back the very same rows.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Self

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from luffy_api.common.transactions import retry_deadlocks

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Baseline:
    """The rows of every table of a model right after the migrations, as the driver reads them."""

    connection: BaseDatabaseWrapper
    rows: dict[str, Rows]

    @classmethod
    def of(cls, connection: BaseDatabaseWrapper) -> Self:
        """Read a database that holds nothing else yet."""
        names = connection.introspection.django_table_names(only_existing=True)
        return cls(connection, {name: _read(connection, name) for name in names})

    @retry_deadlocks
    def restore(self) -> None:
        """Undo whatever was written since, by any connection.

        A job of a shop that is still running may write meanwhile and let MariaDB undo this.
        """
        with self._any_order(), transaction.atomic(self.connection.alias):
            filled = self._filled()
            for name, rows in self.rows.items():
                changed = _read(self.connection, name) != rows if rows else name in filled
                if changed:
                    self._replace(name)

    def _any_order(self) -> AbstractContextManager[None]:
        """A table may be emptied before those that point to it.

        SQLite looks at the end of a transaction, and would compile every statement anew whenever
        the checks are switched.
        """
        if self.connection.features.can_defer_constraint_checks:
            return nullcontext()
        return self.connection.constraint_checks_disabled()

    def _quote(self, name: str) -> str:
        return self.connection.ops.quote_name(name)

    def _filled(self) -> set[str]:
        """The tables that hold anything, in one query: most tests write to a few of them."""
        query = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {self._quote(name)})"  # noqa: S608
            for name in self.rows
        )
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return {name for (name,) in cursor.fetchall()}

    def _replace(self, name: str) -> None:
        with self.connection.cursor() as cursor:
            table = self._quote(name)
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
            if rows := self.rows[name]:
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608


def _read(connection: BaseDatabaseWrapper, name: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)} ORDER BY 1")  # noqa: S608
        return list(cursor.fetchall())
