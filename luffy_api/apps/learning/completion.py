"""When a section counts as done, and which sections can be.

A video is done when nine tenths of it were watched, a document or an exercise when its student says
so, a quiz when it was passed. `done_at` is written then and never taken back: neither a longer
video nor a hidden section undoes it. Rows of an earlier release have none, so that what was watched
counts as well, in whatever study period.
"""

from datetime import datetime

from django.db.models import BooleanField, Case, ExpressionWrapper, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import GreaterThanOrEqual

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.course.models.outline import has_matter, visible_section
from luffy_api.apps.learning import watch_time

QUIZ = CourseSection.SectionType.QUIZ


def is_done(*, done_at: datetime | None, watched: int, duration: int) -> bool:
    """The rule for one row; seconds."""
    return done_at is not None or watch_time.is_done(watched=watched, duration=duration)


def done() -> Q:
    """The same rule for rows of SectionProgress."""
    length = F("section__duration")
    watched = Q(section__duration__gt=0) & Q(GreaterThanOrEqual(furthest() * 10, length * 9))
    watched &= ~Q(section__section_type=QUIZ)
    return Q(done_at__isnull=False) | watched


def furthest(path: str = "") -> Greatest:
    """Seconds of the progress at `path` that were watched in any study period (periods.py)."""
    return Greatest(F(f"{path}watched"), Coalesce(F(f"{path}earlier"), Value(0)))


def watched_length(path: str = "") -> Case:
    """Seconds of the section at `path` of which watching counts: of a quiz none.

    One that was a video before still has its length.
    """
    quiz = When(**{f"{path}section_type": QUIZ}, then=Value(0))
    return Case(quiz, default=F(f"{path}duration"), output_field=IntegerField())


def percent(done: int, total: int) -> int:
    """Whole percent, rounded down; 0 where nothing can be done."""
    return 100 * done // total if total else 0


def can_be_done(path: str = "") -> "ExpressionWrapper[Q]":
    """Whether there is something to learn in the section at `path` (`section__`)."""
    return ExpressionWrapper(doable(path), output_field=BooleanField())


def doable(path: str = "") -> Q:
    """The same as a condition: visible, and with something in it."""
    return visible_section(path) & has_matter(path)
