"""What happens to a right to a course: staff give it and take it back, a payment buys it."""

from datetime import datetime
from typing import TYPE_CHECKING

from luffy_api.apps.course import enrollment, gifts
from luffy_api.apps.course.models import Course, EnrollmentGrant

if TYPE_CHECKING:
    from luffy_api.apps.user.models import User


def give(student: "User", course: Course, staff: "User", ends_at: datetime | None = None) -> bool:
    """Whether something was given."""
    return gifts.give(
        user_id=student.pk, course_id=course.pk, ends_at=ends_at, staff_id=staff.pk, reason="补偿"
    )


def take(student: "User", course: Course, staff: "User") -> bool:
    """Whether the student lost the course."""
    return gifts.take_back(
        user_id=student.pk, course_id=course.pk, staff_id=staff.pk, reason="送错人"
    )


def buy(student: "User", course: Course) -> None:
    """As a paid order does."""
    enrollment.enroll_in_all(
        user_id=student.pk,
        course_ids=[course.pk],
        source=EnrollmentGrant.Source.ORDER,
        reference="N1",
    )
