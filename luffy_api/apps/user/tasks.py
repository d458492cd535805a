"""What the user app does by the clock."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.user import sweeping


@db_periodic_task(crontab(minute="17"))  # type: ignore[untyped-decorator]
def sweep_tokens() -> None:
    """Every hour; `manage.py sweep_tokens` does the same by hand."""
    sweeping.sweep()
