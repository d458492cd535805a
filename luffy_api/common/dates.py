"""Days and times of day in Shanghai, whatever TIME_ZONE says: those of the payment providers."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """The day in Shanghai."""
    return day_of(timezone.now())


def yesterday() -> date:
    """The last day in Shanghai that is over."""
    return today() - timedelta(days=1)


def midnight(day: date) -> datetime:
    """The first moment of a day in Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)


def day_of(moment: datetime) -> date:
    """The day in Shanghai at an aware moment."""
    return moment.astimezone(SHANGHAI).date()
