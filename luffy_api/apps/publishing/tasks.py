"""Scheduled jobs of the publishing app."""

from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.publishing import cleanup
from luffy_api.common.schedules import shanghai


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def delete_old_publications() -> None:
    """Every minute."""
    cleanup.delete_old_publications()
