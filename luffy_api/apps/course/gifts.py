"""Courses that staff give to students, and take back. What was bought only a refund takes away.

Each gift and each return has a line in the audit log of the student, in its transaction.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.exceptions import (
    AlreadyEnrolled,
    CourseNotFound,
    GiftEndsInThePast,
    NothingToTakeBack,
    StudentNotFound,
)
from luffy_api.apps.course.locks import lock_students
from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.user import selectors
from luffy_api.apps.user.models import User
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks

MAX_REASON = 200
MAX_STUDENTS = 1000
# Students of one transaction.
BATCH = 100
GIFT = EnrollmentGrant.Source.GRANT
_SEPARATORS = re.compile(r"[\n,，;；、\t]+")


@retry_deadlocks
@transaction.atomic
def give(
    *, user_id: int, course_id: int, ends_at: datetime | None, staff_id: int, reason: str
) -> bool:
    """Give a course until `ends_at` (UTC, None for ever), or change the end of a gift.

    Return False for a gift that is the same already. Raises StudentNotFound for a closed account,
    CourseNotFound for a deleted course, GiftEndsInThePast, and AlreadyEnrolled for a course that
    the student has without a gift.
    """
    course = _require_course(course_id, ends_at)
    lock_students([user_id])
    student = User.objects.filter(pk=user_id, is_active=True).first()
    if student is None:
        raise StudentNotFound
    gifts = EnrollmentGrant.objects.live().filter(user=user_id, course=course_id, source=GIFT)
    gift = gifts.first()
    if gift is None and Enrollment.objects.filter(user=user_id, course=course_id).exists():
        raise AlreadyEnrolled
    if gift is not None and gift.ends_at == ends_at:
        return False
    enrollment.enroll(user_id=user_id, course_id=course_id, source=GIFT, ends_at=ends_at)
    audit_log.log_change(student, user_id=staff_id, message=_told(course, ends_at, reason))
    return True


@retry_deadlocks
@transaction.atomic
def take_back(*, user_id: int, course_id: int, staff_id: int, reason: str) -> bool:
    """End the gift of a course, or that of a free course that the student has joined.

    Return whether the student has lost the course by it: one that was bought as well stays. Raises
    NothingToTakeBack where nothing but a purchase gives the course, and CourseNotFound.
    """
    lock_students([user_id])
    student = User.objects.filter(pk=user_id).first()
    if student is None:
        raise StudentNotFound
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    if not enrollment.unpaid_grants(user_id=user_id).filter(course=course_id).exists():
        raise NothingToTakeBack
    lost = enrollment.end_unpaid_grants(user_id=user_id, course_id=course_id)
    kept = "" if lost else "（学员另已购买，课程保留）"
    message = f"收回课程《{course.name}》{kept}，原因：{reason}"
    audit_log.log_change(student, user_id=staff_id, message=message)
    return bool(lost)


@dataclass
class Recipients:
    """Who stands on a list: students to give the course to, those who have it, unknown texts."""

    new: list[User] = field(default_factory=list)
    enrolled: list[User] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    # How often somebody stood there once more, in whatever notation.
    repeated: int = 0


def split_list(text: str) -> list[str]:
    """The mobiles, user names or e-mails of a pasted list: one in a line, or between commas."""
    return [part for part in map(str.strip, _SEPARATORS.split(text)) if part]


def find_recipients(identities: Sequence[str], *, course_id: int) -> Recipients:
    """What a gift to all of them would do; nothing is written. Four queries at most.

    Accounts that are closed or deactivated count as unknown.
    """
    users = selectors.find_by_identities(set(identities))
    ids = {user.pk for user in users.values()}
    rows = Enrollment.objects.filter(course=course_id, user__in=ids)
    enrolled = set(rows.values_list("user_id", flat=True))
    found, seen = Recipients(), set()
    for text in identities:
        user = users.get(text)
        known = user.pk if user and user.is_active else text
        if known in seen:
            found.repeated += 1
            continue
        seen.add(known)
        if user is None or not user.is_active:
            found.unknown.append(text)
        else:
            (found.enrolled if user.pk in enrolled else found.new).append(user)
    return found


def give_to_all(
    *,
    user_ids: Collection[int],
    course_id: int,
    ends_at: datetime | None,
    staff_id: int,
    reason: str,
) -> int:
    """Give a course to many students; return how many of them did not have it.

    In batches of BATCH students: after a kill the same call goes on where it ended, since whoever
    has the course is passed over. Raises CourseNotFound, GiftEndsInThePast.
    """
    course = _require_course(course_id, ends_at)
    ordered, given = sorted(set(user_ids)), 0
    for start in range(0, len(ordered), BATCH):
        given += _give_batch(ordered[start : start + BATCH], course, ends_at, staff_id, reason)
    return given


@retry_deadlocks
@transaction.atomic
def _give_batch(
    user_ids: Sequence[int], course: Course, ends_at: datetime | None, staff_id: int, reason: str
) -> int:
    lock_students(user_ids)
    enrolled = Enrollment.objects.filter(course=course, user__in=user_ids).values("user")
    active = User.objects.filter(pk__in=user_ids, is_active=True).exclude(pk__in=enrolled)
    students = list(active.order_by("pk"))
    for student in students:
        enrollment.enroll(user_id=student.pk, course_id=course.pk, source=GIFT, ends_at=ends_at)
    message = _told(course, ends_at, reason)
    audit_log.log_rows([(each, False, message) for each in students], user_id=staff_id)
    return len(students)


def _require_course(course_id: int, ends_at: datetime | None) -> Course:
    course = Course.objects.not_deleted().filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    if ends_at is not None and ends_at <= timezone.now():
        raise GiftEndsInThePast
    return course


def _told(course: Course, ends_at: datetime | None, reason: str) -> str:
    end = f"至 {date_format(localtime(ends_at), 'DATETIME_FORMAT')}" if ends_at else "永久有效"
    return f"赠送课程《{course.name}》，{end}，原因：{reason}"
