"""Django's engine for MariaDB and MySQL; a request waits no longer than its allowance.

Statements whose results nobody waits for travel with the next one, or with COMMIT: see
`DatabaseWrapper.send_later`.

The driver's own timeouts are set once for a connection, and count each piece of an answer anew. So
a watchdog shuts the line down when the time is over. The driver then raises what it raises for a
lost connection, nobody can read the rest of the answer, and Django opens a new connection.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from math import ceil, inf
from typing import Any

from django.db import OperationalError as DjangoOperationalError
from django.db.backends.mysql import base
from django.db.backends.utils import debug_transaction

from luffy_api.common import database_limits
from luffy_api.common.database_errors import UNDONE, USELESS, code_of
from luffy_api.common.mysql import galera
from luffy_api.common.mysql.collation import INSENSITIVE
from luffy_api.common.mysql.cursors import DriverCursor, LimitedCursor, Statement, Texts
from luffy_api.common.mysql.line import Line
from luffy_api.common.mysql.waits import Wait
from luffy_api.common.replies import TIMERS, Reply, UnexpectedRows
from luffy_api.common.watchdog import watchdog

CONNECT_SECONDS = 5
# For commands and migrations: a statement that rebuilds a large table is silent for long.
COMMAND_STATEMENT_SECONDS = 3600
# For a connection that has been idle for so long the server is asked whether it is still there.
IDLE_SECONDS = 10
# /readyz has 1.3 seconds for the rest, and two in all.
PING_SECONDS = 0.5
BEGIN = "START TRANSACTION"
# Fails with MORE_THAN_ONE_ROW unless the statement before it has found so many.
CHECK = (
    "SELECT 1 FROM DUAL WHERE 1 = (SELECT 1 UNION ALL SELECT 1 FROM DUAL WHERE ROW_COUNT() <> {:d})"
)
MORE_THAN_ONE_ROW = 1242
INSENSITIVE_LOOKUPS = ("iexact", "icontains", "istartswith", "iendswith")


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
    line: Line | None = None
    # Whether the server is a node of a Galera cluster; known since the first connection.
    is_node = False
    _gathers = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue: list[Statement] = []

    def send_later(self, sql: str, params: Sequence[Any], reply: Reply | None = None) -> None:
        """Carry out a statement of a transaction together with the next one, or with COMMIT.

        `reply` has its result as soon as that one is back. When it fails, that one raises the
        error. Each statement that is sent by itself costs a round trip, and a tenth of a
        millisecond on this side.
        """
        if not (self.in_atomic_block or self._gathers) or not self.may_queue:
            with self.cursor() as cursor:
                cursor.execute(sql, params)
                if reply:
                    reply.take(cursor)
            return
        executor: Callable[..., Any] = partial(self._enqueue, reply)
        for wrapper in reversed(self.execute_wrappers):  # as Django's cursor does
            if wrapper not in TIMERS:
                executor = partial(wrapper, executor)
        executor(sql, params, False, {"connection": self, "cursor": None})

    @contextmanager
    def together(self) -> Iterator[None]:
        """Outside of a transaction, carry out what the block queues as one round trip at its end.

        Each statement is a transaction of its own. Only where `may_queue`.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        self._gathers = True
        try:
            yield
            if self.queue:
                self._timed(self._send_queue)
        finally:
            self._gathers = False
            self.queue.clear()

    @property
    def may_queue(self) -> bool:
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
        if self.may_queue:
            self.queue.append((BEGIN, None, None))
            return
        with debug_transaction(self, "BEGIN"):
            self._send(BEGIN)

    def _send(self, sql: str) -> None:
        with self.wrap_database_errors:
            cursor = self.create_cursor()
            cursor.execute(sql)
            cursor.close()

    def _send_queue(self) -> None:
        with self.wrap_database_errors:
            cursor = self.create_cursor()
            cursor.execute_queue()
            cursor.close()

    def _timed(self, send: Callable[[], None]) -> None:
        """Send what is queued; who times statements sees them as one."""
        executor: Callable[..., Any] = lambda *_: send()  # noqa: E731
        for wrapper in self.execute_wrappers:
            if wrapper in TIMERS:
                executor = partial(wrapper, executor)
        executor(Texts(self.queue), None, False, {"connection": self, "cursor": None})

    def connect(self) -> None:
        """Open it; one that could not be set up to the end is not used."""
        try:
            super().connect()
        except BaseException:
            self.close()
            raise

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Django's hook."""
        with self.waiting(CONNECT_SECONDS) as wait:
            limits = _limits(conn_params["init_command"])
            limits["connect_timeout"] = max(1, int(wait.seconds))  # the driver takes whole ones
            connection = super().get_new_connection({**conn_params, **limits})
        self.line = Line(connection.fileno())
        with self.waiting(CONNECT_SECONDS):
            self.is_node = galera.join(connection, address=self._address)
        return connection

    @property
    def _address(self) -> tuple[str, str]:
        return self.settings_dict["HOST"], self.settings_dict["PORT"]

    def create_cursor(self, name: Any = None) -> Any:
        """Django's hook."""
        return LimitedCursor(self.connection.cursor(DriverCursor), self)

    @property
    def is_alone(self) -> bool:
        """Whether the next statement carries its own COMMIT."""
        return self.autocommit and not self.in_atomic_block

    def is_usable(self) -> bool:
        """Whether the connection works: usually to be seen without asking the server."""
        line = self.line
        if line is None or line.has_ended():
            return False
        if line.idle_seconds < IDLE_SECONDS and not self.errors_occurred:
            return True
        allowance = database_limits.current()
        seconds = min(PING_SECONDS, allowance.left / 2) if allowance else PING_SECONDS
        began = time.monotonic()
        with watchdog.watching(seconds, line.shut_down):
            usable = bool(super().is_usable())
        if allowance:
            allowance.spend(time.monotonic() - began, timed_out=False)
        return usable

    def _commit(self) -> None:
        if self.queue == [(BEGIN, None, None)]:
            self.queue.clear()
        elif self.queue:
            self.queue = list(_with_checks(self.queue))
            with debug_transaction(self, "COMMIT") if self.queries_logged else nullcontext():
                self._timed(self._send_commit)
        else:
            with self.waiting():
                super()._commit()  # type: ignore[misc]

    def _send_commit(self) -> None:
        """Raises UnexpectedRows: then the server has carried out nothing behind that statement."""
        try:
            self._send("COMMIT")
        except DjangoOperationalError as error:
            if code_of(error) == MORE_THAN_ONE_ROW:
                raise UnexpectedRows("another number of rows than expected") from error
            raise

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
        line, self.line = self.line, None
        self.queue.clear()
        try:
            super()._close()  # type: ignore[misc]
        finally:
            if line:
                line.close()

    def waiting(self, longest: float = inf) -> Wait:
        """A block that may wait for the server. Raises DatabaseTimeout."""
        return Wait(self, longest)

    def note(self, error: Exception) -> None:
        """The driver has raised an OperationalError."""
        if self.line and code_of(error) in USELESS:
            self.line.shut_down()
        if self.in_atomic_block and code_of(error) in UNDONE:
            # The transaction is over: what followed would be committed by itself.
            self.needs_rollback = True


def _with_checks(queue: Sequence[Statement]) -> Iterator[Statement]:
    """Behind each statement that must have found a number of rows a question that fails if not."""
    for statement in queue:
        yield statement
        _, _, reply = statement
        if reply and reply.expected is not None:
            yield CHECK.format(reply.expected), None, None


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
