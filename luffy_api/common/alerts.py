"""Tells the people who run the school what needs one of them."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail

logger = logging.getLogger(__name__)


def send_alert(subject: str, text: str) -> None:
    """Log an alert, and mail it to ALERT_EMAIL where that is set; never raises.

    `subject` is one line. Waits for the mail server, ten seconds at most for each step: never call
    it inside a transaction or under a lock.
    """
    logger.error("alert: %s: %s", subject, text)
    if not settings.ALERT_RECIPIENTS:
        return
    try:
        send_mail(f"[Luffy] {subject}", text, None, settings.ALERT_RECIPIENTS)
    except (OSError, SMTPException, ValueError) as error:
        logger.error("the alert could not be mailed: %s", type(error).__name__)
