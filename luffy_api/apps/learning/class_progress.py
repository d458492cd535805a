"""How far the students of courses are, for their teacher: of many students, and of one by section.

What players have reported in the last seconds may be missing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, FilteredRelation, Max, Q, QuerySet

from luffy_api.apps.course.models import CourseSection, CourseSectionQuerySet
from luffy_api.apps.learning import completion
from luffy_api.apps.learning.models import SectionProgress


@dataclass(frozen=True)
class ClassProgress:
    """Of one student in one course: sections that are done, and all that count (CourseProgress).

    `latest` (UTC) is when they learned last, None before that.
    """

    done: int = 0
    total: int = 0
    latest: datetime | None = None

    @property
    def percent(self) -> int:
        """As the student sees it."""
        return completion.percent(self.done, self.total)


@dataclass(frozen=True)
class SectionOfStudent:
    """A section of the outline, and where the student stands in it; seconds."""

    chapter: str
    name: str
    duration: int
    position: int
    watched: int
    done_at: datetime | None
    latest: datetime | None

    @property
    def percent(self) -> int:
        """How much of a video is watched; all or nothing of a text."""
        if self.duration:
            return min(100, 100 * self.watched // self.duration)
        return 100 if self.is_done else 0

    @property
    def is_done(self) -> bool:
        """The rule of all pages."""
        return completion.is_done(
            done_at=self.done_at, watched=self.watched, duration=self.duration
        )


def of_students(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], ClassProgress]:
    """The progress of each (student, course). Two queries."""
    courses = {course_id for _, course_id in pairs}
    doable = dict(
        _doable(courses).order_by().values_list("chapter__course_id").annotate(total=Count("pk"))
    )
    rows = {
        (row["user_id"], row["course_id"]): row
        for row in _counted({user_id for user_id, _ in pairs}, courses)
    }
    nothing = {"done": 0, "withdrawn": 0, "latest": None}
    found = {}
    for pair in pairs:
        row = rows.get(pair, nothing)
        total = doable.get(pair[1], 0) + row["withdrawn"]
        found[pair] = ClassProgress(done=row["done"], total=total, latest=row["latest"])
    return found


def by_section(*, user_id: int, course_id: int) -> Sequence[SectionOfStudent]:
    """What can be done in the course, in the order of its outline. One query."""
    own = FilteredRelation("progress", condition=Q(progress__user_id=user_id))
    rows = (
        _doable({course_id})
        .annotate(own=own, length=completion.watched_length())
        .annotate(furthest=completion.furthest("own__"))
        .in_order()
        .values_list(
            *("chapter__chapter", "chapter__name", "name", "length", "own__position"),
            *("furthest", "own__done_at", "own__updated_time"),
        )
    )
    return [
        SectionOfStudent(
            *(f"第 {number} 章 {chapter}", name, duration, position or 0, watched or 0),
            *(done_at, latest),
        )
        for number, chapter, name, duration, position, watched, done_at, latest in rows
    ]


def _doable(course_ids: Collection[int]) -> CourseSectionQuerySet:
    return CourseSection.objects.filter(completion.doable(), chapter__course_id__in=course_ids)


def _counted(user_ids: Collection[int], course_ids: Collection[int]) -> "QuerySet[Any, Any]":
    done = completion.done()
    rows = SectionProgress.objects.filter(
        user__in=user_ids, section__chapter__course_id__in=course_ids
    )
    return (
        rows.order_by()
        .values("user_id", course_id=F("section__chapter__course_id"))
        .annotate(
            done=Count("pk", filter=done),
            withdrawn=Count("pk", filter=done & ~completion.doable("section__")),
            latest=Max("updated_time"),
        )
    )
