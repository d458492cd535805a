"""How far a student is in courses: 我的课程, and the outline beside a section that is learned."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, QuerySet

from luffy_api.apps.course import card_fragments, enrollment
from luffy_api.apps.course.card_fragments import Fragment
from luffy_api.apps.course.models import CourseSection, Enrollment
from luffy_api.apps.course.models.outline import visible_section
from luffy_api.apps.learning import completion, progress_buffer
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.promotion.membership import member_access

# Of a course in which nothing can be done: no sections, no certificate.
NOTHING = (0, False)


@dataclass(frozen=True)
class CourseProgress:
    """Sections that are done, of those that can be, in percent; where the student stopped.

    `total` counts what can be done now, and what was done before it was withdrawn: that keeps
    counting, so that what a student has reached does not go down with it. `percent` is rounded
    down, 0 for a course in which nothing can be done yet; `position` in seconds. `certificate`:
    everything is done, and the course gives a certificate for that.
    """

    percent: int = 0
    done: int = 0
    total: int = 0
    section_id: int | None = None
    section_name: str = ""
    position: int = 0
    certificate: bool = False


@dataclass(frozen=True)
class MyCourse:
    """A course of a student with the progress in it: a row of 我的课程.

    `can_leave`: the student has it by joining it as a free course and by nothing else. `ends_at` is
    when the student loses it, or has lost it (UTC), None for never.
    """

    card: Fragment
    progress: CourseProgress
    can_leave: bool
    ends_at: datetime | None


@dataclass(frozen=True)
class SectionStanding:
    """How far the student is in a section that was begun; `percent` is 100 once it is done."""

    id: int
    percent: int
    done: bool


@dataclass(frozen=True)
class OutlineProgress:
    """The whole course, and each section that was begun."""

    course: CourseProgress
    sections: list[SectionStanding]


def load_my_courses(ids: Sequence[int], *, user_id: int) -> list[MyCourse]:
    """Return the cards of the courses with this student's progress, in order.

    Three queries, and those of the cards that are not known.
    """
    progress = load_progress(ids, user_id=user_id)
    held = enrollment.holdings(user_id=user_id, course_ids=ids)
    cards = card_fragments.load(ids)
    return [
        MyCourse(cards[pk], progress[pk], held[pk].is_only_joined, held[pk].ends_at) for pk in ids
    ]


def load_ended_courses(user_id: int) -> list[MyCourse]:
    """Return the courses whose study period is over, the last first, with their progress.

    Three queries, one if there are none, and those of the cards that are not known.
    """
    ended = enrollment.ended_courses(user_id)
    if not ended:
        return []
    ids = [pk for pk, _ in ended]
    progress = load_progress(ids, user_id=user_id)
    cards = card_fragments.load(ids)
    return [MyCourse(cards[pk], progress[pk], False, ends_at) for pk, ends_at in ended]


def load_progress(ids: Sequence[int], *, user_id: int) -> dict[int, CourseProgress]:
    """How far the student is in each of the courses. Two queries.

    What players have reported meanwhile is written first.
    """
    rows = _rows_by_course(ids, user_id)
    totals = _doable_counts(ids)
    return {pk: _summarise(rows[pk], *totals.get(pk, NOTHING)) for pk in ids}


def load_own_progress(ids: Sequence[int], *, user_id: int) -> dict[int, CourseProgress]:
    """The same of those of the courses that the student has, in their order. Three queries."""
    rows = Enrollment.objects.entitling(user_id).filter(course__in=ids)
    own = set(rows.values_list("course_id", flat=True))
    return load_progress([pk for pk in ids if pk in own], user_id=user_id)


def outline_progress(*, course_id: int, user_id: int) -> OutlineProgress:
    """The progress in one course of the student, section by section. Three queries.

    Raises CourseNotFound, NotEnrolled.
    """
    member_access.owned_course(course_id=course_id, user_id=user_id)
    rows = _rows_by_course([course_id], user_id)[course_id]
    course = _summarise(rows, *_doable_counts([course_id]).get(course_id, NOTHING))
    return OutlineProgress(course, [row.standing for row in rows if row.is_visible])


def courses_in_state(ids: Sequence[int], *, user_id: int, finished: bool) -> list[int]:
    """Those of the courses in which everything is done, or the others, in order. Two queries."""
    progress = load_progress(ids, user_id=user_id)
    return [pk for pk in ids if (progress[pk].percent == 100) is finished]


@dataclass(frozen=True, slots=True)
class _Row:
    """Of one section that was begun; seconds."""

    section_id: int
    name: str
    position: int
    watched: int
    duration: int
    done_at: datetime | None
    is_visible: bool
    can_be_done: bool

    @property
    def is_done(self) -> bool:
        return completion.is_done(
            done_at=self.done_at, watched=self.watched, duration=self.duration
        )

    @property
    def standing(self) -> SectionStanding:
        percent = min(99, 100 * self.watched // self.duration) if self.duration else 0
        return SectionStanding(self.section_id, 100 if self.is_done else percent, self.is_done)


def _rows_by_course(course_ids: Sequence[int], user_id: int) -> Mapping[int, list[_Row]]:
    progress_buffer.flush_student(user_id)
    by_course = defaultdict(list)
    for course_id, *row in _progress_rows(course_ids, user_id):
        by_course[course_id].append(_Row(*row))
    return by_course


def _progress_rows(course_ids: Sequence[int], user_id: int) -> "QuerySet[Any, Any]":
    """Course, and the fields of a `_Row`; what changed last comes last."""
    visible = ExpressionWrapper(visible_section("section__"), output_field=BooleanField())
    rows = SectionProgress.objects.filter(
        user_id=user_id, section__chapter__course_id__in=course_ids
    )
    return (
        rows.order_by("updated_time", "id")
        .annotate(
            is_visible=visible,
            can_be_done=completion.can_be_done("section__"),
            length=completion.watched_length("section__"),
            furthest=completion.furthest(),
        )
        .values_list(
            *("section__chapter__course_id", "section_id", "section__name", "position"),
            *("furthest", "length", "done_at", "is_visible", "can_be_done"),
        )
    )


def _doable_counts(course_ids: Sequence[int]) -> dict[int, tuple[int, bool]]:
    """By course: how many sections can be done, and whether a certificate is given for all."""
    counted = (
        CourseSection.objects.filter(completion.doable(), chapter__course_id__in=course_ids)
        .order_by()
        .values(course_id=F("chapter__course_id"), gives=F("chapter__course__gives_certificate"))
        .annotate(total=Count("id"))
    )
    return {row["course_id"]: (row["total"], row["gives"]) for row in counted}


def _summarise(rows: list[_Row], doable: int, gives_certificate: bool) -> CourseProgress:
    done = [row for row in rows if row.is_done]
    total = doable + sum(not row.can_be_done for row in done)
    percent = completion.percent(len(done), total)
    certificate = gives_certificate and percent == 100
    counts = CourseProgress(percent, len(done), total, certificate=certificate)
    last = next((row for row in reversed(rows) if row.is_visible), None)
    if last is None:
        return counts
    return replace(
        counts, section_id=last.section_id, section_name=last.name, position=last.position
    )
