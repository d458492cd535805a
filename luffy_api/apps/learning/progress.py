"""Where students stand in sections: what players report, and what is marked as read."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from luffy_api.apps.course.exceptions import NotEnrolled, SectionNotFound
from luffy_api.apps.course.models import CourseSection, Enrollment
from luffy_api.apps.course.models.outline import visible_section
from luffy_api.apps.learning import completion, progress_buffer, stream_limit, watch_time
from luffy_api.apps.learning.exceptions import NotPlayable, QuizMustBePassed, VideoMustBeWatched
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.learning.pending import Pending
from luffy_api.apps.promotion.membership import member_access
from luffy_api.apps.user import tokens
from luffy_api.apps.user.tokens import ClaimedToken
from luffy_api.common.prepared_query import PreparedQuery
from luffy_api.common.transactions import retry_deadlocks

# A SectionProgress with `duration`, the section's, and `owned`: whether the student has the course.
# One of `begun_section` is a TokenUser, too.
BegunSection: TypeAlias = Any

# Seconds; a day is more than any section lasts.
MAX_POSITION = 24 * 3600
VIDEO = CourseSection.SectionType.VIDEO


@dataclass(frozen=True)
class SectionReport:
    """Where a student stands in a section; seconds."""

    position: int
    watched: int
    done: bool


def save_progress(
    *, user_id: int, section_id: int, position: int, login: str | None = None
) -> SectionReport:
    """Remembers the second where a student stopped, and counts what they can have watched.

    `login` (an `orig_jti`) is the device that plays; None for what is no player. One query, and no
    write for some seconds, unless it is the first report of this section. Raises SectionNotFound,
    NotEnrolled, PlayingElsewhere, ConcurrentUpdate.
    """

    def report() -> SectionReport:
        row = _begun.first(section_id, user_id)
        if row is None:
            row = _begin(user_id=user_id, section_id=section_id, position=position)
        return save_report(row, position=position, login=login)

    return member_access.opening_section(report, section_id=section_id, user_id=user_id)


@retry_deadlocks  # of get_or_create
def mark_done(*, user_id: int, section_id: int) -> SectionReport:
    """The student has read a document or done an exercise; repeated calls change nothing more.

    Raises SectionNotFound, NotEnrolled, VideoMustBeWatched, QuizMustBePassed, and NotPlayable for
    an empty text.
    """
    section = (
        CourseSection.objects.visible().filter(pk=section_id).select_related("chapter").first()
    )
    if section is None:
        raise SectionNotFound
    member_access.require_enrollment(course_id=section.chapter.course_id, user_id=user_id)
    if section.section_type == VIDEO:
        raise VideoMustBeWatched
    if section.section_type == CourseSection.SectionType.QUIZ:
        raise QuizMustBePassed
    if not section.content:
        raise NotPlayable
    return write_done(user_id=user_id, section_id=section_id)


def write_done(*, user_id: int, section_id: int) -> SectionReport:
    """The section is done from now on, if it was not before; the caller knows that it may be."""
    now = timezone.now()
    row, _ = SectionProgress.objects.get_or_create(
        user_id=user_id, section_id=section_id, defaults={"reported_at": now}
    )
    SectionProgress.objects.filter(pk=row.pk).update(
        done_at=Coalesce("done_at", now), updated_time=now
    )
    return SectionReport(row.position, row.watched, done=True)


def start(*, user_id: int, section_id: int) -> None:
    """A student who has the course opens a section: from here on watching is counted.

    So a first report cannot claim time before it, and a text is a place to go on from.
    """
    SectionProgress.objects.get_or_create(
        section_id=section_id, user_id=user_id, defaults={"reported_at": timezone.now()}
    )


def begun_section(*, claimed: ClaimedToken, section_id: int) -> BegunSection | None:
    """The progress of whom a token names, a TokenUser that it is to be proven by. One query.

    None for a first report, and for a login that is over.
    """
    return _begun_by.first(section_id, claimed.user_id, claimed.login)


def save_report(row: BegunSection, *, position: int, login: str | None = None) -> SectionReport:
    """The same as `save_progress` for a row that was read just now.

    Raises NotEnrolled, PlayingElsewhere, ConcurrentUpdate.
    """
    if not row.owned:
        raise NotEnrolled
    if login is not None:
        stream_limit.require_place(user_id=row.user_id, login=login)
    duration: int = row.duration
    if duration:
        position = min(position, duration)
    before, now = progress_buffer.state_of(row), timezone.now()

    def advance(pending: Pending | None) -> Pending:
        last = (
            pending.onto(before, row.counted_from)
            if pending
            else Pending(before, before.reported_at)
        )
        after = watch_time.apply_heartbeat(
            last.state, position=position, duration=duration, now=now
        )
        return Pending(after, last.base)

    after = progress_buffer.report(user_id=row.user_id, row_id=row.pk, advance=advance).state
    done = completion.is_done(done_at=row.done_at, watched=after.seconds, duration=duration)
    return SectionReport(after.position, after.seconds, done)


def _build_begun(section_id: int, user_id: int) -> QuerySet[BegunSection]:
    """The progress of a student in a section that they may see."""
    enrolled = Enrollment.objects.entitling(user_id).filter(
        course=OuterRef("section__chapter__course")
    )
    rows = SectionProgress.objects.filter(visible_section("section__"))
    rows = rows.filter(section_id=section_id, user_id=user_id).order_by()
    return rows.annotate(duration=completion.watched_length("section__"), owned=Exists(enrolled))


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
    member_access.require_enrollment(course_id=section.chapter.course_id, user_id=user_id)
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
