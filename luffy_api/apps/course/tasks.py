"""Scheduled jobs of the course app."""

from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.course import enrollment
from luffy_api.common.schedules import shanghai


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def end_expired_grants() -> None:
    """Every minute."""
    enrollment.end_expired_grants()
