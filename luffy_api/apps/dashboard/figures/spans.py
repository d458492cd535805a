"""Spans of days in Shanghai."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from luffy_api.common import dates

MAX_DAYS = 366


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @classmethod
    def until_today(cls, days: int) -> "Span":
        """So many days, of which today is the last."""
        return cls(dates.today() - timedelta(days=days - 1), dates.today())

    @property
    def days(self) -> list[date]:
        """Each day, in order."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=number) for number in range(count)]

    @property
    def start(self) -> datetime:
        """The first moment of it."""
        return dates.midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return dates.midnight(self.last + timedelta(days=1))
