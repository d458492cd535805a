"""Signed URLs of private files, and whether what they grant still holds.

The grant in a URL names what it is for and the viewer: `s12.34` is what section 12 has for user 34
(0 is a visitor), `c5.34` the attachment of course 5. Our server asks `is_still_entitled` before
each answer.
"""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from luffy_api.apps.course import signed_urls as attachments
from luffy_api.apps.learning.videos import watchable_video
from luffy_api.common.exceptions import DomainError
from luffy_api.libs import storage

GRANT = re.compile(r"([sc])([0-9]{1,19})\.([0-9]{1,19})", re.ASCII)


def url_expiry(duration: int) -> datetime:
    """When the URL of a video of `duration` seconds shall end (UTC): after it, and some pauses.

    A player that comes later asks for another. An unknown duration (0) is the longest.
    """
    lifetime = settings.SIGNED_URL_MAX_LIFETIME
    if duration:
        lifetime = min(lifetime, timedelta(seconds=duration) + settings.URL_GRACE_PERIOD)
    return timezone.now() + lifetime


def of_section(section_id: int, name: str, *, user_id: int | None, expires_at: datetime) -> str:
    """The URL of a video, a part of one, or a poster (None for a visitor)."""
    grant = f"s{section_id}.{user_id or 0}"
    return storage.private_storage().signed_url(name, expires_at=expires_at, grant=grant)


def is_still_entitled(grant: str, name: str) -> bool:
    """Whether that viewer may have the file now, and the section or course still has it.

    One query; settings.PRIVATE_FILE_ACCESS_CHECK names this function.
    """
    match = GRANT.fullmatch(grant)
    if match is None:
        return False
    kind, subject, viewer = match[1], int(match[2]), int(match[3]) or None
    try:
        if kind == "c":
            return attachments.is_attachment_for(name, course_id=subject, user_id=viewer)
        return watchable_video(section_id=subject, user_id=viewer).has(name)
    except DomainError:
        return False
