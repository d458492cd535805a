"""The courses that a membership has opened: grants that end with it.

A member opens a course by joining it. To grant each course of the school to each member would be
rows without number, and everybody's list of courses would be that of the school.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.course import access, enrollment
from luffy_api.apps.course.exceptions import CourseNotFound, NotOnSale
from luffy_api.apps.course.locks import lock_students
from luffy_api.apps.course.models import Course, CourseQuerySet, EnrollmentGrant
from luffy_api.apps.promotion.exceptions import NoMembership, NotForMembers
from luffy_api.apps.promotion.locks import hold_periods
from luffy_api.apps.promotion.membership import own
from luffy_api.common.exceptions import DomainError
from luffy_api.common.transactions import retry_deadlocks

SOURCE = EnrollmentGrant.Source.MEMBERSHIP


@retry_deadlocks
@transaction.atomic
def join(*, user_id: int, course_id: int) -> bool:
    """Open a course of the type VIP for a member; False for one that the user has already.

    Raises CourseNotFound, NotForMembers, NotOnSale, NoMembership.
    """
    lock_students([user_id])
    hold_periods(user_id)
    courses = access.with_access(access.courses_visible_to(user_id), user_id=user_id)
    course = courses.filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    if course.owned:
        return False
    if course.course_type != Course.CourseType.VIP:
        raise NotForMembers
    if course.status != Course.Status.ONLINE:
        raise NotOnSale
    ends_at = own.ends_at(user_id, timezone.now())
    if ends_at is None:
        raise NoMembership
    return enrollment.enroll(user_id=user_id, course_id=course_id, source=SOURCE, ends_at=ends_at)


def join_by_section(*, user_id: int, section_id: int) -> bool:
    """`join_if_member` for the course of a section."""
    rows = Course.objects.filter(coursechapters__coursesections=section_id)
    return _join_if_member(rows, user_id)


def join_if_member(*, user_id: int, course_id: int) -> bool:
    """Open a course for a member who learns in it; False where that cannot be.

    One query for a course that is not for members, and one more for who is no member.
    """
    return _join_if_member(Course.objects.filter(pk=course_id), user_id)


def _join_if_member(courses: CourseQuerySet, user_id: int) -> bool:
    vip = courses.filter(course_type=Course.CourseType.VIP)
    row = vip.order_by().values_list("pk").first()
    # Without a lock first: most who are refused are no members.
    if row is None or own.ends_at(user_id, timezone.now()) is None:
        return False
    try:
        join(user_id=user_id, course_id=row[0])
    except DomainError:
        return False
    return True


def is_only_opened(*, user_id: int, course_id: int) -> bool:
    """Whether the user has a course by a membership, and by nothing else.

    One query, and one more for a course that the user has not. Raises CourseNotFound.
    """
    # An id that no column holds is compared with none: that of a foreign key would be sent.
    course = Course.objects.filter(pk=course_id).order_by()
    grants = EnrollmentGrant.objects.live().filter(user=user_id, course__in=course.values("pk"))
    sources = set(grants.values_list("source", flat=True))
    if not sources and not course.exists():
        raise CourseNotFound
    return sources == {SOURCE.value}


def follow(*, user_id: int, ends_at: datetime | None) -> None:
    """What the membership of a locked student has opened ends with it (UTC; None: now).

    Courses that it had opened before it was over are open again, unless they are not for members
    any more. Of those the access that was given stays, and is not prolonged.
    """
    if ends_at is None:
        enrollment.end_at_once(user_id=user_id, source=SOURCE)
        return
    enrollment.shorten(user_id=user_id, source=SOURCE, ends_at=ends_at)
    vip = Course.objects.filter(
        enrollment_grants__user=user_id,
        enrollment_grants__source=SOURCE,
        course_type=Course.CourseType.VIP,
        is_delete=False,
    )
    course_ids = set(vip.order_by().values_list("pk", flat=True))
    if course_ids:
        enrollment.enroll_in_all(
            user_id=user_id, course_ids=course_ids, source=SOURCE, ends_at=ends_at
        )
