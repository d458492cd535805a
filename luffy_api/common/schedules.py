"""When scheduled jobs run: by the clock of Shanghai, whatever that of the machine and of huey."""

from collections.abc import Callable
from datetime import UTC, datetime

from huey import crontab

from luffy_api.common.dates import SHANGHAI


def shanghai(*, minute: str = "*", hour: str = "*") -> Callable[[datetime], bool]:
    """A schedule for `db_periodic_task`, in the notation of crontab.

    huey asks with a naive time in UTC. Raises ValueError for what is no schedule.
    """
    matches = crontab(minute=minute, hour=hour, strict=True)

    def is_due(moment: datetime) -> bool:
        return bool(matches(moment.replace(tzinfo=UTC).astimezone(SHANGHAI)))

    return is_due
