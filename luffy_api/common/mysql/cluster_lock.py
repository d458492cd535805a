"""A lock that holds for every node of a Galera cluster, where GET_LOCK knows its own node only.

It is a row with a unique name, so that of two nodes one inserts it. Whoever has it counts up
`heartbeat`; when nobody has done so for TIMEOUT_SECONDS, the owner has died, and another process
takes over. A change of a table's definition stops all writes of the cluster, those heartbeats too.
So who waits writes as well, and a while in which its own writes did not get through counts nothing.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import Error, IntegrityError
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

TABLE = "luffy_cluster_lock"
HEARTBEAT_SECONDS = 3.0
TIMEOUT_SECONDS = 30.0
# A write takes longer only where something else stops it.
PROMPT_SECONDS = 1.0


@contextmanager
def held(connection: BaseDatabaseWrapper, name: str) -> Iterator[Callable[[], bool]]:
    """Yield what tries to take the lock; at the end it is free again.

    Its table is made by this module, since migrations are made under the lock.
    """
    own = connection.copy()
    lock = _Lock(own, name)
    try:
        lock.create_table()
        yield lock.take
    finally:
        try:
            lock.give_back()
        finally:
            own.close()


class _Lock:
    def __init__(self, connection: BaseDatabaseWrapper, name: str) -> None:
        self._connection, self._name, self._me = connection, name, uuid4().hex
        self._seen: tuple[str, int] | None = None
        self._unchanged_since = 0.0
        self._sender: threading.Thread | None = None
        self._over = threading.Event()

    def create_table(self) -> None:
        """Two nodes may do it at once: it is the same everywhere."""
        self._execute(
            f"CREATE TABLE IF NOT EXISTS {TABLE}"
            " (name VARCHAR(64) PRIMARY KEY, owner CHAR(32) NOT NULL, heartbeat BIGINT NOT NULL)"
        )

    def take(self) -> bool:
        """Whether this process has it now."""
        taken = self._insert(self._name) or self._take_over()
        if taken:
            self._sender = threading.Thread(target=self._send_heartbeats, daemon=True)
            self._sender.start()
        return taken

    def give_back(self) -> None:
        """Delete what this process has written."""
        self._over.set()
        if self._sender:
            self._sender.join()
        self._execute(f"DELETE FROM {TABLE} WHERE owner = %s", self._me)  # noqa: S608  # nosec B608

    def _insert(self, name: str) -> bool:
        statement = f"INSERT INTO {TABLE} VALUES (%s, %s, 0)"  # noqa: S608  # nosec B608
        try:
            self._execute(statement, name, self._me)
        except IntegrityError:
            return False
        return True

    def _take_over(self) -> bool:
        """From one that is silent, although writes get through."""
        is_prompt = self._write_something()
        with self._connection.cursor() as cursor:
            cursor.execute(
                f"SELECT owner, heartbeat FROM {TABLE} WHERE name = %s",  # noqa: S608  # nosec B608
                [self._name],
            )
            seen = cursor.fetchone()
        now = time.monotonic()
        if not is_prompt or seen != self._seen:
            self._seen, self._unchanged_since = seen, now
        if seen is None or now - self._unchanged_since < TIMEOUT_SECONDS:
            return False
        logger.warning("the owner of %s has been silent, taking over", self._name)
        return bool(
            self._execute(
                f"UPDATE {TABLE} SET owner = %s, heartbeat = 0"  # noqa: S608  # nosec B608
                " WHERE name = %s AND owner = %s AND heartbeat = %s",
                self._me,
                self._name,
                *seen,
            )
        )

    def _write_something(self) -> bool:
        began = time.monotonic()
        name = f"waits {self._me}"
        if not self._insert(name):
            self._count_up(self._connection, name)
        return time.monotonic() - began < PROMPT_SECONDS

    def _send_heartbeats(self) -> None:
        """In a thread, so with a connection of its own."""
        connection = self._connection.copy()
        while not self._over.wait(HEARTBEAT_SECONDS):
            try:
                if not self._count_up(connection, self._name):
                    logger.error("%s was lost to another process", self._name)
            except Error:
                logger.warning("%s could not be held now", self._name, exc_info=True)
                connection.close()
        connection.close()

    def _count_up(self, connection: BaseDatabaseWrapper, name: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {TABLE} SET heartbeat = heartbeat + 1"  # noqa: S608  # nosec B608
                " WHERE name = %s AND owner = %s",
                [name, self._me],
            )
            return int(cursor.rowcount)

    def _execute(self, statement: str, *values: Any) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)
