"""Downloading a course's attachment."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from django.conf import settings
from django.utils import timezone

from luffy_api.apps.course import access, signed_urls
from luffy_api.apps.course.exceptions import NotEnrolled
from luffy_api.apps.course.models import Course
from luffy_api.apps.learning.exceptions import NoAttachment
from luffy_api.apps.promotion.membership import member_access
from luffy_api.libs import storage


@dataclass(frozen=True)
class Download:
    """A signed URL of a file, the name to save it under, and when the URL expires (UTC)."""

    url: str
    name: str
    expires_at: datetime


def attachment(*, course_id: int, user_id: int) -> Download:
    """Return the download of a course's attachment, for a user who has the course.

    A member opens a course of the type VIP by it, if it has one. Raises CourseNotFound,
    NotEnrolled, NoAttachment.
    """
    course = _owned_course(course_id=course_id, user_id=user_id)
    name = str(course.attachment_path)
    if not name or not storage.private_storage().stat(name):
        raise NoAttachment
    expires_at = timezone.now() + settings.SIGNED_URL_MAX_LIFETIME
    url = signed_urls.of_attachment(course, user_id=user_id, expires_at=expires_at)
    return Download(url, PurePosixPath(name).name, expires_at)


def _owned_course(*, course_id: int, user_id: int) -> Course:
    try:
        return access.owned_course(course_id=course_id, user_id=user_id)
    except NotEnrolled:
        if not Course.objects.filter(pk=course_id).exclude(attachment_path="").exists():
            raise
    return member_access.owned_course(course_id=course_id, user_id=user_id)
