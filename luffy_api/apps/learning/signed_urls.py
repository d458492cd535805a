"""Signed URLs of private files, and whether what they grant still holds.

The grant in a URL names what it is for and the viewer: `s12.34` is what section 12 has for user 34
(0 is a visitor), `c5.34` the attachment of course 5, `p12.1796000000` what section 12 has for a
preview that ends then. Our server asks `is_still_entitled` before each answer.
"""

import re
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from luffy_api.apps.course import signed_urls as attachments
from luffy_api.apps.learning.viewers import Viewer
from luffy_api.common.exceptions import DomainError
from luffy_api.libs import storage

GRANT = re.compile(r"([scp])([0-9]{1,19})\.([0-9]{1,19})", re.ASCII)


def url_expiry(duration: int) -> datetime:
    """When the URL of a video of `duration` seconds shall end (UTC): after it, and some pauses.

    A player that comes later asks for another. An unknown duration (0) is the longest.
    """
    lifetime = settings.SIGNED_URL_MAX_LIFETIME
    if duration:
        lifetime = min(lifetime, timedelta(seconds=duration) + settings.URL_GRACE_PERIOD)
    return timezone.now() + lifetime


def of_section(section_id: int, name: str, *, viewer: Viewer, expires_at: datetime) -> str:
    """The URL of a video, a part of one, or a poster."""
    grant = viewer.grant(section_id)
    return storage.private_storage().signed_url(name, expires_at=expires_at, grant=grant)


def is_still_entitled(grant: str, name: str) -> bool:
    """Whether that viewer may have the file now, and the section or course still has it.

    One query; settings.PRIVATE_FILE_ACCESS_CHECK names this function.
    """
    match = GRANT.fullmatch(grant)
    if match is None:
        return False
    kind, subject, number = match[1], int(match[2]), int(match[3])
    try:
        if kind == "c":
            return attachments.is_attachment_for(name, course_id=subject, user_id=number or None)
        return _viewer(kind, number).watch(subject).has(name)
    except (DomainError, OverflowError, OSError):
        return False


def _viewer(kind: str, number: int) -> Viewer:
    """Of a student's id, or of the end of a preview in seconds since 1970."""
    if kind == "p":
        return Viewer(preview_ends_at=datetime.fromtimestamp(number, UTC))
    return Viewer(number or None)
