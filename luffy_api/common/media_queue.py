"""The queue of conversions: a worker of its own, so that none of them keeps money waiting.

It lies where huey's first queue lies, under another name.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from huey.contrib.djhuey import HUEY, close_db

from luffy_api.common.task_tracing import TracedHuey

MEDIA = TracedHuey(
    f"{HUEY.name}-media",
    immediate=HUEY.immediate,
    storage_class=HUEY.storage_class,
    **HUEY.storage_kwargs,
)


def media_periodic_task(is_due: Callable[[datetime], bool]) -> Callable[[Callable[[], None]], Any]:
    """What `db_periodic_task` is for the first queue."""

    def decorator(function: Callable[[], None]) -> Any:
        return MEDIA.periodic_task(is_due)(close_db(function))

    return decorator
