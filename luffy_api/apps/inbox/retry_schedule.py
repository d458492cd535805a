"""When a delivery outside the site is tried, and tried again. All times are UTC."""

from datetime import datetime, timedelta

from django.conf import settings

from luffy_api.apps.inbox.models import Channel
from luffy_api.common.dates import SHANGHAI

# Longer than any batch takes; a batch that is half through it begins nothing new.
LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
MAX_PAUSE = timedelta(hours=1)
# About seven hours in all.
MAX_ATTEMPTS = 12


def after_failure(*, attempts: int, now: datetime) -> datetime:
    """The next attempt: in a minute, doubled up to an hour."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 10)
    return now + min(doubled, MAX_PAUSE)


def is_open(channel: Channel, now: datetime) -> bool:
    """Whether messages may go out by this channel at a moment: text messages from 8:00 to 21:00."""
    morning, night = settings.SMS_MESSAGE_HOURS
    return channel != Channel.SMS or morning <= now.astimezone(SHANGHAI).hour < night
