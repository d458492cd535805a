"""Logs statements that take longer than SLOW_QUERY_SECONDS, with their SQL and no parameter."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from luffy_api.common.replies import TIMERS
from luffy_api.common.routes import route_of

logger = logging.getLogger("luffy.slow_query")

MAX_LENGTH = 2000
# Seconds in which a process logs the same statement of the same place once, and how many it knows.
REPEAT_AFTER = 60.0
MAX_KNOWN = 1000

Place = HttpRequest | str

_place: ContextVar[Place] = ContextVar("place_of_queries", default="")
_logged: dict[tuple[str, str], float] = {}


@contextmanager
def watched(place: Place) -> Iterator[None]:
    """Watch the statements of a block; `place` is a request, or says what runs."""
    wrappers = connection.execute_wrappers
    if settings.SLOW_QUERY_SECONDS and _watch not in wrappers:
        # First of all, so that whoever adds one for a while takes away their own.
        wrappers.insert(0, _watch)
    token = _place.set(place)
    try:
        yield
    finally:
        _place.reset(token)


def _watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    start = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        seconds = time.perf_counter() - start
        if 0 < settings.SLOW_QUERY_SECONDS <= seconds:
            _log(seconds, str(sql))


TIMERS.add(_watch)


def _log(seconds: float, sql: str) -> None:
    place = _place.get()
    # Only now, since the route of a request is not known before its middleware has run.
    where = route_of(place) if isinstance(place, HttpRequest) else place
    now = time.monotonic()
    if now < _logged.get((where, sql), 0.0):
        return
    if len(_logged) >= MAX_KNOWN:
        _logged.clear()
    _logged[where, sql] = now + REPEAT_AFTER
    fields = {"route": where, "milliseconds": round(seconds * 1000), "sql": sql[:MAX_LENGTH]}
    logger.warning(
        "slow query in %s, %.0fms: %s", where, seconds * 1000, sql[:MAX_LENGTH],
        extra={"fields": fields},
    )  # fmt: skip
