"""Tables whose rows wait for work: how many are due, and for how long the oldest has been.

Each app registers its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

# More rows are not counted: a flood must not make the look at it slow.
MAX_COUNTED = 10_000


@dataclass(frozen=True)
class Queue:
    """`rows` gives those that are due, `since` names the column that says since when.

    Normally nothing is due longer than `limit`.
    """

    name: str
    title: str
    rows: Callable[[], QuerySet[Any]]
    since: str
    limit: timedelta


@dataclass(frozen=True)
class Backlog:
    """`rows` that are due, MAX_COUNTED at most, and the `age` of the oldest in seconds."""

    rows: int
    age: float


_queues: list[Queue] = []


def register(queue: Queue) -> None:
    """Watch a queue."""
    _queues.append(queue)


def registered() -> list[Queue]:
    """All of them."""
    return list(_queues)


def backlog(queue: Queue) -> Backlog:
    """One query, which reads MAX_COUNTED entries of an index at most."""
    due = queue.rows().order_by(queue.since)[:MAX_COUNTED]
    found = due.aggregate(rows=Count("pk"), oldest=Min(queue.since))
    if not found["rows"]:
        return Backlog(0, 0.0)
    return Backlog(found["rows"], max((timezone.now() - found["oldest"]).total_seconds(), 0.0))
