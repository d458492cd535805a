"""The task queue in an SQLite file, for shops without Redis."""

import sqlite3
from functools import partial

from huey import Huey
from huey.storage import SqliteStorage


class QueueStorage(SqliteStorage):  # type: ignore[misc]
    """huey's SQLite storage, without an fsync for each task.

    A power cut may take the last tasks, which no part of the shop relies on; unlike with
    `fsync=False` it cannot damage the file (WAL mode with synchronous=NORMAL).
    """

    def _create_connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = super()._create_connection()
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection


SqliteHuey = partial(Huey, storage_class=QueueStorage)
