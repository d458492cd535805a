"""Text messages behind one small interface; settings.SMS_BACKEND chooses the provider."""

from collections.abc import Callable
from importlib import import_module

from django.conf import settings

from luffy_api.libs.sms.base import SmsBackend, SmsUnavailable, within

# Imported when chosen: a provider's library need not be installed for another one.
BACKENDS = {"console": "ConsoleBackend", "tencent": "TencentBackend"}

__all__ = ["BACKENDS", "SmsBackend", "SmsUnavailable", "sms_backend", "within"]


def sms_backend() -> SmsBackend:
    """The provider that the settings name."""
    name = settings.SMS_BACKEND
    make: Callable[[], SmsBackend] = getattr(
        import_module(f"luffy_api.libs.sms.{name}"), BACKENDS[name]
    )
    return make()
