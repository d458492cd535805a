"""Django's engine for SQLite; the SQL of a statement is made ready for the driver once.

Django writes `%s` for a parameter and the driver wants `?`. To look for it with a regular
expression, before each execution, takes as long for a statement of 3 kB, as those of the catalogue
are, as SQLite needs to carry it out.
"""

from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base

MAX_STATEMENTS = 1000
# Bytes. What writes many rows at once is longer, and seldom the same again.
MAX_LENGTH = 16 * 1024


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection."""

    def create_cursor(self, name: Any = None) -> Any:
        """Django's hook."""
        return self.connection.cursor(factory=Cursor)


class Cursor(base.SQLiteCursorWrapper):
    """Django's cursor."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        """Django's hook: the statement as the driver takes it."""
        if param_names is None and len(query) <= MAX_LENGTH:
            return converted(query)
        return str(super().convert_query(query, param_names=param_names))


@lru_cache(MAX_STATEMENTS)
def converted(query: str) -> str:
    """A statement without names of parameters."""
    return str(base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%"))
