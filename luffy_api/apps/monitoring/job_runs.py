"""Keeps when each scheduled job ended; a job that is gone from the code keeps its last row."""

import logging
from typing import Any

from django.db import Error, close_old_connections, transaction
from django.db.models import F
from django.utils import timezone
from huey import signals
from huey.api import PeriodicTask
from huey.contrib.djhuey import HUEY

from luffy_api.apps.monitoring.models import JobRun
from luffy_api.common import metrics
from luffy_api.common.media_queue import MEDIA
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)

ENDINGS = {
    signals.SIGNAL_COMPLETE: "ok",
    signals.SIGNAL_ERROR: "error",
    signals.SIGNAL_INTERRUPTED: "interrupted",
}


def record() -> None:
    """Let the runner count every task that ends, and keep the runs of scheduled jobs."""
    for queue in (HUEY, MEDIA):
        queue._signal.connect(_ended, *ENDINGS)


def note_run(name: str, *, succeeded: bool) -> None:
    """Keep that a job has ended now; raises nothing because of the database."""
    now = timezone.now()
    changes: dict[str, Any] = (
        {"succeeded_at": now, "failures": 0}
        if succeeded
        else {"failed_at": now, "failures": F("failures") + 1}
    )
    try:
        _store(name, changes)
    except Error as error:
        logger.error("the run of %s was not kept: %s", name, type(error).__name__)


@retry_deadlocks
@transaction.atomic
def _store(name: str, changes: dict[str, Any]) -> None:
    if not JobRun.objects.filter(name=name).update(**changes):
        JobRun.objects.get_or_create(name=name)
        JobRun.objects.filter(name=name).update(**changes)


def _ended(signal: str, task: Any, error: BaseException | None = None) -> None:
    outcome = ENDINGS[signal]
    metrics.count(metrics.TASKS, task.name, outcome)
    if isinstance(task, PeriodicTask) and not HUEY.immediate:
        note_run(task.name, succeeded=outcome == "ok")
        close_old_connections()
