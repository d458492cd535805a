"""Django's engine for MariaDB and MySQL; a request waits no longer than its allowance.

Statements whose results nobody waits for travel with the next one, or with COMMIT: see
`DatabaseWrapper.send_later`.

The driver's own timeouts are set once for a connection, and count each piece of an answer anew. So
a watchdog shuts the line down when the time is over. The driver then raises what it raises for a
lost connection, nobody can read the rest of the answer, and Django opens a new connection.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from math import ceil, inf
from typing import Any

from django.db import IntegrityError, InterfaceError
from django.db.backends.mysql import base
from django.db.backends.utils import debug_transaction

from luffy_api.common import database_limits
from luffy_api.common.database_errors import DEADLOCK, UNDONE, USELESS, code_of
from luffy_api.common.database_limits import Allowance
from luffy_api.common.mysql import galera
from luffy_api.common.mysql.collation import INSENSITIVE
from luffy_api.common.mysql.line import Line
from luffy_api.common.mysql.silence import silence_of
from luffy_api.common.replies import Reply, UnexpectedRows
from luffy_api.common.transactions import repeat
from luffy_api.common.watchdog import Watch, watchdog

OperationalError = base.Database.OperationalError  # type: ignore[attr-defined]

CONNECT_SECONDS = 5
# For commands and migrations: a statement that rebuilds a large table is silent for long.
COMMAND_STATEMENT_SECONDS = 3600
# For a connection that has been idle for so long the server is asked whether it is still there.
IDLE_SECONDS = 10
# /readyz has 1.3 seconds for the rest, and two in all.
PING_SECONDS = 0.5
BEGIN = "START TRANSACTION"
Statement = tuple[str, Sequence[Any] | None, Reply | None]
NO_STATEMENT = "DO 0"
INSENSITIVE_LOOKUPS = ("iexact", "icontains", "istartswith", "iendswith")


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

    def _execute(self, query: Any, args: Any) -> Any:
        with self._database.waiting():
            if self._database.queue:
                return self._execute_after_queue(query, args)
            return super().execute(query, args)

    def executemany(self, query: Any, args: Any) -> Any:
        """DB-API."""
        with self._database.waiting():
            if self._database.queue:
                self._execute_after_queue(NO_STATEMENT, None)
            return super().executemany(query, args)

    def _execute_after_queue(self, query: Any, args: Any) -> Any:
        """The queued statements and this one together; the result is that of this one.

        The server stops at the first that fails. That is raised here, whichever it was.
        """
        queue = self._database.take_queue()
        texts = [self.cursor.mogrify(sql, params).encode() for sql, params, _ in queue]
        result = super().execute(b"; ".join([*texts, self.cursor.mogrify(query, args).encode()]))
        wrong: UnexpectedRows | None = None
        for _, _, reply in queue:
            try:
                if reply:
                    reply.take(self.cursor)
            except UnexpectedRows as error:
                wrong = wrong or error  # the rest has to be read nevertheless
            result = self._next_result()
        if wrong:
            raise wrong
        return result

    def _next_result(self) -> Any:
        try:
            more = self.cursor.nextset()
        except OperationalError as error:
            if code_of(error) in self.codes_for_integrityerror:
                raise IntegrityError(*error.args) from error
            raise
        if more is None:
            raise InterfaceError("the server has answered fewer statements than it was sent")
        return self.cursor.rowcount


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection."""

    # Columns compare exactly; what ignores case says so itself.
    operators = {
        **base.DatabaseWrapper.operators,
        **dict.fromkeys(INSENSITIVE_LOOKUPS, f"LIKE %s COLLATE {INSENSITIVE}"),
    }
    pattern_ops = {
        name: f"{pattern} COLLATE {INSENSITIVE}" if name in INSENSITIVE_LOOKUPS else pattern
        for name, pattern in base.DatabaseWrapper.pattern_ops.items()
    }
    _line: Line | None = None
    # Whether the server is a node of a Galera cluster; known since the first connection.
    is_node = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue: list[Statement] = []

    def send_later(self, sql: str, params: Sequence[Any], reply: Reply | None = None) -> None:
        """Carry out a statement of a transaction together with the next one, or with COMMIT.

        `reply` has its result as soon as that one is back. When it fails, that one raises the
        error. Each statement that is sent by itself costs a round trip, and a tenth of a
        millisecond on this side.
        """
        if not self.in_atomic_block or not self._may_queue:
            with self.cursor() as cursor:
                cursor.execute(sql, params)
                if reply:
                    reply.take(cursor)
            return
        executor: Callable[..., Any] = partial(self._enqueue, reply)
        for wrapper in reversed(self.execute_wrappers):  # as Django's cursor does
            executor = partial(wrapper, executor)
        executor(sql, params, False, {"connection": self, "cursor": None})

    @property
    def _may_queue(self) -> bool:
        """Not on a node of a cluster, which may undo a transaction between any two statements.

        Among statements that were sent together nobody is told of that, and the server carries out
        those that follow, each for itself: decision 0034.
        """
        return not self.queries_logged and not self.is_node

    def _enqueue(self, reply: Reply | None, sql: str, params: Sequence[Any], *ignored: Any) -> None:
        self.validate_no_broken_transaction()
        self.queue.append((sql, params, reply))

    def take_queue(self) -> list[Statement]:
        """What is to be sent first; the caller sends it."""
        queue, self.queue = self.queue, []
        return queue

    def _start_transaction_under_autocommit(self) -> None:
        """Django's hook at the beginning of a transaction, which begins with its first statement.

        Without it Django switches autocommit off and on again, two round trips more.
        """
        with debug_transaction(self, "BEGIN"):
            if self._may_queue:
                self.queue.append((BEGIN, None, None))
            else:
                self._send(BEGIN)

    def _send(self, sql: str) -> None:
        with self.wrap_database_errors:
            cursor = self.create_cursor()
            cursor.execute(sql)
            cursor.close()

    def connect(self) -> None:
        """Open it; one that could not be set up to the end is not used."""
        try:
            super().connect()
        except BaseException:
            self.close()
            raise

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Django's hook."""
        with self.waiting(CONNECT_SECONDS) as seconds:
            limits = _limits(conn_params["init_command"])
            limits["connect_timeout"] = max(1, int(seconds))  # the driver takes whole ones
            connection = super().get_new_connection({**conn_params, **limits})
        self._line = Line(connection.fileno())
        with self.waiting(CONNECT_SECONDS):
            self.is_node = galera.join(connection, address=self._address)
        return connection

    @property
    def _address(self) -> tuple[str, str]:
        return self.settings_dict["HOST"], self.settings_dict["PORT"]

    def create_cursor(self, name: Any = None) -> Any:
        """Django's hook."""
        return LimitedCursor(self.connection.cursor(), self)

    @property
    def is_alone(self) -> bool:
        """Whether the next statement carries its own COMMIT."""
        return self.autocommit and not self.in_atomic_block

    def is_usable(self) -> bool:
        """Whether the connection works: usually to be seen without asking the server."""
        line = self._line
        if line is None or line.has_ended():
            return False
        if line.idle_seconds < IDLE_SECONDS and not self.errors_occurred:
            return True
        allowance = database_limits.current()
        seconds = min(PING_SECONDS, allowance.left / 2) if allowance else PING_SECONDS
        began = time.monotonic()
        with self._watched(seconds):
            usable = bool(super().is_usable())
        if allowance:
            allowance.spend(time.monotonic() - began, timed_out=False)
        return usable

    def _commit(self) -> None:
        if self.queue == [(BEGIN, None, None)]:
            self.queue.clear()
        elif self.queue:
            # What a statement must have found has to be known before.
            if any(reply for _, _, reply in self.queue):
                self._send(NO_STATEMENT)
            with debug_transaction(self, "COMMIT"):
                self._send("COMMIT")
        else:
            with self.waiting():
                super()._commit()  # type: ignore[misc]

    def _rollback(self) -> None:
        if (BEGIN, None, None) in self.take_queue():
            return
        with self.waiting():
            super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self.queue.clear()  # what was queued before the savepoint was sent with it
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _set_autocommit(self, autocommit: bool) -> None:
        if self.connection.get_autocommit() == autocommit:
            return  # after a transaction, for example
        with self.waiting():
            super()._set_autocommit(autocommit)  # type: ignore[misc]

    def _close(self) -> None:
        line, self._line = self._line, None
        self.queue.clear()
        try:
            super()._close()  # type: ignore[misc]
        finally:
            if line:
                line.close()

    @contextmanager
    def waiting(self, longest: float = inf) -> Iterator[float]:
        """Seconds that the block may wait for the server; without an allowance `longest`.

        Raises DatabaseTimeout.
        """
        allowance = database_limits.current()
        seconds = longest
        if allowance:
            seconds = min(longest, allowance.take(), silence_of(self.alias).limit())
        began = time.monotonic()
        with self._watched(seconds) as watch:
            try:
                yield seconds
            except OperationalError as error:
                # While it connects there is no line that could be shut down.
                connecting = self._line is None
                watch.fired |= connecting and time.monotonic() - began >= min(1, seconds)
                self._note(error)
                raise
            finally:
                self._count(allowance, began, timed_out=watch.fired)

    def _note(self, error: Exception) -> None:
        if self._line and code_of(error) in USELESS:
            self._line.shut_down()
        if self.in_atomic_block and code_of(error) in UNDONE:
            # The transaction is over: what followed would be committed by itself.
            self.needs_rollback = True

    def _watched(self, seconds: float) -> AbstractContextManager[Watch]:
        if self._line is None or seconds == inf:
            return nullcontext(Watch(inf, lambda: None))
        return watchdog.watching(seconds, self._line.shut_down)

    def _count(self, allowance: Allowance | None, began: float, *, timed_out: bool) -> None:
        now = time.monotonic()
        if self._line:
            self._line.last_used = now
        silence = silence_of(self.alias)
        if timed_out:
            silence.note_timeout(began=began)
        else:
            silence.note_answer()
        if allowance:
            allowance.spend(now - began, timed_out=timed_out)


def _limits(init_command: str) -> dict[str, Any]:
    """Options of a connection; requests and tasks have connections of their own threads.

    The server gives up a statement too, so that nothing goes on working for a request that has
    ended: first on a lock, which tells it apart from silence.
    """
    allowance = database_limits.current()
    if allowance is None:
        patience: int = COMMAND_STATEMENT_SECONDS
    else:
        patience = ceil(allowance.statement) + 1
        lock_wait = ceil(allowance.statement * 0.75)
        init_command += f", innodb_lock_wait_timeout={lock_wait}"
        init_command += f" /*M! , max_statement_time={patience} */"  # only MariaDB has it
    return {"init_command": init_command, "read_timeout": patience, "write_timeout": patience}
