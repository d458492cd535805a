"""Text messages behind one small interface; settings.SMS_BACKEND chooses the provider."""

from django.conf import settings

from luffy_api.libs.sms.base import SmsBackend, SmsUnavailable
from luffy_api.libs.sms.console import ConsoleBackend

BACKENDS: dict[str, type[SmsBackend]] = {"console": ConsoleBackend}

__all__ = ["SmsBackend", "SmsUnavailable", "sms_backend"]


def sms_backend() -> SmsBackend:
    """The provider that the settings name."""
    return BACKENDS[settings.SMS_BACKEND]()
