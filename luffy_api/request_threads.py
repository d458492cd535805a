"""The threads of a worker."""

from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any


class RequestThreads:
    """A pool that tells nobody how a call has ended, and so costs less than an Executor.

    A Future, with its lock and its condition, took a tenth of what the worker needs for a request.
    The process does not end before calls that have begun, as with an Executor.
    """

    def __init__(self, count: int, *, name: str) -> None:
        self._calls: SimpleQueue[tuple[Callable[[Any], None], Any] | None] = SimpleQueue()
        self._count = count
        for number in range(count):
            Thread(target=self._work, name=f"{name}_{number}").start()

    def submit(self, function: Callable[[Any], None], argument: Any) -> None:
        """Have a thread call it; what it raises is lost."""
        self._calls.put((function, argument))

    def shutdown(self, wait: bool = False) -> None:
        """Threads end after what was submitted before; nobody waits. Must be called in any case."""
        for _ in range(self._count):
            self._calls.put(None)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            function, argument = call
            # A thread that ended would be missing, and SystemExit ends nothing but a request.
            with suppress(BaseException):
                function(argument)
            # Not to keep a connection until the next call.
            del call, function, argument
