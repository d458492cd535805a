"""Cursors that wait no longer than the allowance, and send what is queued with a statement."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, InterfaceError
from django.db.backends.mysql import base
from MySQLdb.cursors import Cursor  # type: ignore[import-untyped]

from luffy_api.common.database_errors import DEADLOCK, code_of
from luffy_api.common.replies import Reply, UnexpectedRows
from luffy_api.common.transactions import repeat

if TYPE_CHECKING:
    from luffy_api.common.mysql.base import DatabaseWrapper

OperationalError = base.Database.OperationalError  # type: ignore[attr-defined]

Statement = tuple[str, Sequence[Any] | None, Reply | None]
NO_STATEMENT = "DO 0"
LAST = object()


class Texts:
    """Statements that were sent together; they become one text for those who read it."""

    def __init__(self, queue: Sequence[Statement]) -> None:
        self._queue = tuple(queue)

    def __str__(self) -> str:
        return "; ".join(sql for sql, _, _ in self._queue)


class DriverCursor(Cursor):  # type: ignore[misc]
    """The driver's cursor, which asks for further results only where there are some.

    Each such call gives the interpreter's lock away, and the other threads of a server take it.
    """

    def _discard(self) -> None:
        """Hook of the driver: before each statement, and in the end."""
        if self._result or (self.connection and self.connection.more_results()):
            super()._discard()
            return
        self.description = self.description_flags = self.rownumber = None
        self._rows = None


class LimitedCursor(base.CursorWrapper):
    """A cursor that waits no longer than the allowance. The driver fetches all rows at once."""

    def __init__(self, cursor: Any, database: "DatabaseWrapper") -> None:
        super().__init__(cursor)
        self._database = database

    def execute(self, query: Any, args: Any = None) -> Any:
        """DB-API. A statement that is a transaction by itself is repeated like one."""
        if self._database.is_alone:
            return repeat(
                lambda: self._execute(query, args),
                OperationalError,
                name="a statement",
                codes={DEADLOCK},
            )
        return self._execute(query, args)

    def execute_queue(self) -> None:
        """What is queued, and nothing else; a transaction by itself is repeated like one."""
        *queue, (sql, params, last) = self._database.take_queue()
        repeat(
            lambda: self._execute(sql, params, queue),
            OperationalError,
            name="a statement",
            codes={DEADLOCK},
        )
        if last:
            last.take(self.cursor)

    def _execute(self, query: Any, args: Any, queue: Sequence[Statement] = ()) -> Any:
        with self._database.waiting():
            if queue := queue or self._database.take_queue():
                return self._execute_after(queue, query, args)
            return super().execute(query, args)

    def executemany(self, query: Any, args: Any) -> Any:
        """DB-API."""
        with self._database.waiting():
            if queue := self._database.take_queue():
                self._execute_after(queue, NO_STATEMENT, None)
            return super().executemany(query, args)

    def _execute_after(self, queue: Sequence[Statement], query: Any, args: Any) -> Any:
        """The queued statements and this one together; the result is that of this one.

        The server stops at the first that fails. That is raised here, whichever it was.
        """
        driver = self.cursor.connection
        texts = [as_text(driver, sql, params) for sql, params, _ in queue]
        result = super().execute(b"; ".join([*texts, as_text(driver, query, args)]))
        replies = [reply for _, _, reply in queue]
        wrong: UnexpectedRows | None = None
        for reply, following in zip(replies, [*replies[1:], LAST], strict=True):
            try:
                if reply:
                    reply.take(self.cursor)
            except UnexpectedRows as error:
                wrong = wrong or error  # the rest has to be read nevertheless
            result = self._next_result(is_wanted=following is not None)
        if wrong:
            raise wrong
        return result

    def _next_result(self, *, is_wanted: bool) -> Any:
        try:
            more = self.cursor.nextset() if is_wanted else _pass_over(self.cursor.connection)
        except OperationalError as error:
            if code_of(error) in self.codes_for_integrityerror:
                raise IntegrityError(*error.args) from error
            raise
        if more is None:
            raise InterfaceError("the server has answered fewer statements than it was sent")
        return self.cursor.rowcount


def _pass_over(driver: Any) -> bool | None:
    """Read the next result, which nobody wants, in a third of the time; None for none."""
    if driver.next_result() == -1:
        return None
    if driver.field_count():
        driver.store_result()
    return True


def as_text(driver: Any, sql: str, params: Sequence[Any] | None) -> bytes:
    """A statement as the driver would send it. Most parameters are numbers, or nothing."""
    text = sql.encode()
    if params is None:
        return text
    literal = driver.literal
    values = [
        b"%d" % each if type(each) is int else b"NULL" if each is None else literal(each)
        for each in params
    ]
    return text % tuple(values)
