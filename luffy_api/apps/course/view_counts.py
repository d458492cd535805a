"""How often the pages of courses are opened.

A request only notes the course in memory, also where a published answer serves it. Every few
seconds each process adds what it has noted to the day. An estimate of interest: programs that read
the site count like people, and some seconds of a killed process are lost.
"""

from collections import Counter, deque
from contextlib import suppress
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from luffy_api.apps.course.models import CourseViewDay
from luffy_api.common import dates, tallies
from luffy_api.common.deletion import delete_in_chunks
from luffy_api.common.transactions import retry_deadlocks

# Views that a process notes between two flushes; of more the oldest are forgotten.
MAX_NOTED = 50_000

_noted: deque[int] = deque(maxlen=MAX_NOTED)


def note(course_id: int) -> None:
    """Somebody has asked for the page of a course; counted after the next `flush`."""
    _noted.append(course_id)


def flush() -> None:
    """Add what this process has noted to today; what the database refuses is noted again."""
    views: Counter[int] = Counter()
    with suppress(IndexError):
        while True:
            views[_noted.popleft()] += 1
    if not views:
        return
    try:
        _add(dates.today(), views)
    except Exception:
        _noted.extend(views.elements())
        raise


def forget() -> None:
    """Forget what was noted: a forked process does not count what its parent counts."""
    _noted.clear()


def views_by_day(*, course_id: int, first: date, last: date) -> dict[date, int]:
    """About how often the page of a course was opened on each day. One query."""
    days = CourseViewDay.objects.filter(course=course_id, day__range=(first, last))
    return dict(days.values_list("day", "views"))


def delete_old() -> int:
    """Delete the counts of days that no page shows any more; return how many rows."""
    before = dates.today() - timedelta(days=settings.COURSE_VIEW_DAYS)
    return delete_in_chunks(CourseViewDay.objects.filter(day__lt=before))


@retry_deadlocks
@transaction.atomic
def _add(day: date, views: Counter[int]) -> None:
    amounts = {(day, course_id): count for course_id, count in views.items()}
    tallies.add(CourseViewDay, amounts, names=("day", "course_id"), column="views")
