"""Repetition of transactions that the database has undone as a whole."""

import functools
import logging
import random
import time
from collections.abc import Callable, Collection
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

from luffy_api.common.database_errors import UNDONE, USELESS, code_of

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

# Seconds before another attempt, at most; between none and so many, so that rivals do not meet
# again and again. All of them together are a tenth of what a request may wait for the database.
PAUSES = (0.005, 0.01, 0.02, 0.04, 0.08, 0.1, 0.1)
ATTEMPTS = len(PAUSES) + 1


def retry_deadlocks(transaction: Callable[P, R]) -> Callable[P, R]:
    """Decorator: calls a function that is one transaction up to ATTEMPTS times.

    It is called again when the database has certainly undone it: after a deadlock, when a rival on
    another node of a cluster was the first to commit, on a node that has left its cluster. The
    COMMIT belongs to the function, so `transaction.atomic` stands below this decorator.

    Inside an outer transaction it does not retry, since that one was rolled back as a whole: the
    error is raised to its opener.
    """

    @functools.wraps(transaction)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return transaction(*args, **kwargs)
        return repeat(
            lambda: _on_a_working_node(transaction, *args, **kwargs),
            OperationalError,
            name=transaction.__qualname__,
        )

    return attempt


def repeat(
    act: Callable[[], R],
    error_type: type[Exception],
    *,
    name: str,
    codes: Collection[object] = UNDONE,
) -> R:
    """Call one whole transaction up to ATTEMPTS times, as long as it fails with one of `codes`.

    `error_type` is Django's OperationalError or the driver's, `name` is for the log.
    """
    for pause in PAUSES:
        try:
            return act()
        except error_type as error:
            if code_of(error) not in codes:
                raise
            logger.warning("%s was undone, trying again: %s", name, error)
        time.sleep(random.uniform(0, pause))  # noqa: S311  # nosec B311
    return act()


def _on_a_working_node(transaction: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The transaction; after it failed on a node without a cluster, the next goes to another."""
    try:
        return transaction(*args, **kwargs)
    except OperationalError as error:
        if code_of(error) in USELESS:
            connection.close()
        raise
