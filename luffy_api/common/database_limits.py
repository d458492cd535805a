"""How long requests and tasks wait for the database.

A request waits STATEMENT_SECONDS for one statement, and one of the API no longer for all of its
statements together, so that no repetition multiplies the wait. What came too late once is not tried
again in the same request. Commands and migrations are not limited here: their statements may take
an hour.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

# The client has its 503 within five seconds, on a busy machine too.
STATEMENT_SECONDS = 3.5
# A worker of the runner must not be lost to a connection that has become silent.
TASK_STATEMENT_SECONDS = 60.0
# The beginning of a statement does not count for the total: on a busy machine a thread waits so
# long for the processor, and fifty clicks on one button wait for each other.
UNCOUNTED_SECONDS = 0.05
# With less there is no use in beginning.
MIN_SECONDS = 0.1


class DatabaseTimeout(OperationalError):
    """The time is used up, or the database is known to be silent: nothing was sent."""


@dataclass
class Allowance:
    """Seconds for one statement, and what is left for all of them."""

    statement: float
    left: float = inf

    def take(self) -> float:
        """How many seconds the next statement may take. Raises DatabaseTimeout."""
        if self.left < MIN_SECONDS:
            raise DatabaseTimeout("no time is left for the database")
        return min(self.statement, self.left)

    def spend(self, seconds: float, *, timed_out: bool) -> None:
        """Count what a statement took; nothing is left after one that took too long."""
        counted = max(0, seconds - UNCOUNTED_SECONDS)
        self.left = 0 if timed_out else self.left - counted


_current: ContextVar[Allowance | None] = ContextVar("database_allowance", default=None)


def current() -> Allowance | None:
    """The limits of this request or task; None in a command."""
    return _current.get()


@contextmanager
def limited(allowance: Allowance) -> Iterator[None]:
    """Statements of the block take no longer than that."""
    token = _current.set(allowance)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """All statements of the block together take no longer, nor than they would without it."""
    outer = current() or Allowance(STATEMENT_SECONDS)
    with limited(Allowance(outer.statement, min(outer.left, seconds))):
        yield


class DatabaseLimitsMiddleware:
    """Limits every request.

    Pages of the back office have no limit for all statements together: an import has many.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_api = request.path_info.startswith("/api/")
        with limited(Allowance(STATEMENT_SECONDS, STATEMENT_SECONDS if is_api else inf)):
            return self.get_response(request)
