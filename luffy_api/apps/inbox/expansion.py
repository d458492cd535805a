"""Writes the outbox rows of a message, a chunk of recipients at a time, or stops what waits.

A chunk is one transaction with the place up to which they are written, and the message is locked in
it: of two processes one after the other goes on, and after a kill the next begins where it was.
"""

import time

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.inbox import locks, selectors
from luffy_api.apps.inbox.models import OUTSIDE, Channel, Delivery, Message
from luffy_api.apps.user.models import User
from luffy_api.common.prepared_insert import PreparedInsert
from luffy_api.common.transactions import retry_deadlocks

# Recipients of one transaction.
CHUNK = 500
# Seconds between two, in which others get SQLite's only write lock.
PAUSE = 0.01
# Rows of one statement, which is kept compiled for each number of them.
STATEMENT = 100
State = Delivery.State

# A row may be there already: an account that comes later has taken it over in a merge.
_store = PreparedInsert(
    Delivery, unique_fields=["message", "user", "channel"], update_fields=["message"]
)


def run(message_id: int, *, seconds: float) -> bool:
    """Go on for so long; return whether something is left. Safe at any time and concurrently."""
    until = time.monotonic() + seconds
    while _next_chunk(message_id):
        if time.monotonic() > until:
            return True
        time.sleep(PAUSE)
    return False


@retry_deadlocks
@transaction.atomic
def _next_chunk(message_id: int) -> bool:
    """One chunk; False when nothing is left."""
    message = locks.lock_message(message_id)
    if message is None:
        return False
    if message.state == Message.State.EXPANDING:
        return _expand(message)
    if message.state == Message.State.STOPPING:
        return _stop(message)
    return False


def _expand(message: Message) -> bool:
    users = selectors.recipients(audience=message.audience, audience_id=message.audience_id)
    chosen = users.filter(pk__gt=message.cursor).order_by("pk")
    chunk = list(chosen.only("pk", "mobile", "email")[:CHUNK])
    rows = _rows(message, chunk)
    for start in range(0, len(rows), STATEMENT):
        _store.many(rows[start : start + STATEMENT])
    message.recipients += len({row.user_id for row in rows})
    if chunk:
        message.cursor = chunk[-1].pk
    if len(chunk) < CHUNK:
        message.state = Message.State.EXPANDED
    message.save(update_fields=["cursor", "recipients", "state", "updated_time"])
    return message.state == Message.State.EXPANDING


def _rows(message: Message, users: list[User]) -> list[Delivery]:
    """What is not wanted is left out now, and looked at again before it is sent."""
    now = timezone.now()
    wanted = {channel: _reached(message, users, channel) for channel in OUTSIDE}
    return [
        Delivery(
            message=message,
            user_id=user.pk,
            channel=channel,
            kind=message.kind,
            state=State.SENT if channel == Channel.SITE else State.WAITING,
            sent_at=now if channel == Channel.SITE else None,
            next_at=None if channel == Channel.SITE else now,
        )
        for user in users
        for channel in message.channels
        if channel == Channel.SITE or user.pk in wanted[channel]
    ]


def _reached(message: Message, users: list[User], channel: Channel) -> set[int]:
    if channel not in message.channels:
        return set()
    of_chunk = User.objects.filter(pk__in=[user.pk for user in users])
    found = selectors.reachable(of_chunk, channel=channel, kind=message.kind)
    return set(found.values_list("pk", flat=True))


def _stop(message: Message) -> bool:
    waiting = message.deliveries.filter(state=State.WAITING)
    chunk = list(waiting.order_by("pk").values_list("pk", flat=True)[:CHUNK])
    Delivery.objects.filter(pk__in=chunk, state=State.WAITING).update(
        state=State.STOPPED, next_at=None
    )
    if len(chunk) == CHUNK:
        return True
    message.state = Message.State.STOPPED
    message.save(update_fields=["state", "updated_time"])
    return False
