"""How much students have watched: of a course's videos, and on which day; for other apps."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, FilteredRelation, Max, Q, Sum
from django.db.models.functions import Coalesce, Least

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import progress_buffer
from luffy_api.apps.learning.models import StudyDay


@dataclass(frozen=True)
class WatchedVideos:
    """Of one course: the length of its videos and what was watched of them, in seconds.

    `latest` (UTC) is when the student watched last, None before that.
    """

    seconds: int = 0
    length: int = 0
    latest: datetime | None = None

    @property
    def percent(self) -> int:
        """Whole percent, rounded down; 0 for a course without videos."""
        return 100 * self.seconds // self.length if self.length else 0

    def exceeds(self, percent: int) -> bool:
        """Whether more than `percent` is watched, exactly."""
        return 100 * self.seconds > percent * self.length


def watched_videos(*, user_id: int, course_ids: Collection[int]) -> dict[int, WatchedVideos]:
    """What the student has watched of each of the courses. One query.

    Every visible video of known length counts, those that may be watched without buying as well.
    What was watched in a study period that is over does not (`periods`). What players have
    reported meanwhile is written first.
    """
    progress_buffer.flush_student(user_id)
    videos = CourseSection.objects.visible().filter(
        section_type=CourseSection.SectionType.VIDEO,
        duration__gt=0,
        chapter__course_id__in=course_ids,
    )
    own = FilteredRelation("progress", condition=Q(progress__user_id=user_id))
    rows = (
        videos.order_by()
        .annotate(own=own)
        .values(course_id=F("chapter__course_id"))
        .annotate(
            seconds=Coalesce(Sum(Least("own__watched", "duration")), 0),
            length=Sum("duration"),
            latest=Max("own__updated_time"),
        )
    )
    found = {
        row["course_id"]: WatchedVideos(row["seconds"], row["length"], row["latest"])
        for row in rows
    }
    return {pk: found.get(pk, WatchedVideos()) for pk in course_ids}


@dataclass(frozen=True)
class Studied:
    """How many students watched something, and for how many seconds."""

    students: int = 0
    seconds: int = 0


def studied_on(day: date) -> Studied:
    """By all students on a day in Shanghai. One query."""
    found = StudyDay.objects.filter(day=day, seconds__gt=0).aggregate(
        students=Count("user", distinct=True), seconds=Coalesce(Sum("seconds"), 0)
    )
    return Studied(**found)


def studied_by_course(day: date) -> dict[int, Studied]:
    """The same for each course of which something was watched. One query."""
    rows = StudyDay.objects.filter(day=day, seconds__gt=0).order_by().values_list("course_id")
    found = rows.annotate(Count("pk"), Sum("seconds"))
    return {course_id: Studied(students, seconds) for course_id, students, seconds in found}


def first_study_day() -> date | None:
    """The first day on which anything was watched, None before that. One query, by an index."""
    return StudyDay.objects.order_by("day").values_list("day", flat=True).first()
