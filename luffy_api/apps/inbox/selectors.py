"""Reads of messages: who gets one, what it costs, what a student has."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet

from luffy_api.apps.inbox import audiences
from luffy_api.apps.inbox.models import OUTSIDE, WRITTEN, Channel, Delivery, Message, OptOut
from luffy_api.apps.user.models import User
from luffy_api.libs import sms

# An unread number is counted no further: pages show 99+.
MAX_UNREAD = 100


@dataclass(frozen=True)
class Estimate:
    """What a message would do: people by channel, text messages for each, their cost in yuan."""

    people: int
    by_channel: dict[Channel, int]
    segments: int
    cost: Decimal


def available_channels() -> list[Channel]:
    """The channels that the settings allow."""
    found = [Channel.SITE]
    if settings.SMS_MESSAGES:
        found.append(Channel.SMS)
    if not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        found.append(Channel.MAIL)
    return found


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


def sms_text(message: Message) -> str:
    """What goes out as a text message: its own words, or title and text."""
    return message.sms_text or f"{message.title}：{message.text}"


def framed_sms_text(message: Message) -> str:
    """The same with what the provider puts around it."""
    return sms.sms_backend().frame(sms_text(message))


def estimate(message: Message) -> Estimate:
    """What a message would do at this moment; it need not be saved. A query for each channel."""
    users = recipients(audience=message.audience, audience_id=message.audience_id)
    counts = {
        channel: reachable(users, channel=channel, kind=message.kind).count()
        for channel in (Channel.SITE, *OUTSIDE)
        if channel == Channel.SITE or channel in message.channels
    }
    by_channel = {channel: n for channel, n in counts.items() if channel in message.channels}
    is_text = Channel.SMS in by_channel
    segments = sms.count_segments(framed_sms_text(message)) if is_text else 0
    cost = settings.SMS_PRICE * segments * by_channel.get(Channel.SMS, 0)
    return Estimate(counts[Channel.SITE], by_channel, segments, cost.quantize(Decimal("0.01")))


def progress(message: Message) -> list[tuple[str, str, int]]:
    """How many deliveries of a message have which state: channel, state, number. One query."""
    rows = message.deliveries.order_by("channel", "state").values_list("channel", "state")
    return [
        (str(Channel(channel).label), str(Delivery.State(state).label), count)
        for channel, state, count in rows.annotate(count=Count("pk"))
    ]


def my_messages(user_id: int) -> QuerySet[Delivery]:
    """What a student has got in the site, the newest first."""
    return Delivery.objects.in_inbox(user_id).select_related("message").order_by("-pk")


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
        for kind in WRITTEN
        for channel in OUTSIDE
    ]
