"""Row locks of the dashboard app: an import before everything that its rows write."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from luffy_api.apps.dashboard.models import DailyFigures, Import
from luffy_api.common.transactions import retry_deadlocks

# Longer than any batch of rows takes; it is renewed with each.
LEASE = timedelta(minutes=1)


@retry_deadlocks
def take_lease(job_id: int, owner: str) -> bool:
    """Become the one who goes through the rows; False while somebody else is."""
    now = timezone.now()
    free = Import.objects.waiting_for_work().filter(pk=job_id).exclude(leased_until__gt=now)
    return bool(free.update(lease=owner, leased_until=now + LEASE))


def renew_lease(job_id: int, owner: str, state: Import.State) -> bool:
    """Hold the import until the transaction ends; False if it is another's or in another state."""
    own = Import.objects.filter(pk=job_id, lease=owner, state=state)
    return bool(own.update(leased_until=timezone.now() + LEASE))


def lock_rows(rows: QuerySet[Any]) -> None:
    """Lock what a batch is going to write, by primary key, until the transaction ends."""
    list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))


@retry_deadlocks
def give_back(job_id: int, owner: str) -> None:
    """Let the next one take the lease at once."""
    Import.objects.filter(pk=job_id, lease=owner).update(lease="", leased_until=None)


def lock_day(day: date) -> DailyFigures:
    """The prepared sums of a day; who sums the same day anew waits, and sees what is newer."""
    now = timezone.now()
    DailyFigures.objects.get_or_create(day=day, defaults={"computed_at": now})
    return DailyFigures.objects.select_for_update().get(day=day)
