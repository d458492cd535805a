"""Looks at dependencies in threads of their own, so that nobody waits for one that hangs."""

import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

# What is wrong, in words without paths, addresses or secrets; blank when nothing is.
Look = Callable[[], str]

# Seconds for which an answer is good.
MAX_AGE = 1.0
TOO_SLOW = "no answer in time"


class Lookout:
    """Looks at one dependency: at most once in MAX_AGE, and never twice at the same time."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._ended.set()
        self._fault = ""
        self._began_at = self._looked_at = float("-inf")

    def begin(self) -> None:
        """Look again, unless that is going on or was done a moment ago."""
        with self._lock:
            now = time.monotonic()
            if not self._ended.is_set() or now - self._looked_at < MAX_AGE:
                return
            self._began_at = now
            name = f"Lookout-{self._look.__name__}"
            self._ended.clear()
            try:
                threading.Thread(target=self._run, name=name, daemon=True).start()
            except RuntimeError as error:
                self._end(str(error))

    def fault(self, *, within: float) -> str:
        """What was seen; TOO_SLOW when looking has already taken so many seconds."""
        left = self._began_at + within - time.monotonic()
        return self._fault if self._ended.wait(max(0, left)) else TOO_SLOW

    def _run(self) -> None:
        try:
            self._end(self._look())
        except Exception as error:
            # Its text may name what strangers should not read, and so may the log.
            self._end(type(error).__name__)

    def _end(self, fault: str) -> None:
        if fault and fault != self._fault:
            logger.error("readyz: %s: %s", self._look.__name__, fault)
        self._fault, self._looked_at = fault, time.monotonic()
        self._ended.set()
