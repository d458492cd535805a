"""Kinds of messages: what the school has chosen for each, and the parameters of its template."""

from luffy_api.apps.inbox.models import ALWAYS_TOLD, WRITTEN, Channel, Kind, MessageKind

# The longest text of a parameter; providers refuse longer ones.
MAX_PARAMETER = 30
# Names of the parameters that a template of a kind may have, each with an example.
PARAMETERS: dict[Kind, dict[str, str]] = {
    Kind.MESSAGE: {"text": "停机维护：周六凌晨停机两小时。"},
    Kind.ANNOUNCEMENT: {"text": "国庆放假安排：客服 10 月 8 日恢复。"},
    Kind.ANSWER: {"course": "Python 入门", "question": "装饰器怎么用"},
    Kind.BOUGHT: {"subject": "Python 入门", "amount": "99.00"},
    Kind.REFUNDED: {"subject": "Python 入门", "amount": "99.00"},
    Kind.MEMBERSHIP_EXPIRING: {"membership": "年度会员", "day": "2027 年 1 月 8 日"},
    Kind.NEW_SECTION: {"course": "Python 入门", "count": "3"},
    Kind.ACCOUNT: {"provider": "微信", "event": "绑定"},
    Kind.COURSE_EXPIRING: {"course": "Python 入门", "day": "2027 年 1 月 8 日"},
    Kind.RATING_ANSWERED: {"course": "Python 入门"},
    Kind.ANSWER_ACCEPTED: {"course": "Python 入门", "question": "装饰器怎么用"},
}


def settings_of(kind: int) -> MessageKind:
    """The row of a kind, or what holds without one (unsaved). One query.

    Written kinds may go out by every way; the others stay in the site, since text messages cost.
    """
    return MessageKind.objects.filter(kind=kind).first() or default(Kind(kind))


def default(kind: Kind) -> MessageKind:
    """A row as it is before staff change it, unsaved."""
    written = kind in WRITTEN
    return MessageKind(kind=kind, by_sms=written, by_mail=written)


def channels_of(row: MessageKind) -> list[Channel]:
    """By which ways messages of this kind may go out, in the site always.

    None when it is off, of what is always told in the site only.
    """
    if not row.is_on:
        return [Channel.SITE] if row.kind in ALWAYS_TOLD else []
    wanted = {Channel.SITE: True, Channel.SMS: row.by_sms, Channel.MAIL: row.by_mail}
    return [channel for channel, is_wanted in wanted.items() if is_wanted]


def cut(text: str) -> str:
    """A text that fits into a parameter: one line, at most MAX_PARAMETER characters."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_PARAMETER else f"{line[: MAX_PARAMETER - 1]}…"
