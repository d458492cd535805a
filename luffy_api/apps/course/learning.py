"""How far students are in their courses."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F

from luffy_api.apps.course.models import Course, CourseSection, SectionProgress
from luffy_api.apps.course.querysets import CourseQuerySet

DONE_SHARE = 0.9
VIDEO = CourseSection.SectionType.VIDEO


@dataclass(frozen=True)
class CourseProgress:
    """Watched videos in percent, and the section and second where the student stopped."""

    percent: int = 0
    section_id: int | None = None
    position: int = 0


def my_courses(*, user_id: int) -> CourseQuerySet:
    """The student's courses, the newest right first, whatever became of them in the shop."""
    return (
        Course.objects.filter(enrollments__user_id=user_id)
        .for_card()
        .order_by("-enrollments__created_time", "-enrollments__id")
    )


def attach_progress(courses: Sequence[Course], *, user_id: int) -> None:
    """Fills `progress` of each course. Two queries."""
    ids = [course.pk for course in courses]
    totals = _video_counts(ids)
    by_course = defaultdict(list)
    for row in _progress_rows(ids, user_id):
        by_course[row.section.chapter.course_id].append(row)
    for course in courses:
        course.progress = _summarise(by_course[course.pk], totals.get(course.pk, 0))


def _video_counts(course_ids: list[int]) -> dict[int, int]:
    counted = (
        CourseSection.objects.visible()
        .filter(chapter__course_id__in=course_ids, section_type=VIDEO)
        .values(course_id=F("chapter__course_id"))
        .annotate(total=Count("id"))
    )
    return {row["course_id"]: row["total"] for row in counted}


def _progress_rows(course_ids: list[int], user_id: int) -> list[SectionProgress]:
    return list(
        SectionProgress.objects.filter(
            user_id=user_id,
            section__in=CourseSection.objects.visible().filter(
                chapter__course_id__in=course_ids, section_type=VIDEO
            ),
        )
        .select_related("section__chapter")
        .order_by("updated_time", "id")
    )


def _summarise(rows: list[SectionProgress], total: int) -> CourseProgress:
    if not rows:
        return CourseProgress()
    done = sum(_is_done(row) for row in rows)
    last = rows[-1]
    percent = min(100, 100 * done // total) if total else 0
    return CourseProgress(percent, last.section_id, last.position)


def _is_done(row: SectionProgress) -> bool:
    length = row.section.duration
    return length > 0 and row.furthest >= DONE_SHARE * length
