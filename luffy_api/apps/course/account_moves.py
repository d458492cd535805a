"""What a person has on one account moves to another: enrollments and their reasons."""

from datetime import UTC, datetime

from luffy_api.apps.course import student_counts
from luffy_api.apps.course.locks import hold_enrollments, lock_courses
from luffy_api.apps.course.models import Enrollment, EnrollmentGrant


def move(*, source_id: int, target_id: int) -> None:
    """Move all grants and enrollments, in a transaction that has locked both students.

    Of gifts of the same course on both accounts the longer one stays. A course that both had
    counts one student fewer.
    """
    own = Enrollment.objects.filter(user=source_id)
    course_ids = list(own.values_list("course_id", flat=True))
    lock_courses(course_ids)
    for user_id in (source_id, target_id):
        hold_enrollments(user_id=user_id, course_ids=course_ids)
    _move_grants(source_id, target_id)
    both = _join_enrollments(source_id, target_id)
    own.update(user=target_id)
    student_counts.record(course_ids=both, change=-1)


def _move_grants(source_id: int, target_id: int) -> None:
    known = {_key(row): row for row in EnrollmentGrant.objects.filter(user=target_id)}
    for row in EnrollmentGrant.objects.filter(user=source_id):
        twin = known.get(_key(row))
        if twin is None:
            continue
        longer = max(twin, row, key=_end)
        EnrollmentGrant.objects.filter(pk=twin.pk).update(
            starts_at=min(row.starts_at, twin.starts_at),
            ends_at=longer.ends_at,
            study_ends_at=longer.study_ends_at,
        )
        row.delete()
    EnrollmentGrant.objects.filter(user=source_id).update(user=target_id)


def _key(grant: EnrollmentGrant) -> tuple[int, int, str]:
    return grant.course_id, grant.source, grant.reference


def _end(grant: EnrollmentGrant) -> datetime:
    """To compare: none is for ever."""
    return grant.ends_at or datetime.max.replace(tzinfo=UTC)


def _join_enrollments(source_id: int, target_id: int) -> set[int]:
    """The courses of both accounts, of which one enrollment is left, with the earlier time."""
    begun = dict(Enrollment.objects.filter(user=source_id).values_list("course_id", "created_time"))
    shared = Enrollment.objects.filter(user=target_id, course__in=begun)
    for row in shared:
        earlier = min(row.created_time, begun[row.course_id])
        Enrollment.objects.filter(pk=row.pk).update(created_time=earlier)
    both = {row.course_id for row in shared}
    Enrollment.objects.filter(user=source_id, course__in=both).delete()
    return both
