"""Addresses of private files, given to one viewer for what one section or course has.

The grant in them says both: `s12.34` is what section 12 has for user 34 (0 is a visitor), `c5.34`
the same of course 5. Our server asks `is_still_entitled` before each answer.
"""

import re
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from django.conf import settings
from django.utils import timezone

from luffy_api.apps.course import access
from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.common.exceptions import DomainError
from luffy_api.libs import storage
from luffy_api.libs.video import formats

GRANT = re.compile(r"([sc])([0-9]{1,19})\.([0-9]{1,19})", re.ASCII)


def url_expiry(section: CourseSection) -> datetime:
    """When an address of what plays shall end (UTC): a film takes its length, and some pauses.

    A player that comes later asks for another. A length that nobody knows is the longest.
    """
    life = settings.SIGNED_URL_MAX_LIFETIME
    if section.duration:
        life = min(life, timedelta(seconds=section.duration) + settings.URL_GRACE_PERIOD)
    return timezone.now() + life


def of_section(
    section: CourseSection, name: str, *, user_id: int | None, expires_at: datetime
) -> str:
    """The address of a film, a part of one, or a poster (None for a visitor)."""
    grant = f"s{section.pk}.{user_id or 0}"
    return storage.private_storage().signed_url(name, expires_at=expires_at, grant=grant)


def of_attachment(course: Course, *, user_id: int, expires_at: datetime) -> str:
    """The address of what the course has to download."""
    grant = f"c{course.pk}.{user_id}"
    name = str(course.attachment_path)
    return storage.private_storage().signed_url(
        name, expires_at=expires_at, grant=grant, download=True
    )


def is_still_entitled(grant: str, name: str) -> bool:
    """Whether that viewer may have the file now, and the section or course still has it.

    One query; settings.PRIVATE_FILE_ACCESS_CHECK names this function.
    """
    match = GRANT.fullmatch(grant)
    if match is None:
        return False
    kind, subject, viewer = match.groups()
    has = _section_has if kind == "s" else _course_has
    try:
        return has(int(subject), int(viewer) or None, name)
    except DomainError:
        return False


def _section_has(section_id: int, user_id: int | None, name: str) -> bool:
    section = access.watchable_section(section_id=section_id, user_id=user_id)
    film = section.hls or section.video.name or ""
    part = formats.is_hls(film) and PurePosixPath(name).is_relative_to(PurePosixPath(film).parent)
    return part or name in {section.video.name, section.poster}


def _course_has(course_id: int, user_id: int | None, name: str) -> bool:
    course = access.owned_course(course_id=course_id, user_id=user_id)
    return str(course.attachment_path) == name
