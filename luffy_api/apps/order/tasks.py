"""What the order app does by the clock."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task, lock_task

from luffy_api.apps.order import services


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
@lock_task("close_expired_orders")  # type: ignore[untyped-decorator]
def close_expired_orders() -> None:
    """Every minute; `manage.py close_expired_orders` does the same by hand."""
    services.close_expired()
