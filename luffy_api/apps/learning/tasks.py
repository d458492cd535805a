"""Scheduled jobs of the learning app."""

from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.learning import progress_buffer
from luffy_api.common.schedules import shanghai


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def flush_progress() -> None:
    """Every minute; processes of the web server do it more often."""
    progress_buffer.flush()
