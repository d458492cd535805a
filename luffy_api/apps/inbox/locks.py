"""Row locks and leases of the inbox app: a checkpoint, then a message before its deliveries."""

from secrets import token_hex

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from luffy_api.apps.inbox.models import Channel, Checkpoint, Delivery, Message
from luffy_api.apps.inbox.retry_schedule import LEASE
from luffy_api.common.locks import locked
from luffy_api.common.transactions import retry_deadlocks


def lock_message(message_id: int) -> Message | None:
    """The message, until the transaction ends; None when it is gone."""
    return next(iter(locked(Message.objects.filter(pk=message_id))), None)


def lock_checkpoint(name: str) -> Checkpoint:
    """The checkpoint of this job, until the transaction ends; it begins now when it is new."""
    rows = Checkpoint.objects.filter(name=name)
    if not rows.exists():
        new = Checkpoint(name=name, since=timezone.now())
        Checkpoint.objects.bulk_create([new], ignore_conflicts=True)
    return locked(rows)[0]


@retry_deadlocks
@transaction.atomic
def lease_due(channel: Channel, size: int) -> list[Delivery]:
    """Become the only sender of up to `size` due deliveries of one message.

    They are SENDING when this is committed, so whoever is killed afterwards leaves rows that are
    not sent again. With message and user.
    """
    now, lease = timezone.now(), token_hex(16)
    due = list(Delivery.objects.due(channel, now).values_list("pk", "message_id")[:size])
    wanted = [pk for pk, message_id in due if message_id == due[0][1]]
    if not wanted:
        return []
    Delivery.objects.filter(pk__in=wanted, state=Delivery.State.WAITING).update(
        state=Delivery.State.SENDING,
        lease=lease,
        next_at=now + LEASE,
        attempts=F("attempts") + 1,
    )
    ours = Delivery.objects.filter(pk__in=wanted, lease=lease)
    return list(ours.select_related("message", "user").order_by("pk"))
