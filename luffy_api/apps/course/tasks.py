"""Scheduled jobs of the course app."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.course import enrollment


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def end_expired_grants() -> None:
    """Every minute."""
    enrollment.end_expired_grants()
