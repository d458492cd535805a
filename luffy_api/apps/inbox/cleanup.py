"""Deletion of old messages, and what an older release has left out of deliveries."""

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from luffy_api.apps.inbox.locks import lock_checkpoint
from luffy_api.apps.inbox.models import Checkpoint, Delivery, Message
from luffy_api.apps.user.models import User
from luffy_api.common.deletion import delete_in_chunks
from luffy_api.common.transactions import retry_deadlocks

# Messages or accounts of one query.
CHUNK = 500
# Keys among which one query looks, and the checkpoint of who looks.
WINDOW, KINDS = 10_000, "kinds of deliveries"


def delete_old_messages() -> int:
    """Delete messages after INBOX_RETENTION, with their deliveries; how many rows.

    Deliveries first, in short transactions: one message may have 200,000 of them.
    """
    limit = timezone.now() - settings.INBOX_RETENTION
    old = Message.objects.filter(created_time__lt=limit)
    deleted = 0
    for part in _parts(list(old.order_by("pk").values_list("pk", flat=True))):
        deleted += delete_in_chunks(Delivery.objects.filter(message__in=part))
    return deleted + delete_in_chunks(old)


def delete_of_closed_accounts() -> int:
    """Delete what an account got in the moment in which it was closed; how many rows."""
    closed = list(User.objects.exclude(closed_at=None).order_by("pk").values_list("pk", flat=True))
    parts = _parts(closed)
    return sum(delete_in_chunks(Delivery.objects.filter(user__in=part)) for part in parts)


def fill_kinds() -> int:
    """Write the kind of deliveries that an older release has written without it; how many rows.

    In short transactions, by the keys of the table, from where it has stopped before: of a million
    rows it reads those of a day. A process of the older release, also one after a rollback, writes
    behind that.
    """
    last = Delivery.objects.aggregate(last=Max("pk"))["last"]
    filled = 0
    while last is not None and (found := _fill_next(last)) is not None:
        filled += found
    return filled


@retry_deadlocks
@transaction.atomic
def _fill_next(last: int) -> int | None:
    """Look at the next WINDOW keys up to `last`; None if there are no more."""
    done = lock_checkpoint(KINDS)
    position = done.position or 0
    if position >= last:
        # A transaction that has begun before it may end after it.
        Checkpoint.objects.filter(pk=done.pk).update(position=max(0, last - WINDOW))
        return None
    rows = Delivery.objects.filter(pk__gt=position)
    first = rows.aggregate(first=Min("pk"))["first"]
    end = min(last, (first or last) + WINDOW - 1)
    filled = _fill_kinds(rows.filter(pk__lte=end, kind=None))
    Checkpoint.objects.filter(pk=done.pk).update(position=end, since=timezone.now())
    return filled


def _fill_kinds(rows: QuerySet[Delivery]) -> int:
    kinds = list(rows.order_by("pk").values_list("pk", "message__kind"))
    filled = 0
    for kind in sorted({kind for _, kind in kinds}):
        wanted = [pk for pk, each in kinds if each == kind]
        for part in _parts(wanted):
            filled += Delivery.objects.filter(pk__in=part, kind=None).update(kind=kind)
    return filled


def _parts(pks: list[int]) -> list[list[int]]:
    return [pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK)]
