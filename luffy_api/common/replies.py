"""What becomes of statements whose results are wanted later, so that they travel with the next one.

Where the database takes several statements at once (`common.mysql`) that saves a round trip.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.db import DatabaseError

# Wrappers of statements that look at nothing but the time: one that is not sent yet takes none.
TIMERS: set[Callable[..., Any]] = set()


class UnexpectedRows(DatabaseError):
    """A statement has found another number of rows than whoever sent it knew that it finds."""


class Reply:
    """What a statement has found, as soon as the next one is back."""

    def __init__(
        self, convert: Callable[[Sequence[Any]], Any] = tuple, *, expected: int | None = None
    ) -> None:
        self._convert, self.expected = convert, expected
        self._rows: Sequence[Sequence[Any]] | None = None
        self._count = 0

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows of a SELECT."""
        return [tuple(self._convert(row)) for row in self._known()]

    @property
    def count(self) -> int:
        """How many rows it has found, or written."""
        self._known()
        return self._count

    def _known(self) -> Sequence[Sequence[Any]]:
        if self._rows is None:
            raise RuntimeError("no statement after this one has been carried out yet")
        return self._rows

    def take(self, cursor: Any) -> None:
        """Read the result at which a cursor stands. Raises UnexpectedRows."""
        self._rows = cursor.fetchall() if cursor.description else ()
        self._count = cursor.rowcount
        if self.expected is not None and cursor.rowcount != self.expected:
            raise UnexpectedRows(f"{cursor.rowcount} rows instead of {self.expected}")


def may_travel(connection: Any) -> bool:
    """Whether this database takes several statements at once, now.

    It connects first: only the server says that it is a node of a cluster.
    """
    if not getattr(connection, "may_queue", False):
        return False
    connection.ensure_connection()
    return bool(connection.may_queue)


def together(connection: Any) -> AbstractContextManager[None]:
    """One round trip for what the block sends outside of a transaction, where it `may_travel`.

    Each statement is a transaction of its own. Replies are known behind the block.
    """
    block: AbstractContextManager[None] = connection.together()
    return block


def send_later(
    connection: Any, sql: str, params: Sequence[Any], reply: Reply | None = None
) -> None:
    """Carry out a statement of a transaction together with the next one, where that can be."""
    if send := getattr(connection, "send_later", None):
        send(sql, params, reply)
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if reply:
            reply.take(cursor)
