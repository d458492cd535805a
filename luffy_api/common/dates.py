"""Days and times of day in Shanghai, whatever TIME_ZONE says: those of the payment providers."""

from calendar import monthrange
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


def months_after(day: date, months: int) -> date:
    """The day so many calendar months later; of the 31st a month later the month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
