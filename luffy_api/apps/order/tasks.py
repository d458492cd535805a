"""Scheduled jobs of the order app.

No task locks: huey's outlive a killed process, and then the job would never run again. Batches
claim each order in the database, so that they may run concurrently.
"""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.order import cancellation, cleanup
from luffy_api.apps.order.payment import reconciliation


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def close_expired_orders() -> None:
    """Every minute; by hand `manage.py close_expired_orders`."""
    cancellation.close_expired()


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def reconcile_payments() -> None:
    """Every minute; by hand `manage.py reconcile_payments`."""
    reconciliation.reconcile()


@db_periodic_task(crontab(minute="23"))  # type: ignore[untyped-decorator]
def clean_up() -> None:
    """Every hour."""
    cleanup.clean_up()
