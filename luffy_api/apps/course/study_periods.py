"""How long a course may be studied that was bought, joined or opened by a code: 学习期限."""

from datetime import datetime

from django.utils import timezone

from luffy_api.common import dates


def end_of(starts_at: datetime, months: int | None) -> datetime | None:
    """When a period of so many calendar months ends that begins at a moment (UTC); None: never.

    At the same time of day, by the school's calendar: of the 31st a month later is the 28th, 29th
    or 30th.
    """
    if months is None:
        return None
    begins = timezone.localtime(starts_at).date()
    return starts_at + (dates.months_after(begins, months) - begins)
