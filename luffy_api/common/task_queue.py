"""The task queue: in Redis, or in an SQLite file for shops without Redis.

To queue a task never fails a request: tasks only make prompt what a scheduled job finds anyway.
"""

import logging
import sqlite3
import time
from functools import partial
from typing import Any

from huey.storage import MemoryStorage, RedisStorage, SqliteStorage

from luffy_api.common import database_limits
from luffy_api.common.database_limits import TASK_STATEMENT_SECONDS, Allowance
from luffy_api.common.redis_circuit import SOCKET_TIMEOUT, circuit, connection_pool
from luffy_api.common.task_tracing import TracedHuey

logger = logging.getLogger(__name__)

# Tasks that a process keeps for itself while Redis is away; further ones are dropped.
MAX_KEPT_TASKS = 1000
# Seconds that a worker waits for a task in Redis, and without Redis.
BLOCKING_SECONDS = 1
PAUSE_SECONDS = 0.2


class SqliteQueueStorage(SqliteStorage):  # type: ignore[misc]
    """huey's SQLite storage, without an fsync for each task.

    A power cut may take the last tasks, which no part of the shop relies on; unlike with
    `fsync=False` it cannot damage the file (WAL mode with synchronous=NORMAL).
    """

    def _create_connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = super()._create_connection()
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        """Queue a serialized task; raises nothing because of the file, for example a full disk."""
        try:
            super().enqueue(data, priority)
        except sqlite3.Error as error:
            logger.error("the task queue takes no task: %s", error)


def _with_fallback(name: str) -> Any:
    """The method of that name of RedisStorage, or of MemoryStorage while the circuit is open."""

    def method(self: "RedisQueueStorage", *args: Any, **kwargs: Any) -> Any:
        return circuit.call(
            partial(getattr(RedisStorage, name), self, *args, **kwargs),
            partial(getattr(self._local, name), *args, **kwargs),
        )

    return method


class RedisQueueStorage(RedisStorage):  # type: ignore[misc]
    """huey's Redis storage, which becomes a queue of this process while the circuit is open.

    The runner then works on what its own scheduler queues, so periodic jobs go on. Other processes
    keep MAX_KEPT_TASKS tasks and bring them to Redis when it is back.
    """

    def __init__(self, name: str, url: str) -> None:
        super().__init__(name, connection_pool=connection_pool(url), read_timeout=BLOCKING_SECONDS)
        patience = BLOCKING_SECONDS + SOCKET_TIMEOUT
        self._blocking = self.redis_client(
            connection_pool=connection_pool(url, socket_timeout=patience)
        )
        self._local = MemoryStorage(name)
        circuit.on_recovery(self._bring_back)

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        """Queue a serialized task; raises nothing because of Redis."""
        circuit.call(lambda: self.conn.lpush(self.queue_key, data), lambda: self._keep(data))

    def dequeue(self) -> bytes | None:
        """Return a serialized task, or None after waiting for one."""
        kept: bytes | None = self._local.dequeue()
        return kept or circuit.call(self._wait, partial(time.sleep, PAUSE_SECONDS))

    def _wait(self) -> bytes | None:
        popped: Any = self._blocking.brpop([self.queue_key], timeout=self.read_timeout)
        return popped[1] if popped else None

    def _keep(self, data: bytes) -> None:
        if self._local.queue_size() < MAX_KEPT_TASKS:
            self._local.enqueue(data)

    def _bring_back(self) -> None:
        """Queue in Redis what was kept meanwhile; results of that time are forgotten."""
        self._local.flush_results()
        while (data := self._local.dequeue()) is not None:
            self.enqueue(data)
            if circuit.state().is_open:
                return

    def read_schedule(self, ts: Any) -> list[bytes]:
        """Return what is due, of this process's own schedule too."""
        due: list[bytes] = self._local.read_schedule(ts)
        return [*due, *circuit.call(partial(super().read_schedule, ts), list)]

    add_to_schedule = _with_fallback("add_to_schedule")
    put_data = _with_fallback("put_data")
    put_if_empty = _with_fallback("put_if_empty")
    has_data_for_key = _with_fallback("has_data_for_key")
    peek_data = _with_fallback("peek_data")
    peek_many = _with_fallback("peek_many")
    pop_data = _with_fallback("pop_data")
    delete_data = _with_fallback("delete_data")
    incr = _with_fallback("incr")
    delete_counter = _with_fallback("delete_counter")


class LimitedHuey(TracedHuey):
    """No statement of a task waits for the database without end."""

    def execute(self, task: Any, timestamp: Any = None) -> Any:
        """Run a task."""
        with database_limits.limited(Allowance(TASK_STATEMENT_SECONDS)):
            return super().execute(task, timestamp)


SqliteHuey = partial(LimitedHuey, storage_class=SqliteQueueStorage)
RedisHuey = partial(LimitedHuey, storage_class=RedisQueueStorage)
