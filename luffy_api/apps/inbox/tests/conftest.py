"""A provider of text messages, at any hour."""

import pytest

from luffy_api.libs.sms.tests.test_tencent import tencent

__all__ = ["tencent"]


@pytest.fixture
def any_hour(settings):
    """Text messages go out by day and by night."""
    settings.SMS_MESSAGE_HOURS = (0, 24)


@pytest.fixture
def provider(tencent, any_hour, settings):
    """Tencent, with a template of its own for messages."""
    settings.SMS_MESSAGES = True
    return tencent
