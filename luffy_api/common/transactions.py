"""Retry of transactions that the database rolled back because of a deadlock."""

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

# ER_LOCK_DEADLOCK of MariaDB and MySQL: the whole transaction was rolled back.
DEADLOCK = 1213
ATTEMPTS = 4


def retry_deadlocks(transaction: Callable[P, R]) -> Callable[P, R]:
    """Decorator: calls a function that is one transaction up to ATTEMPTS times on deadlocks.

    Inside an outer transaction it does not retry, since that one was rolled back as a whole: the
    error is raised to its opener.
    """

    @functools.wraps(transaction)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        for left in reversed(range(ATTEMPTS)):
            try:
                return transaction(*args, **kwargs)
            except OperationalError as error:
                if not left or connection.in_atomic_block or error.args[:1] != (DEADLOCK,):
                    raise
                logger.warning("deadlock in %s, trying again", transaction.__qualname__)
        raise AssertionError("the last attempt returns or raises")

    return attempt
