"""Text messages; settings.SMS_BACKEND chooses the provider."""

from collections.abc import Callable
from importlib import import_module

from django.conf import settings

from luffy_api.libs.sms.base import SmsBackend, SmsUnavailable, call_with_deadline

# Modules are imported when chosen, so a provider's SDK is only needed where it is used.
BACKENDS = {"console": "ConsoleBackend", "tencent": "TencentBackend"}

__all__ = ["BACKENDS", "SmsBackend", "SmsUnavailable", "call_with_deadline", "sms_backend"]


def sms_backend() -> SmsBackend:
    """A new backend of the provider that the settings name."""
    name = settings.SMS_BACKEND
    make: Callable[[], SmsBackend] = getattr(
        import_module(f"luffy_api.libs.sms.{name}"), BACKENDS[name]
    )
    return make()
