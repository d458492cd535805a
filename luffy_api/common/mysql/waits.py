"""One wait for the server, which lasts no longer than the request may wait."""

import time
from contextlib import AbstractContextManager
from math import inf
from types import TracebackType
from typing import TYPE_CHECKING

from django.db.backends.mysql import base

from luffy_api.common import database_limits
from luffy_api.common.mysql.silence import silence_of
from luffy_api.common.watchdog import Watch, watchdog

if TYPE_CHECKING:
    from luffy_api.common.mysql.base import DatabaseWrapper

OperationalError = base.Database.OperationalError  # type: ignore[attr-defined]


class Wait(AbstractContextManager["Wait"]):
    """The block may wait for `seconds`: those of the allowance, without one `longest`.

    Raises DatabaseTimeout. A class, since a generator takes twice as long, in every statement.
    """

    def __init__(self, database: "DatabaseWrapper", longest: float = inf) -> None:
        self._database = database
        self._silence = silence_of(database.alias)
        self._allowance = database_limits.current()
        self.seconds = longest
        if self._allowance:
            self.seconds = min(longest, self._allowance.take(), self._silence.limit())
        self._watch: Watch | None = None
        self._began = time.monotonic()

    def __enter__(self) -> "Wait":
        line = self._database.line
        if line and self.seconds != inf:
            self._watch = watchdog.begin(self.seconds, line.shut_down)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._watch:
            watchdog.end(self._watch)
        timed_out = bool(self._watch and self._watch.fired)
        if isinstance(error, OperationalError):
            timed_out = timed_out or self._could_not_connect()
            self._database.note(error)
        self._count(timed_out=timed_out)

    def _could_not_connect(self) -> bool:
        """While it connects there is no line that could be shut down."""
        connecting = self._database.line is None
        return connecting and time.monotonic() - self._began >= min(1, self.seconds)

    def _count(self, *, timed_out: bool) -> None:
        now = time.monotonic()
        if line := self._database.line:
            line.last_used = now
        if timed_out:
            self._silence.note_timeout(began=self._began)
        else:
            self._silence.note_answer()
        if self._allowance:
            self._allowance.spend(now - self._began, timed_out=timed_out)
