"""How long a membership is, and what of it is unused. A day is 24 hours."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.common import dates

DAY = timedelta(days=1)
CENT = Decimal("0.01")


def whole_days(start: datetime, *, months: int, days: int) -> int:
    """The days of a term that begins at `start`; a month ends on its last day at the latest.

    Months are those of the school's calendar. Of the 31st a month later is the 28th, 29th or 30th.
    """
    if not months:
        return days
    begins = timezone.localtime(start).date()
    return (dates.months_after(begins, months) - begins).days


def unused_days(period: MembershipPeriod, now: datetime) -> int:
    """The whole days that are left of a period, 0 when it is refunded or over."""
    if period.ended_at is not None:
        return 0
    left = (period.ends_at - max(now, period.starts_at)) // DAY
    return max(0, min(left, period.days))


def unused_words(period: MembershipPeriod, now: datetime) -> str:
    """What a refund by days would give back, in words."""
    return f"剩余 {unused_days(period, now)} 整天，{unused_value(period, now):.2f} 元"


def unused_value(period: MembershipPeriod, now: datetime) -> Decimal:
    """What the unused days of a period were paid with, in yuan, to the cent."""
    value = period.price * unused_days(period, now) / period.days
    return min(value.quantize(CENT, ROUND_HALF_UP), period.price)
