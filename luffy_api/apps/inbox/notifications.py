"""What the shop itself tells students: always in the site, and outside as the kind is set up."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.utils import timezone

from luffy_api.apps.inbox import audiences, kinds, selectors
from luffy_api.apps.inbox.models import ALWAYS_TOLD, OUTSIDE, Channel, Delivery, Kind, Message
from luffy_api.apps.user.models import User

# Notices of one call of `notify_many`.
MAX_NOTICES = 200
State = Delivery.State


@dataclass(frozen=True)
class Notice:
    """What one student is told, once for each `submission`.

    `link` is the page of the site that shows what it tells of, from its first slash on, blank where
    there is none. `parameters` are for the template of the kind, see kinds.PARAMETERS. `sender_id`
    is None where the shop itself speaks.
    """

    user_id: int
    kind: Kind
    title: str
    text: str
    submission: UUID
    link: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    sender_id: int | None = None


def notify(notice: Notice) -> None:
    """Tell it in the transaction of what it tells of; see `notify_many`."""
    notify_many([notice])


def notify_many(notices: Sequence[Notice]) -> int:
    """Tell each of at most MAX_NOTICES once, all of one kind; return how many were told.

    A fixed number of queries, which belong into the caller's transaction. What was told before is
    left out, as are accounts that are closed, and those that are not active but of ALWAYS_TOLD.
    Two that tell the same at one moment have to exclude each other by a lock; else the second gets
    an IntegrityError.
    """
    assert len(notices) <= MAX_NOTICES
    if not notices:
        return 0
    [kind] = {notice.kind for notice in notices}
    channels = selectors.channels_of(kinds.settings_of(kind))
    if not channels:
        return 0
    known = Message.objects.filter(submission__in=[notice.submission for notice in notices])
    told = set(known.values_list("submission", flat=True))
    people = User.objects.filter(pk__in={notice.user_id for notice in notices})
    open_accounts = people.filter(closed_at=None)
    told_anyway = kind in ALWAYS_TOLD
    students = (open_accounts if told_anyway else open_accounts.filter(is_active=True)).in_bulk()
    rows = [
        _message(notice, students[notice.user_id], channels)
        for notice in notices
        if notice.submission not in told and notice.user_id in students
    ]
    _insert(rows)
    Delivery.objects.bulk_create(_deliveries(rows, kind, channels))
    return len(rows)


def _insert(rows: list[Message]) -> None:
    """With their keys, which MySQL does not tell of several rows at once, as MariaDB does."""
    if connection.features.can_return_rows_from_bulk_insert:
        Message.objects.bulk_create(rows)
        return
    for row in rows:
        row.save(force_insert=True)


def broadcast(
    *,
    kind: Kind,
    title: str,
    text: str,
    audience: str,
    audience_id: int,
    submission: UUID,
    link: str,
    parameters: Mapping[str, str],
) -> None:
    """Keep a message to many; tasks write its deliveries a little later, in chunks.

    `link` as that of a Notice. Nothing where the kind is turned off or the audience is empty. As
    for `notify_many`, two that tell the same exclude each other.
    """
    channels = selectors.channels_of(kinds.settings_of(kind))
    found = audiences.get(audience)
    people = selectors.recipients(audience=audience, audience_id=audience_id)
    if not channels or found is None or not people.exists():
        return
    Message.objects.create(
        kind=kind,
        title=_title(title),
        text=text[: Message.MAX_TEXT],
        link=link,
        parameters={name: kinds.cut(value) for name, value in parameters.items()},
        audience=audience,
        audience_id=audience_id,
        audience_name=(found.name(audience_id) or "")[:150],
        channels=[int(channel) for channel in channels],
        submission=submission,
    )


def _message(notice: Notice, student: User, channels: Sequence[Channel]) -> Message:
    return Message(
        kind=notice.kind,
        title=_title(notice.title),
        text=notice.text[: Message.MAX_TEXT],
        link=notice.link,
        parameters={name: kinds.cut(value) for name, value in notice.parameters.items()},
        audience=audiences.STUDENT,
        audience_id=student.pk,
        audience_name=str(student),
        channels=[int(channel) for channel in channels],
        created_by_id=notice.sender_id,
        submission=notice.submission,
        state=Message.State.EXPANDED,
        recipients=1,
    )


def _title(text: str) -> str:
    return text if len(text) <= Message.MAX_TITLE else f"{text[: Message.MAX_TITLE - 1]}…"


def _deliveries(rows: Sequence[Message], kind: Kind, channels: Sequence[Channel]) -> list[Delivery]:
    """In the site for everybody, outside for whoever can be reached there and wants it."""
    now = timezone.now()
    users = User.objects.filter(pk__in={row.audience_id for row in rows}, is_active=True)
    reached: dict[Channel, set[int]] = defaultdict(set)
    for channel in OUTSIDE:
        if channel in channels:
            found = selectors.reachable(users, channel=channel, kind=kind)
            reached[channel] = set(found.values_list("pk", flat=True))
    site = [
        Delivery(
            message=row,
            user_id=row.audience_id,
            channel=Channel.SITE,
            kind=kind,
            state=State.SENT,
            sent_at=now,
        )
        for row in rows
    ]
    outside = [
        Delivery(
            message=row,
            user_id=row.audience_id,
            channel=channel,
            kind=kind,
            state=State.WAITING,
            next_at=now,
        )
        for channel in OUTSIDE
        for row in rows
        if row.audience_id in reached[channel]
    ]
    return [*site, *outside]
