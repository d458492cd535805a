"""Ways out of the site: text messages and mail, each with what is known of every recipient."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from luffy_api.apps.inbox import kinds, selectors
from luffy_api.apps.inbox.models import Channel, Message
from luffy_api.apps.school import current_site
from luffy_api.apps.user.models import User
from luffy_api.libs import sms

# For a call with many numbers.
SMS_DEADLINE = timedelta(seconds=20)


class SendStatus(Enum):
    """What is known of one recipient: it was taken, it was refused, nobody asked, or none of it."""

    SENT = 1
    REFUSED = 2
    UNKNOWN = 3
    NOT_TRIED = 4


@dataclass(frozen=True)
class SendResult:
    """A status with the provider's code; it names no recipient."""

    status: SendStatus
    problem: str = ""


NOT_TRIED = SendResult(SendStatus.NOT_TRIED, sms.NOT_TRIED)
NO_TEMPLATE = SendResult(SendStatus.REFUSED, "没有短信模板")


class ProviderDown(Exception):
    """Nobody got anything; the reason names no secret and no recipient."""


@dataclass(frozen=True)
class Sender:
    """`send` gives a result for each user or raises ProviderDown, for `size` users at most.

    `has_address` says whether a user can be reached.
    """

    size: int
    has_address: Callable[[User], bool]
    send: Callable[[Message, Sequence[User]], dict[int, SendResult]]


def _send_texts(message: Message, users: Sequence[User]) -> dict[int, SendResult]:
    mobiles = {user.pk: str(user.mobile) for user in users}
    filled = selectors.filled_template(message, kinds.settings_of(message.kind))
    if filled is None:
        return dict.fromkeys(mobiles, NO_TEMPLATE)
    try:
        codes = sms.call_with_deadline(
            SMS_DEADLINE,
            lambda: sms.sms_backend().send_text(mobiles=[*mobiles.values()], filled=filled),
        )
    except sms.SmsOutcomeUnknown as error:
        return dict.fromkeys(mobiles, SendResult(SendStatus.UNKNOWN, str(error)))
    except sms.SmsUnavailable as error:
        raise ProviderDown(str(error)) from error
    return {pk: _of_code(codes.get(mobile)) for pk, mobile in mobiles.items()}


def _of_code(code: str | None) -> SendResult:
    if code is None:
        return SendResult(SendStatus.UNKNOWN, "no status")
    if code == sms.NOT_TRIED:
        return NOT_TRIED
    return (
        SendResult(SendStatus.SENT) if code == sms.TAKEN else SendResult(SendStatus.REFUSED, code)
    )


def _send_mails(message: Message, users: Sequence[User]) -> dict[int, SendResult]:
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException, ValueError) as error:
        raise ProviderDown(type(error).__name__) from error
    results = dict.fromkeys((user.pk for user in users), NOT_TRIED)
    try:
        for user in users:
            results[user.pk] = _send_mail(connection, message, user)
            # The connection is lost with its answer; the others have not been sent.
            if results[user.pk].status is SendStatus.UNKNOWN:
                break
    finally:
        connection.close()
    return results


def _send_mail(connection: BaseEmailBackend, message: Message, user: User) -> SendResult:
    mail = EmailMessage(
        subject=f"[{current_site.name()}] {message.title}",
        body=f"{message.text}\n\n{settings.PUBLIC_URL}{message.link or '/user/messages'}",
        to=[str(user.email)],
        connection=connection,
    )
    try:
        mail.send()
    except SMTPRecipientsRefused:
        return SendResult(SendStatus.REFUSED, "SMTPRecipientsRefused")
    except SMTPResponseException as error:
        return SendResult(SendStatus.REFUSED, f"{type(error).__name__} {error.smtp_code}")
    except ValueError as error:
        return SendResult(SendStatus.REFUSED, type(error).__name__)
    except (OSError, SMTPException) as error:
        return SendResult(SendStatus.UNKNOWN, type(error).__name__)
    return SendResult(SendStatus.SENT)


SENDERS = {
    Channel.SMS: Sender(sms.MAX_NUMBERS, lambda user: bool(user.mobile), _send_texts),
    Channel.MAIL: Sender(10, lambda user: bool(user.email), _send_mails),
}
