"""Going through imports in the background, and summing days.

No task lock: it would outlive a killed process. Imports are taken by a lease in the database; days
may be summed by several at the same time.
"""

from django.utils import timezone
from huey.contrib.djhuey import db_periodic_task, db_task

from luffy_api.apps.dashboard import cleanup
from luffy_api.apps.dashboard.figures import daily
from luffy_api.apps.dashboard.imports import running
from luffy_api.apps.dashboard.models import Import
from luffy_api.common.schedules import shanghai

# Seconds; then other tasks have their turn.
SLICE = 8.0


@db_task()  # type: ignore[untyped-decorator]
def work_on_import(import_id: int) -> None:
    """Check or apply rows for a while; what is left is another task."""
    if running.run(import_id, seconds=SLICE):
        work_on_import(import_id)


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def continue_imports() -> None:
    """Every minute: imports whose process died, or whose task was lost."""
    cleanup.end_abandoned()
    idle = Import.objects.waiting_for_work().exclude(leased_until__gt=timezone.now())
    for import_id in idle.order_by("pk").values_list("pk", flat=True):
        work_on_import(import_id)


@db_periodic_task(shanghai(hour="4", minute="37"))  # type: ignore[untyped-decorator]
def clean_up_imports() -> None:
    """Every night at 4:37."""
    cleanup.clean_up()


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def sum_days() -> None:
    """Every minute: days that are over, and those of which something was heard of later."""
    daily.refresh()


@db_periodic_task(shanghai(hour="3", minute="27"))  # type: ignore[untyped-decorator]
def compare_days() -> None:
    """Every night at 3:27; by hand `manage.py compare_figures --repair`."""
    daily.repair()
