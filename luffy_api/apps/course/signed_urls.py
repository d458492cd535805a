"""Signed URLs of attachments.

The grant in one names the course and the viewer, `c5.34`; our server asks at each request whether
it still holds.
"""

from datetime import datetime

from luffy_api.apps.course import access
from luffy_api.apps.course.models import Course
from luffy_api.libs import storage


def of_attachment(course: Course, *, user_id: int, expires_at: datetime) -> str:
    """The URL of what the course has to download; `expires_at` in UTC."""
    grant = f"c{course.pk}.{user_id}"
    name = str(course.attachment_path)
    return storage.private_storage().signed_url(
        name, expires_at=expires_at, grant=grant, download=True
    )


def is_attachment_for(name: str, *, course_id: int, user_id: int | None) -> bool:
    """Whether the file is the course's attachment. One query.

    Raises CourseNotFound, AuthenticationRequired, NotEnrolled for who may not have it.
    """
    course = access.owned_course(course_id=course_id, user_id=user_id)
    return str(course.attachment_path) == name
