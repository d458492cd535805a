"""How far students are in their courses."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils import timezone

from luffy_api.apps.course import access, card_fragments
from luffy_api.apps.course.card_fragments import Fragment
from luffy_api.apps.course.exceptions import NotEnrolled, SectionNotFound
from luffy_api.apps.course.models import CourseSection, Enrollment
from luffy_api.apps.course.models.outline import visible_section
from luffy_api.apps.learning import progress_buffer, watch_time
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.learning.pending import Pending
from luffy_api.apps.user import tokens
from luffy_api.apps.user.tokens import ClaimedToken
from luffy_api.common.prepared_query import PreparedQuery

# A SectionProgress with `duration`, the section's, and `owned`: whether the student has the course.
# One of `begun_section` is a TokenUser, too.
BegunSection: TypeAlias = Any

# Seconds; a day is more than any section lasts.
MAX_POSITION = 24 * 3600
VIDEO = CourseSection.SectionType.VIDEO


@dataclass(frozen=True)
class CourseProgress:
    """Watched videos in percent, and the section and second where the student stopped."""

    percent: int = 0
    section_id: int | None = None
    position: int = 0


@dataclass(frozen=True)
class MyCourse:
    """A course of a student with the progress in it: a row of 我的课程."""

    card: Fragment
    progress: CourseProgress


@dataclass(frozen=True)
class SectionReport:
    """Where a student stands in a section; seconds."""

    position: int
    watched: int
    done: bool


def save_progress(*, user_id: int, section_id: int, position: int) -> SectionReport:
    """Remembers the second where a student stopped, and counts what they can have watched.

    One query, and no write for some seconds, unless it is the first report of this section. Raises
    SectionNotFound, NotEnrolled, ConcurrentUpdate.
    """
    row = _begun.first(section_id, user_id)
    if row is None:
        row = _begin(user_id=user_id, section_id=section_id, position=position)
    return save_report(row, position=position)


def begun_section(*, claimed: ClaimedToken, section_id: int) -> BegunSection | None:
    """The progress of whom a token names, a TokenUser that it is to be proven by. One query.

    None for a first report, and for a login that is over.
    """
    return _begun_by.first(section_id, claimed.user_id, claimed.login)


def save_report(row: BegunSection, *, position: int) -> SectionReport:
    """The same for a row that was read just now. Raises NotEnrolled, ConcurrentUpdate."""
    if not row.owned:
        raise NotEnrolled
    duration: int = row.duration
    if duration:
        position = min(position, duration)
    before, now = progress_buffer.state_of(row), timezone.now()

    def advance(pending: Pending | None) -> Pending:
        last = pending.onto(before) if pending else Pending(before, before.reported_at)
        after = watch_time.apply_heartbeat(
            last.state, position=position, duration=duration, now=now
        )
        return Pending(after, last.base)

    after = progress_buffer.report(user_id=row.user_id, row_id=row.pk, advance=advance).state
    return SectionReport(after.position, after.seconds, after.is_done(duration))


def _build_begun(section_id: int, user_id: int) -> QuerySet[BegunSection]:
    """The progress of a student in a section that they may see."""
    enrolled = Enrollment.objects.entitling(user_id).filter(
        course=OuterRef("section__chapter__course")
    )
    rows = SectionProgress.objects.filter(visible_section("section__"))
    rows = rows.filter(section_id=section_id, user_id=user_id).order_by()
    return rows.annotate(duration=F("section__duration"), owned=Exists(enrolled))


def _build_begun_by(section_id: int, user_id: int, login: str) -> QuerySet[BegunSection]:
    """The same for a login that is not over, with what proves its tokens."""
    rows = _build_begun(section_id, user_id).filter(tokens.of_login(login, path="user__"))
    found: QuerySet[BegunSection] = rows.annotate(**tokens.user_columns("user__"))
    return found


_begun = PreparedQuery(_build_begun, int, int)
_begun_by = PreparedQuery(_build_begun_by, int, int, str)


def _begin(*, user_id: int, section_id: int, position: int) -> BegunSection:
    """The row of a section of which there is none yet."""
    section = (
        CourseSection.objects.visible().filter(pk=section_id).select_related("chapter").first()
    )
    if section is None:
        raise SectionNotFound
    access.require_enrollment(course_id=section.chapter.course_id, user_id=user_id)
    if section.duration:
        position = min(position, section.duration)
    SectionProgress.objects.get_or_create(
        user_id=user_id,
        section_id=section.pk,
        defaults={"position": position, "reported_at": timezone.now()},
    )
    row = _begun.first(section_id, user_id)
    if row is None:
        raise SectionNotFound
    return row


def my_courses(*, user_id: int) -> list[int]:
    """The ids of the student's courses, the newest right first, whatever became of them.

    One query.
    """
    rights = Enrollment.objects.filter(user_id=user_id).order_by("-created_time", "-id")
    return list(rights.values_list("course_id", flat=True))


def load_my_courses(ids: Sequence[int], *, user_id: int) -> list[MyCourse]:
    """Return the cards of the courses with this student's progress, in order.

    Two queries, and those of the cards that are not known.
    """
    progress = load_progress(ids, user_id=user_id)
    cards = card_fragments.load(ids)
    return [MyCourse(cards[pk], progress[pk]) for pk in ids]


def load_progress(ids: Sequence[int], *, user_id: int) -> dict[int, CourseProgress]:
    """How far the student is in each of the courses. Two queries.

    What players have reported meanwhile is written first.
    """
    progress_buffer.flush_student(user_id)
    return _load_progress(ids, user_id)


def _load_progress(ids: Sequence[int], user_id: int) -> dict[int, CourseProgress]:
    totals = _video_counts(ids)
    by_course = defaultdict(list)
    for course_id, *row in _progress_rows(ids, user_id):
        by_course[course_id].append(_Progress(*row))
    return {pk: _summarise(by_course[pk], totals.get(pk, 0)) for pk in ids}


def _video_counts(course_ids: Sequence[int]) -> dict[int, int]:
    counted = (
        CourseSection.objects.visible()
        .filter(chapter__course_id__in=course_ids, section_type=VIDEO)
        .values(course_id=F("chapter__course_id"))
        .annotate(total=Count("id"))
    )
    return {row["course_id"]: row["total"] for row in counted}


@dataclass(frozen=True, slots=True)
class _Progress:
    """Of one section; seconds."""

    section_id: int
    position: int
    watched: int
    duration: int


def _progress_rows(course_ids: Sequence[int], user_id: int) -> "QuerySet[Any, Any]":
    """Course, and the fields of a `_Progress`; what changed last comes last."""
    videos = CourseSection.objects.visible().filter(
        chapter__course_id__in=course_ids, section_type=VIDEO
    )
    rows = SectionProgress.objects.filter(user_id=user_id, section__in=videos)
    return rows.order_by("updated_time", "id").values_list(
        *("section__chapter__course_id", "section_id", "position", "watched", "section__duration")
    )


def _summarise(rows: list[_Progress], total: int) -> CourseProgress:
    if not rows:
        return CourseProgress()
    done = sum(watch_time.is_done(watched=row.watched, duration=row.duration) for row in rows)
    last = rows[-1]
    percent = min(100, 100 * done // total) if total else 0
    return CourseProgress(percent, last.section_id, last.position)
