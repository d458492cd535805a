"""Copies of a database of either kind: taken while it is written to, and put in its place."""

from pathlib import Path
from typing import Protocol

from django.db import connection

from luffy_api.apps.home.backups.mariadb import MariadbDatabase
from luffy_api.apps.home.backups.sqlite import SqliteDatabase


class Database(Protocol):
    """The database of the shop. Everything raises BackupFailed when it cannot be done."""

    vendor: str
    file_name: str  # of a copy

    def save(self, target: Path) -> dict[str, int]:
        """Write a copy of one moment to a new file; the rows of its tables.

        Tables whose rows could not be counted are left out.
        """

    def aside(self, stamp: str) -> Path:
        """Where `replace` can keep what was there."""

    def is_empty(self) -> bool:
        """Whether it has no table, or only those of a restore that did not come to its end."""

    def require_unused(self) -> None:
        """Raise BackupFailed while another process is connected."""

    def replace(self, source: Path, *, aside: Path | None) -> None:
        """Put a copy in its place; what was there is kept in a new file `aside`.

        Numbers of new rows begin well after those of the copy: see `numbering.GAP`.
        """


def database() -> Database:
    """That of the settings."""
    if connection.vendor == SqliteDatabase.vendor:
        return SqliteDatabase(connection)
    return MariadbDatabase(connection)
