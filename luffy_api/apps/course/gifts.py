"""Courses that staff give to students, and take back. What was bought only a refund takes away.

Each gift and each return has a line in the audit log of the student, in its transaction.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
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
from luffy_api.apps.course.models import Course, EnrollmentGrant, EnrollmentGrantQuerySet
from luffy_api.apps.user.models import User
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks

MAX_REASON = 200
GIFT = EnrollmentGrant.Source.GRANT


@retry_deadlocks
@transaction.atomic
def give(
    *, user_id: int, course_id: int, ends_at: datetime | None, staff_id: int, reason: str
) -> bool:
    """Give a course until `ends_at` (UTC, None for ever), or change the end of a gift.

    Return False for a gift that is the same already. Raises StudentNotFound for a closed account,
    CourseNotFound for a deleted course, GiftEndsInThePast, and AlreadyEnrolled for a course that
    the student has without a gift for as long: a gift prolongs a study period.
    """
    course = require_course(course_id, ends_at)
    lock_students([user_id])
    student = User.objects.filter(pk=user_id, is_active=True).first()
    if student is None:
        raise StudentNotFound
    if not is_needed(user_id=user_id, course_id=course_id, ends_at=ends_at):
        return False
    enrollment.enroll(user_id=user_id, course_id=course_id, source=GIFT, ends_at=ends_at)
    audit_log.log_change(student, user_id=staff_id, message=gift_told(course, ends_at, reason))
    return True


def is_needed(*, user_id: int, course_id: int, ends_at: datetime | None) -> bool:
    """Whether a gift until `ends_at` would change anything; False for one that is the same already.

    Raises AlreadyEnrolled for a course that the student has without a gift for as long.
    """
    gifts = EnrollmentGrant.objects.live().filter(user=user_id, course=course_id, source=GIFT)
    gift = gifts.first()
    if gift is None and owned_until(course_id, ends_at).filter(user=user_id).exists():
        raise AlreadyEnrolled
    return gift is None or gift.ends_at != ends_at


@retry_deadlocks
@transaction.atomic
def take_back(*, user_id: int, course_id: int, staff_id: int, reason: str) -> bool:
    """End the gift of a course, a free course that was joined, or what a typed code has opened.

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
    if not enrollment.unpaid_grants(user_ids=[user_id]).filter(course=course_id).exists():
        raise NothingToTakeBack
    lost = enrollment.end_unpaid_grants(user_id=user_id, course_id=course_id)
    message = return_told(course, lost=bool(lost), reason=reason)
    audit_log.log_change(student, user_id=staff_id, message=message)
    return bool(lost)


def owned_until(course_id: int, ends_at: datetime | None) -> EnrollmentGrantQuerySet:
    """Grants that make the course somebody's own until `ends_at` (UTC, None for ever) or longer."""
    longer = Q(ends_at__isnull=True)
    if ends_at is not None:
        longer |= Q(ends_at__gte=ends_at)
    return EnrollmentGrant.objects.owned().filter(longer, course=course_id)


def require_course(course_id: int, ends_at: datetime | None) -> Course:
    """The course of a gift until `ends_at`. Raises CourseNotFound, GiftEndsInThePast."""
    course = Course.objects.not_deleted().filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    if ends_at is not None and ends_at <= timezone.now():
        raise GiftEndsInThePast
    return course


def gift_told(course: Course, ends_at: datetime | None, reason: str) -> str:
    """The line of the audit log about a gift."""
    end = f"至 {date_format(localtime(ends_at), 'DATETIME_FORMAT')}" if ends_at else "永久有效"
    return f"赠送课程《{course.name}》，{end}，原因：{reason or '未填写'}"


def return_told(course: Course, *, lost: bool, reason: str) -> str:
    """The line of the audit log about its end; a course that is not lost was bought as well."""
    kept = "" if lost else "（学员另已购买，课程保留）"
    return f"收回课程《{course.name}》{kept}，原因：{reason}"
