"""What the order app does by the clock.

No task locks: huey's outlive a killed process, and then the sweep would never run again. The
sweeps claim each order in the database, so two of them at once do no harm.
"""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.order import closing, reconciling, sweeping


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def close_expired_orders() -> None:
    """Every minute; `manage.py close_expired_orders` does the same by hand."""
    closing.close_expired()


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def reconcile_payments() -> None:
    """Every minute; `manage.py reconcile_payments` does the same by hand."""
    reconciling.reconcile()


@db_periodic_task(crontab(minute="23"))  # type: ignore[untyped-decorator]
def sweep_messages() -> None:
    """Every hour."""
    sweeping.sweep()
