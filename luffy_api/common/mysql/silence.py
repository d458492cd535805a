"""Whether a database has fallen silent for this process, so that requests need not wait for it.

Otherwise, of those who queue for a thread, each would wait its full time after those before it.
"""

import threading
import time
from functools import cache
from math import inf

from luffy_api.common.database_limits import DatabaseTimeout

# Seconds that a statement may take while others got no answer.
PROBE_SECONDS = 1.0
# Seconds between two tries.
PAUSE_SECONDS = 0.5
# One may have been slow by itself: after the first that timed out everybody still tries.
CERTAIN = 2


class Silence:
    """Counts statements without an answer since the last one that got one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._unanswered = 0
        self._answered_at = -inf
        self._next_try = -inf

    def limit(self) -> float:
        """Seconds that a statement may take. Raises DatabaseTimeout when another one is trying."""
        if not self._unanswered:
            return inf
        with self._lock:
            now = time.monotonic()
            if self._unanswered >= CERTAIN:
                if now < self._next_try:
                    raise DatabaseTimeout("the database does not answer")
                self._next_try = now + PROBE_SECONDS + PAUSE_SECONDS
        return PROBE_SECONDS

    def note_answer(self) -> None:
        """The server has answered, be it with an error."""
        self._answered_at = time.monotonic()
        self._unanswered = 0

    def note_timeout(self, *, began: float) -> None:
        """A statement timed out that had begun at this monotonic second."""
        with self._lock:
            if self._answered_at < began:
                self._unanswered += 1
                self._next_try = time.monotonic() + PAUSE_SECONDS


@cache
def silence_of(alias: str) -> Silence:
    """That of one database: a replica says nothing about the primary."""
    return Silence()
