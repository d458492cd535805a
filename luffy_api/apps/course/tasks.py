"""Scheduled jobs of the course app."""

from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.course import enrollment, student_counts
from luffy_api.common.schedules import shanghai


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def end_expired_grants() -> None:
    """Every minute."""
    enrollment.end_expired_grants()


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def fold_student_counts() -> None:
    """Every minute; processes of the web server do it more often."""
    student_counts.fold()
