"""Transactions that a database may call off."""

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

# MariaDB's and MySQL's ER_LOCK_DEADLOCK: one of two waiting transactions was rolled back whole.
DEADLOCK = 1213
ATTEMPTS = 4


def retry_deadlocks(transaction: Callable[P, R]) -> Callable[P, R]:
    """Runs a function that is one transaction again when the database sacrificed it to a deadlock.

    Inside a larger transaction nothing is repeated, since that one is gone as a whole: the error
    goes on to whoever opened it.
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
