"""Everybody who has a course, as the audience of a message."""

from luffy_api.apps.course.models import Course
from luffy_api.apps.inbox.audiences import Audience
from luffy_api.apps.user.models import User


def _name(course_id: int) -> str | None:
    course = Course.objects.not_deleted().filter(pk=course_id).only("name").first()
    return f"《{course.name}》的学员" if course else None


COURSE = Audience(
    "course",
    "一门课程的学员",
    lambda course_id: User.objects.filter(enrollments__course_id=course_id),
    _name,
)
