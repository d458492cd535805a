"""How far students are in their courses."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F
from django.utils import timezone

from luffy_api.apps.course import access
from luffy_api.apps.course.exceptions import SectionNotFound
from luffy_api.apps.course.models import Course, CourseQuerySet, CourseSection
from luffy_api.apps.course.selectors import CourseCard, load_cards
from luffy_api.apps.learning import watch_time
from luffy_api.apps.learning.exceptions import ConcurrentUpdate
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.learning.watch_time import WatchState

ATTEMPTS = 20
VIDEO = CourseSection.SectionType.VIDEO


@dataclass(frozen=True)
class CourseProgress:
    """Watched videos in percent, and the section and second where the student stopped."""

    percent: int = 0
    section_id: int | None = None
    position: int = 0


@dataclass(frozen=True)
class MyCourse(CourseCard):
    """A course of a student with the progress in it: a row of 我的课程."""

    progress: CourseProgress


@dataclass(frozen=True)
class SectionReport:
    """Where a student stands in a section; seconds."""

    position: int
    watched: int
    done: bool


def save_progress(*, user_id: int, section_id: int, position: int) -> SectionReport:
    """Remembers the second where a student stopped, and counts what they can have watched.

    Raises SectionNotFound, NotEnrolled.
    """
    section = (
        CourseSection.objects.visible().filter(pk=section_id).select_related("chapter").first()
    )
    if section is None:
        raise SectionNotFound
    access.require_enrollment(course_id=section.chapter.course_id, user_id=user_id)
    if section.duration:
        position = min(position, section.duration)
    for _ in range(ATTEMPTS):
        after = _report(user_id, section, position)
        if after:
            done = after.is_done(section.duration)
            return SectionReport(after.position, after.seconds, done)
    raise ConcurrentUpdate


def _report(user_id: int, section: CourseSection, position: int) -> WatchState | None:
    """One attempt; None when another report of the same student came in between.

    Each report is worked out from the row it read, and written only if the row is still the same:
    two devices at once cannot both spend the same budget.
    """
    now = timezone.now()
    row, created = SectionProgress.objects.get_or_create(
        user_id=user_id,
        section_id=section.pk,
        defaults={"position": position, "reported_at": now},
    )
    if created:
        return WatchState(position, 0, 0, now)
    before = WatchState(row.position, row.watched, row.budget, row.reported_at)
    after = watch_time.apply_heartbeat(
        before, position=position, duration=section.duration, now=now
    )
    unchanged = SectionProgress.objects.filter(
        pk=row.pk,
        position=before.position,
        watched=before.seconds,
        budget=before.budget,
        reported_at=before.reported_at,
    )
    written = unchanged.update(
        position=after.position,
        watched=after.seconds,
        budget=after.budget,
        reported_at=now,
        updated_time=now,
    )
    return after if written else None


def my_courses(*, user_id: int) -> CourseQuerySet:
    """The student's courses, the newest right first, whatever became of them in the shop."""
    return (
        Course.objects.filter(enrollments__user_id=user_id)
        .for_card()
        .order_by("-enrollments__created_time", "-enrollments__id")
    )


def load_my_courses(courses: Sequence[Course], *, user_id: int) -> list[MyCourse]:
    """Return the cards of the courses with this student's progress, in order. Four queries."""
    progress = _load_progress([course.pk for course in courses], user_id)
    return [
        MyCourse(card.course, card.offer, card.section_list, progress[card.course.pk])
        for card in load_cards(courses)
    ]


def _load_progress(ids: list[int], user_id: int) -> dict[int, CourseProgress]:
    totals = _video_counts(ids)
    by_course = defaultdict(list)
    for row in _progress_rows(ids, user_id):
        by_course[row.section.chapter.course_id].append(row)
    return {pk: _summarise(by_course[pk], totals.get(pk, 0)) for pk in ids}


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
    return watch_time.is_done(watched=row.watched, duration=row.section.duration)
