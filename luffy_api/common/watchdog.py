"""A thread that acts when something which blocks another thread has taken too long."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Watch:
    """What happens at a deadline (monotonic seconds), and whether it has happened."""

    deadline: float
    act: Callable[[], None]
    fired: bool = False


class Watchdog:
    """Calls `act` of each watch that is still on at its deadline.

    `act` must not block. It is never called after the watch has ended. Where no thread can be
    started nothing is watched: what is waited for needs a longer time limit of its own.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watches: set[Watch] = set()
        self._wakes_at = inf
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self, seconds: float, act: Callable[[], None]) -> Iterator[Watch]:
        """Call `act` unless the block ends within these seconds."""
        watch = self.begin(seconds, act)
        try:
            yield watch
        finally:
            self.end(watch)

    def begin(self, seconds: float, act: Callable[[], None]) -> Watch:
        """Call `act` unless the watch is ended within these seconds, which the caller must do."""
        watch = Watch(time.monotonic() + seconds, act)
        with self._changed:
            self._watches.add(watch)
            if self._thread is None:
                self._start()
            if watch.deadline < self._wakes_at:
                self._wakes_at = watch.deadline
                self._changed.notify()
        return watch

    def end(self, watch: Watch) -> None:
        """From now on it does not act."""
        with self._changed:
            self._watches.discard(watch)

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            # The next watch tries again.
            logger.warning("no watchdog: %s", error)
        else:
            self._thread = thread

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for watch in [each for each in self._watches if each.deadline <= now]:
                    self._watches.discard(watch)
                    watch.fired = True
                    watch.act()
                self._wakes_at = min((each.deadline for each in self._watches), default=inf)
                self._changed.wait(None if self._wakes_at == inf else self._wakes_at - now)


watchdog = Watchdog()
# A forked child inherits no thread, and perhaps a lock that nobody gives back.
os.register_at_fork(after_in_child=watchdog.__init__)  # type: ignore[misc]
