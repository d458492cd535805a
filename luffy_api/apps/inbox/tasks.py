"""Writing and sending deliveries. No task lock: it would outlive a killed process."""

from datetime import timedelta

from django.utils import timezone
from huey.contrib.djhuey import db_periodic_task, db_task

from luffy_api.apps.inbox import cleanup, delivery, expansion
from luffy_api.apps.inbox.models import Message
from luffy_api.common.schedules import shanghai

# Seconds; then other tasks have their turn.
SLICE = 8.0
# A message whose last chunk is so old has nobody who goes on with it.
IDLE = timedelta(seconds=30)


@db_task()  # type: ignore[untyped-decorator]
def work_on_message(message_id: int) -> None:
    """Write or stop deliveries for a while; what is left is another task."""
    if expansion.run(message_id, seconds=SLICE):
        work_on_message(message_id)


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def continue_messages() -> None:
    """Every minute: messages whose process died, or whose task was lost."""
    idle = Message.objects.waiting_for_work().filter(updated_time__lt=timezone.now() - IDLE)
    for message_id in idle.order_by("pk").values_list("pk", flat=True):
        work_on_message(message_id)


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def send_messages() -> None:
    """Every minute: text messages and mail that are due."""
    delivery.deliver_due()


@db_periodic_task(shanghai(hour="4", minute="43"))  # type: ignore[untyped-decorator]
def fill_kinds_of_deliveries() -> None:
    """Every night at 4:43: what an older release has written without a kind."""
    cleanup.fill_kinds()


@db_periodic_task(shanghai(hour="4", minute="47"))  # type: ignore[untyped-decorator]
def delete_old_messages() -> None:
    """Every night at 4:47."""
    cleanup.delete_old_messages()
    cleanup.delete_of_closed_accounts()
