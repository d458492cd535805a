"""Scheduled jobs of texts."""

from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.texts import pictures
from luffy_api.common.schedules import shanghai


@db_periodic_task(shanghai(hour="4", minute="35"))  # type: ignore[untyped-decorator]
def clean_up_pictures() -> None:
    """Every night at 4:35; `manage.py cleanup_pictures` does the same by hand."""
    pictures.clean_up()
