"""Whether a test has written anything, by the statements that its connection has carried out."""

import re
from typing import Any

from django.db import connection

# Begin a statement that writes no row. Of any other it is taken for granted.
READS = re.compile(r"\s*(?:SELECT|\(*SELECT|SAVEPOINT|RELEASE|BEGIN|DO 0|EXPLAIN)\b", re.I)


class Writes:
    """Listens to the connection of the thread; `count` is that of statements that may write."""

    def __init__(self) -> None:
        self.count = 0

    def listen(self) -> None:
        """Until `close`."""
        connection.execute_wrappers.append(self._see)

    def close(self) -> None:
        """Listen no more."""
        connection.execute_wrappers.remove(self._see)

    def _see(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        # Counted before: what it writes may be seen even if it fails.
        self.count += not READS.match(str(sql))
        return execute(sql, params, many, context)
