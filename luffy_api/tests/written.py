"""What a test has written, by the statements that its connection has carried out."""

import re
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.db import connection

# Begin a statement that writes no row. Of any other it is taken for granted.
READS = re.compile(r"\s*(?:SELECT|\(*SELECT|SAVEPOINT|RELEASE|BEGIN|DO 0|EXPLAIN)\b", re.I)


class Writes:
    """Listens to the connection of the thread, from `listen` to `close`.

    `count` is that of statements that may write, `tables` are all that they name.
    """

    def __init__(self) -> None:
        self.count = 0
        self.tables: set[str] = set()

    def listen(self) -> None:
        """Until `close`."""
        connection.execute_wrappers.append(self._see)

    def close(self) -> None:
        """Listen no more."""
        connection.execute_wrappers.remove(self._see)

    def _see(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        # Counted before: what it writes may be seen even if it fails.
        if not READS.match(str(sql)):
            self.count += 1
            self.tables |= tables_in(str(sql))
        return execute(sql, params, many, context)


@lru_cache(maxsize=1000)
def tables_in(sql: str) -> frozenset[str]:
    """Those of our models that a statement names."""
    return _tables().intersection(re.findall(r"\w+", sql))


@cache
def _tables() -> frozenset[str]:
    models = apps.get_models(include_auto_created=True)
    return frozenset(model._meta.db_table for model in models)
