"""What every process of the web server does each few seconds, beside its requests.

The runner does the same each minute, in case no process lives that can. So it must not matter how
many do it at the same time.
"""

import atexit
import logging
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread

from django.db import InterfaceError, OperationalError, close_old_connections

from luffy_api.common import database_limits
from luffy_api.common.database_limits import Allowance

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 4.0
# Between two lines of the log about the same job.
LOG_INTERVAL_SECONDS = 60.0

_jobs: list[Callable[[], object]] = []
_at_exit: list[Callable[[], object]] = []
_logged_at: dict[Callable[[], object], float] = {}


def register(job: Callable[[], object], *, at_exit: Callable[[], object] | None = None) -> None:
    """Call `job` every INTERVAL_SECONDS in each process that has called `start`.

    And `at_exit` when such a process ends, unless it is killed.
    """
    _jobs.append(job)
    if at_exit:
        _at_exit.append(at_exit)


def start() -> None:
    """Start the thread of this process, for ever."""
    atexit.register(_do, _at_exit)
    Thread(target=_run, name="background", daemon=True).start()


def run_once() -> None:
    """Do every job; raises nothing."""
    _do(_jobs)


def _do(jobs: Sequence[Callable[[], object]]) -> None:
    for job in jobs:
        try:
            with database_limits.limited(Allowance(database_limits.STATEMENT_SECONDS)):
                job()
        except Exception as error:
            _log(job, error)
        # The next job shall not meet a connection that this one has lost.
        with suppress(Exception):
            close_old_connections()


def _run() -> None:
    while True:
        # Processes that start together do not stay together.
        time.sleep(INTERVAL_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311  # nosec B311
        run_once()


def _log(job: Callable[[], object], error: Exception) -> None:
    """With its traceback, unless the database is away."""
    now = time.monotonic()
    if now - _logged_at.get(job, -LOG_INTERVAL_SECONDS) < LOG_INTERVAL_SECONDS:
        return
    _logged_at[job] = now
    logger.error(
        "%s failed: %s",
        getattr(job, "__qualname__", job),
        error,
        exc_info=None if isinstance(error, OperationalError | InterfaceError) else error,
    )
