"""Text messages; settings.SMS_BACKEND chooses the provider."""

from collections.abc import Callable
from importlib import import_module

from django.conf import settings

from luffy_api.libs.sms.base import (
    MAX_NUMBERS,
    NOT_TRIED,
    PLACE,
    TAKEN,
    FilledTemplate,
    SmsBackend,
    SmsOutcomeUnknown,
    SmsUnavailable,
    call_with_deadline,
)
from luffy_api.libs.sms.segments import MAX_UNITS, count_segments, count_units

# Modules are imported when chosen, so a provider's SDK is only needed where it is used.
BACKENDS = {
    "aliyun": "AliyunBackend",
    "console": "ConsoleBackend",
    "tencent": "TencentBackend",
}

__all__ = [
    "BACKENDS",
    "MAX_NUMBERS",
    "MAX_UNITS",
    "NOT_TRIED",
    "PLACE",
    "TAKEN",
    "FilledTemplate",
    "SmsBackend",
    "SmsOutcomeUnknown",
    "SmsUnavailable",
    "call_with_deadline",
    "count_segments",
    "count_units",
    "sms_backend",
]


def sms_backend() -> SmsBackend:
    """A new backend of the provider that the settings name."""
    name = settings.SMS_BACKEND
    make: Callable[[], SmsBackend] = getattr(
        import_module(f"luffy_api.libs.sms.{name}"), BACKENDS[name]
    )
    return make()
