"""Deletion of old messages, and what an older release has left out of deliveries."""

from django.conf import settings
from django.db.models import Max, Min
from django.utils import timezone

from luffy_api.apps.inbox.models import Delivery, Message
from luffy_api.apps.user.models import User
from luffy_api.common.deletion import delete_in_chunks

# Messages or accounts of one query.
CHUNK = 500
# Keys among which one query looks.
WINDOW = 10_000


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

    In short transactions, over the whole table by its keys.
    """
    ends = Delivery.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return 0
    return sum(_fill_kinds(start) for start in range(ends["first"], ends["last"] + 1, WINDOW))


def _fill_kinds(start: int) -> int:
    rows = Delivery.objects.filter(pk__gt=start - 1, pk__lt=start + WINDOW, kind=None)
    kinds = list(rows.order_by("pk").values_list("pk", "message__kind"))
    filled = 0
    for kind in sorted({kind for _, kind in kinds}):
        wanted = [pk for pk, each in kinds if each == kind]
        for part in _parts(wanted):
            filled += Delivery.objects.filter(pk__in=part, kind=None).update(kind=kind)
    return filled


def _parts(pks: list[int]) -> list[list[int]]:
    return [pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK)]
