"""Periodic tasks of the user app."""

from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.user import cleanup
from luffy_api.common.schedules import shanghai


@db_periodic_task(shanghai(minute="17"))  # type: ignore[untyped-decorator]
def clear_expired_tokens() -> None:
    """Hourly; `manage.py clear_expired_tokens` does the same."""
    cleanup.clear_expired()
