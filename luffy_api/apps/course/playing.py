"""Who may watch a section, and by which address."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from django.conf import settings
from django.utils import timezone

from luffy_api.apps.course.exceptions import LoginNeeded, NotEnrolled, NotPlayable, SectionNotFound
from luffy_api.apps.course.models import Course, CourseSection, Enrollment, SectionProgress
from luffy_api.libs.storage import signed_url

END_SECONDS = 2
TYPES = {".mp4": "mp4", ".flv": "flv", ".m3u8": "hls"}


@dataclass(frozen=True)
class Playback:
    """A short-lived address for a player; `position` in seconds, `expires_at` in UTC."""

    url: str
    type: str
    expires_at: datetime
    position: int


def open_section(*, section_id: int, user_id: int | None) -> Playback:
    """The address of a section's video for this viewer.

    Raises SectionNotFound, NotPlayable, and for a section that must be bought LoginNeeded or
    NotEnrolled.
    """
    section = watchable_section(section_id=section_id, user_id=user_id)
    name = section.video.name or ""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in TYPES or not section.video.storage.exists(name):
        raise NotPlayable
    expires_at = timezone.now() + settings.PLAY_URL_LIFETIME
    url = signed_url(name, expires_at=expires_at)
    return Playback(url, TYPES[suffix], expires_at, _position(section, user_id))


def watchable_section(*, section_id: int, user_id: int | None) -> CourseSection:
    """The section, if this viewer may watch it; raises like `open_section`."""
    section = (
        CourseSection.objects.visible()
        .select_related("chapter")
        .filter(pk=section_id, chapter__course__in=Course.objects.visible_to(user_id))
        .first()
    )
    if section is None:
        raise SectionNotFound
    if not section.free_trail:
        require_enrollment(course_id=section.chapter.course_id, user_id=user_id)
    return section


def require_enrollment(*, course_id: int, user_id: int | None) -> None:
    """Raises LoginNeeded or NotEnrolled unless the user has the course."""
    if user_id is None:
        raise LoginNeeded
    if not Enrollment.objects.filter(course_id=course_id, user_id=user_id).exists():
        raise NotEnrolled


def _position(section: CourseSection, user_id: int | None) -> int:
    """Where the student stopped; a section that was seen to its end begins again."""
    if user_id is None:
        return 0
    rows = SectionProgress.objects.filter(section=section, user_id=user_id)
    position = rows.values_list("position", flat=True).first() or 0
    at_end = section.duration and position >= section.duration - END_SECONDS
    return 0 if at_end else position
