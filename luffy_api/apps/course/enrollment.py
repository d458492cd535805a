"""Enrolling students in courses, and ending it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from luffy_api.apps.course import access, selectors, student_counts, study_periods
from luffy_api.apps.course.exceptions import CourseNotFound, NotFree, NotJoinedFree, NotOnSale
from luffy_api.apps.course.locks import hold_enrollments, lock_courses, lock_students
from luffy_api.apps.course.models import (
    Course,
    Enrollment,
    EnrollmentGrant,
    EnrollmentGrantQuerySet,
    EnrollmentQuerySet,
)
from luffy_api.apps.course.models.courses import visible_course
from luffy_api.common.prepared_insert import PreparedInsert
from luffy_api.common.prepared_query import PreparedValues
from luffy_api.common.transactions import retry_deadlocks

MAX_ENDED = 100


def enroll(
    *, user_id: int, course_id: int, source: EnrollmentGrant.Source, ends_at: datetime | None = None
) -> bool:
    """Enroll the user in one course, until `ends_at` (UTC). Return False if the user had it."""
    return bool(
        enroll_in_all(user_id=user_id, course_ids=[course_id], source=source, ends_at=ends_at)
    )


@retry_deadlocks
@transaction.atomic(savepoint=False)  # nobody goes on after half of it
def enroll_in_all(
    *,
    user_id: int,
    course_ids: Collection[int],
    source: EnrollmentGrant.Source,
    reference: str = "",
    ends_at: datetime | None = None,
    study_months: Mapping[int, int | None] | None = None,
) -> set[int]:
    """Give the user one more reason to have the courses; return the ids of those that were new.

    It holds until `ends_at` (UTC), or for the study period that begins now, by course.

    Nobody else enrolls or withdraws this student meanwhile. The courses are not locked: a grant
    only shares the lock of its course with other grants, by the foreign key. It comes first, so
    that whoever does lock the course (`_withdraw`, and the release before this one) is over before
    the enrollments are read. Five queries, however many courses.
    """
    months = {pk: (study_months or {}).get(pk) for pk in course_ids}
    _lock_and_grant(user_id, source, reference, ends_at, months)
    known = _enrolled(len(course_ids)).all(user_id, *course_ids) if course_ids else []
    new = set(course_ids) - {pk for (pk,) in known}
    _add(user_id, new)
    return new


def send_new(
    *,
    user_id: int,
    source: EnrollmentGrant.Source,
    reference: str,
    study_months: Mapping[int, int | None],
) -> None:
    """Like `enroll_in_all` where the student was seen to have none of these courses.

    Everything is sent later, in the caller's transaction. Raises IntegrityError there if the
    student has one meanwhile.
    """
    _lock_and_grant(user_id, source, reference, None, study_months)
    _add(user_id, study_months.keys())


def _lock_and_grant(
    user_id: int,
    source: EnrollmentGrant.Source,
    reference: str,
    ends_at: datetime | None,
    study_months: Mapping[int, int | None],
) -> None:
    lock_students([user_id])
    hold_enrollments(user_id=user_id, course_ids=study_months.keys())
    grant = {"user_id": user_id, "source": int(source), "reference": reference}
    now = timezone.now()
    _put_grants.send(
        [
            _put_grants.columns(course_id=pk, **grant, **_span(now, ends_at, study_months[pk]))
            for pk in sorted(study_months)
        ]
    )


def _add(user_id: int, course_ids: Collection[int]) -> None:
    _insert.send([_insert.columns(user_id=user_id, course_id=pk) for pk in sorted(course_ids)])
    student_counts.record(course_ids=course_ids, change=1)


def _span(now: datetime, ends_at: datetime | None, months: int | None) -> dict[str, Any]:
    """From when to when a grant holds."""
    period = study_periods.end_of(now, months)
    return {"starts_at": now, "ends_at": period or ends_at, "study_ends_at": period}


@cache
def _enrolled(count: int) -> PreparedValues:
    """Which of so many courses a user has."""

    def build(user_id: int, *course_ids: int) -> QuerySet[Enrollment, tuple[int]]:
        rows = Enrollment.objects.filter(user_id=user_id, course_id__in=course_ids)
        return rows.order_by().values_list("course_id")

    return PreparedValues(build, *[int] * (1 + count))


_insert = PreparedInsert(Enrollment)
# One that exists already, live or ended, gets the new end.
_put_grants = PreparedInsert(
    EnrollmentGrant,
    unique_fields=["user", "course", "source", "reference"],
    update_fields=["ends_at", "study_ends_at", "reminded_at", "updated_time"],
)


@retry_deadlocks
@transaction.atomic
def end_grants(
    *, source: EnrollmentGrant.Source, reference: str, course_ids: Collection[int] | None = None
) -> set[int]:
    """End the grants of one reference, of all its courses or of some.

    Return the ids of the courses that a user lost by it: those for which no other grant is live.
    """
    grants = EnrollmentGrant.objects.live().filter(source=source, reference=reference)
    if course_ids is not None:
        grants = grants.filter(course_id__in=course_ids)
    return _end(grants)


@retry_deadlocks
@transaction.atomic
def end_at_once(*, user_id: int, source: EnrollmentGrant.Source) -> set[int]:
    """End all grants of one source; return the ids of the courses that the user lost by it."""
    return _end(EnrollmentGrant.objects.live().filter(user=user_id, source=source))


@retry_deadlocks
@transaction.atomic
def shorten(*, user_id: int, source: EnrollmentGrant.Source, ends_at: datetime) -> None:
    """End the grants of one source that would hold longer at `ends_at` (UTC), which is later."""
    lock_students([user_id])
    longer = EnrollmentGrant.objects.filter(user=user_id, source=source, ends_at__gt=ends_at)
    longer.update(ends_at=ends_at, updated_time=timezone.now())


def owned_besides(*, user_id: int, course_ids: Collection[int], reference: str) -> set[int]:
    """Those of the courses that are the user's own by something else than this order. One query."""
    own = EnrollmentGrant.objects.owned().filter(user=user_id, course__in=course_ids)
    others = own.exclude(source=EnrollmentGrant.Source.ORDER, reference=reference)
    return set(others.values_list("course_id", flat=True))


def unpaid_grants(*, user_ids: Collection[int]) -> EnrollmentGrantQuerySet:
    """The live grants that users have no order for: gifts, typed codes, and joined free courses."""
    free = [
        EnrollmentGrant.Source.GRANT,
        EnrollmentGrant.Source.FREE,
        EnrollmentGrant.Source.CODE,
    ]
    return EnrollmentGrant.objects.live().filter(user__in=user_ids, source__in=free)


@retry_deadlocks
@transaction.atomic
def end_unpaid_grants(*, user_id: int, course_id: int) -> set[int]:
    """End them for one course. Return its id if the user lost it: a purchase keeps it."""
    return _end(unpaid_grants(user_ids=[user_id]).filter(course_id=course_id))


def of_student(user_id: int) -> EnrollmentQuerySet:
    """The enrollments of a student, the newest right first, whatever became of the courses."""
    return Enrollment.objects.filter(user_id=user_id).order_by("-created_time", "-id")


@dataclass
class Holding:
    """By what a user has a course: sources of the live grants, and when the last ends (UTC)."""

    sources: set[int] = field(default_factory=set)
    ends: list[datetime | None] = field(default_factory=list)

    @property
    def is_only_joined(self) -> bool:
        """Whether it was joined as a free course, and nothing else gives it."""
        return self.sources == {EnrollmentGrant.Source.FREE}

    @property
    def ends_at(self) -> datetime | None:
        """None: never."""
        ends = [each for each in self.ends if each is not None]
        return max(ends, default=None) if len(ends) == len(self.ends) else None


def holdings(*, user_id: int, course_ids: Collection[int]) -> defaultdict[int, Holding]:
    """By what the user has each of the courses. One query."""
    grants = EnrollmentGrant.objects.live().filter(user_id=user_id, course_id__in=course_ids)
    found: defaultdict[int, Holding] = defaultdict(Holding)
    for course_id, source, ends_at in grants.values_list("course_id", "source", "ends_at"):
        found[course_id].sources.add(source)
        found[course_id].ends.append(ends_at)
    return found


def ended_courses(user_id: int) -> list[tuple[int, datetime]]:
    """The visible courses whose study period is over and that the user does not have any more.

    With the moment of the end (UTC), the last first; MAX_ENDED at most. One query.
    """
    held = Enrollment.objects.filter(user=user_id, course=OuterRef("course"))
    over = EnrollmentGrant.objects.with_period().filter(user=user_id, ends_at__lte=timezone.now())
    rows = over.filter(~Exists(held), visible_course("course__")).order_by()
    latest = rows.values_list("course_id").annotate(latest=Max("ends_at"))
    return list(latest.order_by("-latest", "-course_id")[:MAX_ENDED])


@retry_deadlocks
@transaction.atomic
def leave_free_course(*, user_id: int, course_id: int) -> bool:
    """End the user's free joining of a course; what was paid for or given stays.

    Return whether the user has lost the course by it. Raises CourseNotFound, NotEnrolled, and
    NotJoinedFree for a course that the user has by something else only.
    """
    lock_students([user_id])
    access.owned_course(course_id=course_id, user_id=user_id)
    free = EnrollmentGrant.objects.live().filter(
        user_id=user_id, course_id=course_id, source=EnrollmentGrant.Source.FREE
    )
    if not free.exists():
        raise NotJoinedFree
    return bool(_end(free))


def end_expired_grants() -> int:
    """Take away the courses whose last grant has ended; return how many enrollments that were.

    Safe to run at any time and concurrently.
    """
    now = timezone.now()
    expired = EnrollmentGrant.objects.filter(ends_at__lte=now)
    enrolled = Enrollment.objects.filter(user=OuterRef("user"), course=OuterRef("course"))
    pairs = (
        expired.filter(Exists(enrolled.without_reason()))
        .values_list("user_id", "course_id")
        .distinct()
    )
    return sum(len(_withdraw(user_id, [course_id])) for user_id, course_id in list(pairs))


def _end(grants: EnrollmentGrantQuerySet) -> set[int]:
    pairs = list(grants.values_list("user_id", "course_id"))
    lock_students({user_id for user_id, _ in pairs})
    lock_courses({course_id for _, course_id in pairs})
    grants.update(ends_at=timezone.now(), updated_time=timezone.now())
    lost: set[int] = set()
    for user_id in sorted({user_id for user_id, _ in pairs}):
        lost |= _withdraw(user_id, [course for user, course in pairs if user == user_id])
    return lost


@retry_deadlocks
@transaction.atomic
def _withdraw(user_id: int, course_ids: Collection[int]) -> set[int]:
    """Delete the user's enrollments in these courses that have no reason left; return which.

    The courses are locked for the release before this one, which enrolls under that lock.
    """
    lock_students([user_id])
    lock_courses(course_ids)
    hold_enrollments(user_id=user_id, course_ids=course_ids)
    candidates = Enrollment.objects.filter(user_id=user_id, course_id__in=course_ids)
    lost = set(candidates.without_reason().values_list("course_id", flat=True))
    if lost:
        candidates.filter(course_id__in=lost).delete()
        student_counts.record(course_ids=lost, change=-1)
    return lost


def join_free_course(*, user_id: int, course_id: int) -> bool:
    """Enroll the user in a course whose real price is 0 now; return False if enrolled already.

    Raises CourseNotFound, NotOnSale, NotFree.
    """
    courses = access.with_access(access.courses_visible_to(user_id), user_id=user_id)
    course = courses.filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    own = EnrollmentGrant.objects.owned().filter(user=user_id, course=course_id)
    if course.owned and own.exists():
        return False
    if course.status != Course.Status.ONLINE:
        raise NotOnSale
    if selectors.load_offers([course])[course.pk].real_price > 0:
        raise NotFree
    new = enroll_in_all(
        user_id=user_id,
        course_ids=[course_id],
        source=EnrollmentGrant.Source.FREE,
        study_months={course_id: course.study_months},
    )
    return bool(new)
