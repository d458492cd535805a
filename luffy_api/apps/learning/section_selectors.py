"""How far all students of a course are, section by section, and where they stop."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Least
from django.db.models.lookups import GreaterThanOrEqual

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import completion
from luffy_api.apps.learning.models import SectionProgress

# A video in as many equal parts.
PARTS = 10


@dataclass(frozen=True)
class SectionStatistics:
    """Of one video: students who began it and those who are done, seconds watched by all of them.

    `stops` are those who began and are not done, by the part of the video in which they stand.
    """

    section_id: int
    name: str
    chapter: str
    duration: int
    begun: int = 0
    done: int = 0
    seconds: int = 0
    stops: Sequence[int] = (0,) * PARTS

    @property
    def done_percent(self) -> int | None:
        """Of those who began it, rounded down; None when nobody did."""
        return 100 * self.done // self.begun if self.begun else None

    @property
    def watched_percent(self) -> int | None:
        """How much of it those who began it have watched on average."""
        if not self.begun or not self.duration:
            return None
        return 100 * self.seconds // (self.begun * self.duration)


def section_statistics(course_id: int) -> list[SectionStatistics]:
    """Of each video of a course that students may see, in the order of the outline. Two queries.

    What players have reported in the last seconds may be missing.
    """
    counted = {row["section_id"]: row for row in _counted(course_id)}
    sections = CourseSection.objects.visible().filter(
        chapter__course_id=course_id, section_type=CourseSection.SectionType.VIDEO
    )
    return [
        _statistics(counted.get(pk, {}), pk, name, f"第 {number} 章 {chapter}", duration)
        for pk, name, number, chapter, duration in sections.in_order().values_list(
            "pk", "name", "chapter__chapter", "chapter__name", "duration"
        )
    ]


def _counted(course_id: int) -> "QuerySet[Any, Any]":
    length, done = F("section__duration"), completion.done()
    position = F("position") * PARTS
    reached = {
        f"reached_{part}": Count(
            "pk", filter=~done & Q(GreaterThanOrEqual(position, length * part))
        )
        for part in range(1, PARTS)
    }
    rows = SectionProgress.objects.filter(section__chapter__course_id=course_id)
    return (
        rows.order_by()
        .values("section_id")
        .annotate(
            begun=Count("pk"),
            done=Count("pk", filter=done),
            seconds=Coalesce(Sum(Least(completion.furthest(), length)), 0),
            **reached,
        )
    )


def _statistics(
    row: dict[str, int], pk: int, name: str, chapter: str, duration: int
) -> SectionStatistics:
    if not row:
        return SectionStatistics(pk, name, chapter, duration)
    begun, done = row["begun"], row["done"]
    # How many stand in each part or in a later one.
    reached = [begun - done, *(row[f"reached_{part}"] for part in range(1, PARTS)), 0]
    stops = [reached[part] - reached[part + 1] for part in range(PARTS)]
    return SectionStatistics(pk, name, chapter, duration, begun, done, row["seconds"], stops)
