"""Writes about messages: staff send and stop them, students read them and turn kinds off."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.inbox import audiences, kinds, locks, selectors
from luffy_api.apps.inbox.exceptions import (
    AlreadySent,
    DeliveryNotFound,
    EstimateChanged,
    NothingToStop,
    NotSendable,
)
from luffy_api.apps.inbox.models import Channel, Delivery, Kind, Message, MessageKind, OptOut
from luffy_api.apps.inbox.selectors import Estimate
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.libs import sms


@dataclass(frozen=True)
class Draft:
    """What staff want to send; `sms_text` may be blank, see `selectors.sms_text`.

    `link` is the page of the site that it is about, from its first slash on, or blank.
    """

    kind: Kind
    title: str
    text: str
    audience: str
    audience_id: int
    channels: Collection[Channel]
    sms_text: str = ""
    link: str = ""


@dataclass(frozen=True)
class Agreed:
    """To what number of people and to what price in yuan staff have agreed."""

    people: int
    cost: Decimal


def prepare(draft: Draft) -> tuple[Message, Estimate]:
    """The message as it would be kept, and what it would do; nothing is written.

    Raises NotSendable: an audience or channel that does not exist, nobody to send to, a text that
    the provider would refuse.
    """
    audience = audiences.get(draft.audience)
    name = audience.name(draft.audience_id) if audience else None
    if name is None:
        raise NotSendable("audience", "没有这个发送对象")
    channels = sorted(set(draft.channels))
    row = kinds.settings_of(draft.kind)
    possible = selectors.channels_of(row)
    if not possible:
        raise NotSendable("kind", "这一类消息已在“消息类型”里关闭")
    if not channels or not set(channels) <= set(possible):
        raise NotSendable("channels", "请选择这一类消息可以使用的发送方式")
    message = Message(
        kind=draft.kind,
        title=draft.title,
        text=draft.text,
        link=draft.link,
        sms_text=draft.sms_text if Channel.SMS in channels else "",
        audience=draft.audience,
        audience_id=draft.audience_id,
        audience_name=name[:150],
        channels=[int(channel) for channel in channels],
    )
    _require_short(message, row)
    found = selectors.estimate(message, row)
    if not any(found.by_channel.values()):
        raise NotSendable("audience", "没有人能收到：没有正常的账号，或都没有可用的手机号或邮箱")
    return message, found


def _require_short(message: Message, row: MessageKind) -> None:
    if Channel.SMS not in message.channels:
        return
    text = selectors.framed_sms_text(message, row)
    units = sms.count_units(text)
    if units > sms.MAX_UNITS:
        raise NotSendable(
            "sms_text", f"短信连同签名有 {units} 个字，最多 {sms.MAX_UNITS} 个，请另写短信内容"
        )
    if len(text.splitlines()) > 1:
        raise NotSendable("sms_text", "正文有多行，请另写一行短信内容")


def send(*, draft: Draft, agreed: Agreed, submission: UUID, staff_id: int) -> Message:
    """Keep a message, whose deliveries `expansion` then writes; the same submission is kept once.

    Raises NotSendable, AlreadySent when somebody else has sent this submission, and EstimateChanged
    when it would reach more people or cost more than was agreed to.
    """
    message, found = prepare(draft)
    if known := _known(submission, staff_id):
        return known
    if found.people > agreed.people or found.cost > agreed.cost:
        raise EstimateChanged
    message.submission, message.created_by_id = submission, staff_id
    try:
        _keep(message, found, staff_id)
    except IntegrityError:
        if known := _known(submission, staff_id):
            return known
        if is_sent(submission):
            raise AlreadySent from None
        raise
    return message


def is_sent(submission: UUID) -> bool:
    """Whether there is a message of this submission, whoever has sent it."""
    return Message.objects.filter(submission=submission).exists()


def _known(submission: UUID, staff_id: int) -> Message | None:
    return Message.objects.filter(submission=submission, created_by=staff_id).first()


@retry_deadlocks
@transaction.atomic
def _keep(message: Message, found: Estimate, staff_id: int) -> None:
    message.save(force_insert=True)
    ways = "、".join(f"{channel.label} {n} 人" for channel, n in found.by_channel.items())
    cost = f"，短信每人 {found.segments} 条，约 {found.cost} 元" if found.segments else ""
    audit_log.log_addition(
        message,
        user_id=staff_id,
        message=f"发送消息：{message.audience_name}，{ways}{cost}",
    )


@retry_deadlocks
@transaction.atomic
def stop(*, message_id: int, staff_id: int) -> None:
    """What was not sent yet is not sent; `expansion` marks it. Raises NothingToStop."""
    message = locks.lock_message(message_id)
    if message is None or message.state in Message.ENDED:
        raise NothingToStop
    message.state = Message.State.STOPPING
    message.save(update_fields=["state", "updated_time"])
    audit_log.log_change(message, user_id=staff_id, message="停止发送消息")


@retry_deadlocks
def read(*, user_id: int, delivery_id: int) -> None:
    """Mark a message of the student as read, once. Raises DeliveryNotFound."""
    own = Delivery.objects.in_inbox(user_id).filter(pk=delivery_id)
    if not own.filter(read_at=None).update(read_at=timezone.now()) and not own.exists():
        raise DeliveryNotFound


@retry_deadlocks
def read_all(*, user_id: int, up_to: int) -> None:
    """Mark what the student has as read, up to the delivery of this id: none that came since."""
    seen = Delivery.objects.unread(user_id).filter(pk__lte=up_to)
    seen.update(read_at=timezone.now())


def set_preference(*, user_id: int, kind: Kind, channel: Channel, enabled: bool) -> None:
    """Turn a kind of messages off or on, by a channel outside the site; may be repeated."""
    if enabled:
        _turn_on(user_id, kind, channel)
    else:
        _turn_off(user_id, kind, channel)


@retry_deadlocks
def _turn_on(user_id: int, kind: Kind, channel: Channel) -> None:
    OptOut.objects.filter(user_id=user_id, kind=kind, channel=channel).delete()


@retry_deadlocks
def _turn_off(user_id: int, kind: Kind, channel: Channel) -> None:
    row = OptOut(user_id=user_id, kind=kind, channel=channel)
    OptOut.objects.bulk_create([row], ignore_conflicts=True)
