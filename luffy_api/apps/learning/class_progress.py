"""How far the students of courses are, for their teacher: of many students, and of one by section.

What players have reported in the last seconds may be missing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, FilteredRelation, Max, Q, QuerySet
from django.db.models.lookups import GreaterThanOrEqual

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import watch_time
from luffy_api.apps.learning.models import SectionProgress

VIDEO = CourseSection.SectionType.VIDEO


@dataclass(frozen=True)
class ClassProgress:
    """Of one student in one course: videos that are done, and all of them.

    `latest` (UTC) is when they watched last, None before that.
    """

    done: int = 0
    videos: int = 0
    latest: datetime | None = None

    @property
    def percent(self) -> int:
        """As the student sees it: whole percent, rounded down; 0 for a course without videos."""
        return min(100, 100 * self.done // self.videos) if self.videos else 0


@dataclass(frozen=True)
class SectionOfStudent:
    """A video of the outline, and where the student stands in it; seconds."""

    chapter: str
    name: str
    duration: int
    position: int
    watched: int
    latest: datetime | None

    @property
    def percent(self) -> int:
        """How much of it is watched."""
        return min(100, 100 * self.watched // self.duration) if self.duration else 0

    @property
    def is_done(self) -> bool:
        """The rule of all pages."""
        return watch_time.is_done(watched=self.watched, duration=self.duration)


def of_students(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], ClassProgress]:
    """The progress of each (student, course). Two queries."""
    courses = {course_id for _, course_id in pairs}
    videos = dict(
        _videos(courses).order_by().values_list("chapter__course_id").annotate(total=Count("pk"))
    )
    rows = {
        (row["user_id"], row["course_id"]): row
        for row in _counted({user_id for user_id, _ in pairs}, courses)
    }
    return {
        pair: ClassProgress(
            done=rows[pair]["done"] if pair in rows else 0,
            videos=videos.get(pair[1], 0),
            latest=rows[pair]["latest"] if pair in rows else None,
        )
        for pair in pairs
    }


def by_section(*, user_id: int, course_id: int) -> Sequence[SectionOfStudent]:
    """Each video of the course in the order of its outline. One query."""
    own = FilteredRelation("progress", condition=Q(progress__user_id=user_id))
    rows = (
        _videos({course_id})
        .annotate(own=own)
        .in_order()
        .values_list(
            *("chapter__chapter", "chapter__name", "name", "duration"),
            *("own__position", "own__watched", "own__updated_time"),
        )
    )
    return [
        SectionOfStudent(
            f"第 {number} 章 {chapter}", name, duration, position or 0, watched or 0, latest
        )
        for number, chapter, name, duration, position, watched, latest in rows
    ]


def _videos(course_ids: Collection[int]) -> Any:
    return CourseSection.objects.visible().filter(
        chapter__course_id__in=course_ids, section_type=VIDEO
    )


def _counted(user_ids: Collection[int], course_ids: Collection[int]) -> "QuerySet[Any, Any]":
    """The same rule as `watch_time.is_done`."""
    length = F("section__duration")
    done = Q(section__duration__gt=0) & Q(GreaterThanOrEqual(F("watched") * 10, length * 9))
    rows = SectionProgress.objects.filter(user__in=user_ids, section__in=_videos(course_ids))
    return (
        rows.order_by()
        .values("user_id", course_id=F("section__chapter__course_id"))
        .annotate(done=Count("pk", filter=done), latest=Max("updated_time"))
    )
