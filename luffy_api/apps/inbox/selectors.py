"""Reads of messages: who gets one, what it costs, what a student has."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet

from luffy_api.apps.inbox import audiences, kinds
from luffy_api.apps.inbox.models import (
    OUTSIDE,
    WRITTEN,
    Channel,
    Delivery,
    Kind,
    Message,
    MessageKind,
    OptOut,
)
from luffy_api.apps.user.models import User
from luffy_api.libs import sms

# An unread number is counted no further: pages show 99+.
MAX_UNREAD = 100


@dataclass(frozen=True)
class Estimate:
    """What a message would do: people by channel, text messages for each, their cost in yuan.

    `sms_text` is how one arrives, blank where none is sent.
    """

    people: int
    by_channel: dict[Channel, int]
    segments: int
    cost: Decimal
    sms_text: str


def available_channels() -> list[Channel]:
    """The channels of which staff may choose for what they write."""
    found = [Channel.SITE]
    own_templates = MessageKind.objects.filter(kind__in=WRITTEN).exclude(sms_template_id="")
    if settings.SMS_MESSAGES or own_templates.exists():
        found.append(Channel.SMS)
    if _has_mail():
        found.append(Channel.MAIL)
    return found


def channels_of(row: MessageKind) -> list[Channel]:
    """The channels by which messages of a kind go out now. No query."""
    may = {
        Channel.SITE: True,
        Channel.SMS: bool(row.sms_template_id) or (row.kind in WRITTEN and settings.SMS_MESSAGES),
        Channel.MAIL: _has_mail(),
    }
    return [channel for channel in kinds.channels_of(row) if may[channel]]


def _has_mail() -> bool:
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def recipients(*, audience: str, audience_id: int) -> QuerySet[User]:
    """Active accounts of an audience; nobody for an unknown one."""
    found = audiences.get(audience)
    users = found.users(audience_id) if found else User.objects.none()
    return users.filter(is_active=True, closed_at=None)


def reachable(users: QuerySet[User], *, channel: Channel, kind: int) -> QuerySet[User]:
    """Those of the users who have an address for a channel and have not turned it off."""
    if channel == Channel.SITE:
        return users
    address = "mobile" if channel == Channel.SMS else "email"
    unwanted = OptOut.objects.filter(user=OuterRef("pk"), kind=kind, channel=channel)
    return users.filter(~Exists(unwanted), **{f"{address}__isnull": False})


def filled_template(message: Message, row: MessageKind) -> sms.FilledTemplate | None:
    """What goes out as a text message: the template of its kind, or that for any text.

    None where the kind has no template (any more). Any text is the message's own words, or title
    and text.
    """
    text = message.sms_text or f"{message.title}：{message.text}"
    if row.sms_template_id:
        parameters = {"text": text, **(message.parameters or {})}
        return sms.FilledTemplate(row.sms_template_id, row.sms_template, parameters)
    return sms.sms_backend().general(text) if message.kind in WRITTEN else None


def framed_sms_text(message: Message, row: MessageKind) -> str:
    """The same as it arrives, with what the provider puts around it; blank without a template."""
    filled = filled_template(message, row)
    return sms.sms_backend().frame(filled) if filled else ""


def example_of(row: MessageKind) -> str:
    """A text message of a kind as it would arrive, with made up parameters; blank without one."""
    kind = Kind(row.kind)
    examples = kinds.PARAMETERS[kind]
    message = Message(kind=kind, sms_text=examples.get("text", ""), parameters=examples)
    return framed_sms_text(message, row)


def estimate(message: Message, row: MessageKind) -> Estimate:
    """What a message of this kind would do at this moment; it need not be saved.

    A query for each channel.
    """
    users = recipients(audience=message.audience, audience_id=message.audience_id)
    counts = {
        channel: reachable(users, channel=channel, kind=message.kind).count()
        for channel in (Channel.SITE, *OUTSIDE)
        if channel == Channel.SITE or channel in message.channels
    }
    by_channel = {channel: n for channel, n in counts.items() if channel in message.channels}
    text = framed_sms_text(message, row) if Channel.SMS in by_channel else ""
    segments = sms.count_segments(text)
    cost = settings.SMS_PRICE * segments * by_channel.get(Channel.SMS, 0)
    cent = Decimal("0.01")
    return Estimate(counts[Channel.SITE], by_channel, segments, cost.quantize(cent), text)


def progress(message: Message) -> list[tuple[str, str, int]]:
    """How many deliveries of a message have which state: channel, state, number. One query."""
    rows = message.deliveries.order_by("channel", "state").values_list("channel", "state")
    return [
        (str(Channel(channel).label), str(Delivery.State(state).label), count)
        for channel, state, count in rows.annotate(count=Count("pk"))
    ]


@dataclass(frozen=True)
class InboxList:
    """Rows of one student for a paginator, which moves keys of an index to reach a page."""

    rows: QuerySet[Delivery]
    # For Django's paginator.
    ordered: ClassVar[bool] = True

    def count(self) -> int:
        """How many there are. One query, by an index."""
        return self.rows.order_by().count()

    def __getitem__(self, part: slice) -> list[Delivery]:
        """The rows of a page with their messages. Two queries: ids from an index, then rows."""
        ids = list(self.rows.values_list("pk", flat=True)[part])
        found = Delivery.objects.select_related("message").in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]


def my_messages(user_id: int) -> QuerySet[Delivery]:
    """What a student has got in the site, the newest first; for an InboxList."""
    return Delivery.objects.in_inbox(user_id).order_by("-pk")


def count_unread(user_id: int) -> int:
    """At most MAX_UNREAD. One query by an index, that reads no more rows than that."""
    return Delivery.objects.unread(user_id).order_by()[:MAX_UNREAD].count()


def opted_out(user_id: int) -> set[tuple[int, int]]:
    """Kinds and channels that a student does not want."""
    return set(OptOut.objects.filter(user_id=user_id).values_list("kind", "channel"))


def preferences(user_id: int) -> list[dict[str, object]]:
    """Each kind and channel that leave the site, with whether the student wants it. One query."""
    unwanted = opted_out(user_id)
    return [
        {
            "kind": kind.value,
            "kind_name": kind.label,
            "channel": channel.value,
            "channel_name": channel.label,
            "enabled": (kind, channel) not in unwanted,
        }
        for kind in Kind
        for channel in OUTSIDE
    ]
