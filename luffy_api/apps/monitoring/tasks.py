"""Scheduled jobs of monitoring."""

from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.monitoring import cleanup, rounds
from luffy_api.common.schedules import shanghai


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def run_alerts() -> None:
    """Every minute, unless a web process was faster."""
    rounds.run()


@db_periodic_task(shanghai(hour="4", minute="11"))  # type: ignore[untyped-decorator]
def delete_old_records() -> None:
    """Every night at 4:11."""
    cleanup.delete_old()
