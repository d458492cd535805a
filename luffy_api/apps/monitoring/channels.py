"""Ways on which alerts reach people: a robot of a group chat, and mail."""

from collections.abc import Callable
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail

from luffy_api.libs import robots

WEBHOOK, MAIL = "webhook", "mail"


class DeliveryFailed(Exception):
    """A channel did not take a message; the reason names no secret."""


def configured() -> list[str]:
    """The channels of the settings."""
    given = {WEBHOOK: settings.ALERT_WEBHOOK_URL, MAIL: settings.ALERT_RECIPIENTS}
    return [name for name, value in given.items() if value]


def send(channel: str, *, subject: str, text: str) -> None:
    """Send one message. Raises DeliveryFailed. Waits for the network: never in a transaction."""
    SENDERS[channel](subject, text)


def _send_webhook(subject: str, text: str) -> None:
    try:
        # Robots that demand a keyword find the name of the shop in every message.
        robots.send_text(
            settings.ALERT_WEBHOOK_URL,
            f"{subject}\n{text}",
            kind=settings.ALERT_WEBHOOK_KIND,
            secret=settings.ALERT_WEBHOOK_SECRET,
        )
    except robots.RobotError as error:
        raise DeliveryFailed(str(error)) from error


def _send_mail(subject: str, text: str) -> None:
    try:
        send_mail(subject, text, None, settings.ALERT_RECIPIENTS)
    except (OSError, SMTPException, ValueError) as error:
        raise DeliveryFailed(type(error).__name__) from error


SENDERS: dict[str, Callable[[str, str], None]] = {WEBHOOK: _send_webhook, MAIL: _send_mail}
