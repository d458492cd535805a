"""Scheduled jobs of the order app.

No task locks: huey's outlive a killed process, and then the job would never run again. Batches
claim each order in the database, so that they may run concurrently.
"""

from contextlib import suppress
from datetime import date

from huey.contrib.djhuey import db_periodic_task, db_task

from luffy_api.apps.order import cancellation, cleanup, conditions
from luffy_api.apps.order.exceptions import BillUnavailable
from luffy_api.apps.order.models import PayType
from luffy_api.apps.order.payment import bill_schedule, bills, reconciliation
from luffy_api.common.schedules import shanghai


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def close_expired_orders() -> None:
    """Every minute; by hand `manage.py close_expired_orders`."""
    cancellation.close_expired()


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def reconcile_payments() -> None:
    """Every minute; by hand `manage.py reconcile_payments`."""
    reconciliation.reconcile()


@db_periodic_task(shanghai(minute="23"))  # type: ignore[untyped-decorator]
def clean_up() -> None:
    """Every hour."""
    cleanup.clean_up()


@db_periodic_task(shanghai(hour="3", minute="11"))  # type: ignore[untyped-decorator]
def check_integrity() -> None:
    """Every night at 3:11; by hand `manage.py check_integrity`."""
    conditions.check_integrity()


# Providers make the bills of yesterday in the morning.
@db_periodic_task(shanghai(minute="5,35", hour="9-23"))  # type: ignore[untyped-decorator]
def reconcile_bills() -> None:
    """Every half an hour of the day, until yesterday's bill is compared."""
    bill_schedule.reconcile_due()


@db_task()  # type: ignore[untyped-decorator]
def reconcile_bill(pay_type: int, day: str) -> None:
    """One bill, for the back office; `day` is an ISO date. Its status says what came of it."""
    with suppress(BillUnavailable):
        bills.reconcile(pay_type=PayType(pay_type), day=date.fromisoformat(day))
