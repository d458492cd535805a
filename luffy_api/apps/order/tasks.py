"""Scheduled jobs of the order app.

No task locks: huey's outlive a killed process, and then the job would never run again. Batches
claim each order in the database, so that they may run concurrently. One that finds more than its
process can do at once asks another process to share it.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from threading import Lock
from uuid import uuid4

from huey.contrib.djhuey import db_periodic_task, db_task

from luffy_api.apps.order import cancellation, cleanup, conditions, membership_repair, notices
from luffy_api.apps.order.exceptions import BillUnavailable
from luffy_api.apps.order.models import PayType
from luffy_api.apps.order.payment import bill_schedule, bills, reconciliation
from luffy_api.common.schedules import shanghai

BATCHES: dict[str, Callable[..., int]] = {
    "close_expired_orders": cancellation.close_expired,
    "reconcile_payments": reconciliation.reconcile,
}
# Seconds after which a process that is at a batch itself offers it to the others again.
OFFER_SECONDS = 1
# Which batches this process is at, and its name among the others.
_at_work = {name: Lock() for name in BATCHES}
_process = uuid4().hex


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def close_expired_orders() -> None:
    """Every minute; by hand `manage.py close_expired_orders`."""
    _run_batch("close_expired_orders")


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def reconcile_payments() -> None:
    """Every minute; by hand `manage.py reconcile_payments`."""
    _run_batch("reconcile_payments")


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def tell_buyers() -> None:
    """Every minute: messages about payments and refunds."""
    notices.tell()


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def repair_memberships() -> None:
    """Every minute; by hand `manage.py repair_memberships`."""
    membership_repair.repair()


@db_task()  # type: ignore[untyped-decorator]
def share_batch(name: str, origin: str) -> None:
    """A batch of which the process `origin` has more than it can do at once.

    It is for another process: the same one offers it again while it is at it. When it is not any
    more, it goes on itself, since its time may have been over.
    """
    if not _run_batch(name) and origin == _process:
        share_batch.schedule((name, origin), delay=OFFER_SECONDS)


def _run_batch(name: str) -> bool:
    """Do it, unless this process is at it already; whether it did."""
    if not _at_work[name].acquire(blocking=False):
        return False
    try:
        BATCHES[name](on_backlog=lambda: share_batch(name, _process))
    finally:
        _at_work[name].release()
    return True


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
