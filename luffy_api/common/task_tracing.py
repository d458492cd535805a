"""The request id travels with a task, so that one id finds all that a request has caused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django_guid.context import guid
from huey import Huey
from huey.api import Task

from luffy_api.common import slow_queries

SEPARATOR = ":"


class TracedHuey(Huey):  # type: ignore[misc]
    """A queue whose tasks carry the id of the request that queued them in their own."""

    def enqueue(self, task: Any) -> Any:
        """Queue a task; one that repeats itself, or queues another, passes its id on."""
        if isinstance(task, Task) and SEPARATOR not in task.id and (request_id := guid.get()):
            task.id = f"{request_id}{SEPARATOR}{task.id}"
            task.revoke_id = f"r:{task.id}"
        return super().enqueue(task)

    def execute(self, task: Any, timestamp: Any = None) -> Any:
        """Run a task under the request's id, or under one of its own."""
        with _traced(task), slow_queries.watched(f"task {task.name}"):
            return super().execute(task, timestamp)


@contextmanager
def _traced(task: Any) -> Iterator[None]:
    request_id, separator, _ = task.id.partition(SEPARATOR)
    token = guid.set(request_id if separator else uuid4().hex)
    try:
        yield
    finally:
        guid.reset(token)
