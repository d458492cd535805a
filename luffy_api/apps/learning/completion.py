"""When a section counts as done, and which sections can be.

A video is done when nine tenths of it were watched, a document or an exercise when its student says
so. `done_at` is written then and never taken back: neither a longer video nor a hidden section
undoes it. Rows of an earlier release have none, so that what was watched counts as well.
"""

from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.lookups import GreaterThanOrEqual

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.course.models.outline import visible_section
from luffy_api.apps.learning import watch_time

VIDEO = CourseSection.SectionType.VIDEO


def is_done(*, done_at: datetime | None, watched: int, duration: int) -> bool:
    """The rule for one row; seconds."""
    return done_at is not None or watch_time.is_done(watched=watched, duration=duration)


def done() -> Q:
    """The same rule for rows of SectionProgress."""
    length = F("section__duration")
    watched = Q(section__duration__gt=0) & Q(GreaterThanOrEqual(F("watched") * 10, length * 9))
    return Q(done_at__isnull=False) | watched


def percent(done: int, total: int) -> int:
    """Whole percent, rounded down; 0 where nothing can be done."""
    return 100 * done // total if total else 0


def can_be_done(path: str = "") -> "ExpressionWrapper[Q]":
    """Whether there is something to watch or to read in the section at `path` (`section__`)."""
    return ExpressionWrapper(doable(path), output_field=BooleanField())


def doable(path: str = "") -> Q:
    """The same as a condition: a visible video that plays, a visible text that is not blank.

    As `CourseSectionQuerySet.playable` has it, for sections at the end of a path.
    """
    video = Q(**{f"{path}section_type": VIDEO})
    plays = video & Q(**{f"{path}is_playable": True})
    return visible_section(path) & (plays | (~video & ~Q(**{f"{path}content": ""})))
