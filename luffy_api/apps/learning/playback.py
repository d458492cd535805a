"""The URLs by which a section is watched."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath

from django.conf import settings
from django.utils import timezone

from luffy_api.apps.course import access, signed_urls
from luffy_api.apps.course.access import SectionWithAccess
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import hls
from luffy_api.apps.learning.exceptions import LinkExpired, NotPlayable, VideoProcessing
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.user.models import User
from luffy_api.libs import storage

END_SECONDS = 2
HLS = ".m3u8"
TYPES = {".mp4": "mp4", ".flv": "flv", HLS: "hls"}


@dataclass(frozen=True)
class Playback:
    """A short-lived address for a player; `position` in seconds, `expires_at` in UTC.

    `watermark` is what moves over the picture (nothing when blank), `poster` a signed address.
    """

    url: str
    type: str
    expires_at: datetime
    position: int
    watermark: str
    poster: str | None


def get_playback(*, section_id: int, user_id: int | None) -> Playback:
    """The address of a section's video for this viewer; an owner's clock begins to run.

    Raises SectionNotFound, NotPlayable, VideoProcessing, and for a section that must be bought
    AuthenticationRequired or NotEnrolled.
    """
    section = access.watchable_section(section_id=section_id, user_id=user_id)
    name = video_name(section)
    suffix = PurePosixPath(name).suffix.lower()
    expires_at = signed_urls.url_expiry(section)
    sign = partial(signed_urls.of_section, section, user_id=user_id, expires_at=expires_at)
    if suffix == HLS:
        # Ours, whatever the storage, and asked about at every request.
        expires_at = timezone.now() + settings.SIGNED_URL_MAX_LIFETIME
        url = hls.address(section.pk, name, user_id=user_id, expires_at=expires_at)
    else:
        url = sign(name)
    return Playback(
        url=url,
        type=TYPES[suffix],
        expires_at=expires_at,
        position=_position(section, user_id),
        watermark=_watermark(user_id),
        poster=sign(section.poster) if section.poster else None,
    )


def open_playlist(*, section_id: int, token: str, name: str) -> str:
    """A playlist of the film that `token` was given out for; its viewer's right is asked anew.

    `name` is relative to the film's folder. Raises LinkExpired, and what `get_playback` raises.
    """
    folder, user_id, expires_at = hls.read_token(token, section_id=section_id)
    section = access.watchable_section(section_id=section_id, user_id=user_id)
    film = PurePosixPath(video_name(section))
    if str(film.parent) != str(PurePosixPath(folder)):
        raise LinkExpired
    # Another playlist beside the film's own is another film; its qualities lie in folders below.
    if name != film.name and "/" not in name:
        raise NotPlayable
    wanted = f"{folder}/{name}" if folder else name
    return hls.render(section, name=wanted, user_id=user_id, expires_at=expires_at)


def video_name(section: CourseSection) -> str:
    """The stored name of what a player should play. Raises NotPlayable, VideoProcessing."""
    if section.hls:
        return section.hls
    name = section.video.name or ""
    if PurePosixPath(name).suffix.lower() not in TYPES:
        raise NotPlayable
    if not section.video_plays:
        if section.media_state == CourseSection.MediaState.PROCESSING:
            raise VideoProcessing
        raise NotPlayable
    # A remote storage is not asked each time: it says itself what it does not have.
    files = storage.private_storage()
    if files.stat_is_cheap and not files.stat(name):
        raise NotPlayable
    return name


def _position(section: SectionWithAccess, user_id: int | None) -> int:
    """Where the student stopped; a section that was seen to its end begins again."""
    if user_id is None:
        return 0
    rows = SectionProgress.objects.filter(section=section, user_id=user_id)
    position = rows.values_list("position", flat=True).first()
    if position is None:
        _start_clock(section, user_id)
        return 0
    at_end = section.duration and position >= section.duration - END_SECONDS
    return 0 if at_end else position


def _start_clock(section: SectionWithAccess, user_id: int) -> None:
    """Watching is counted from here, so that a first report cannot claim time before it."""
    if section.owned:
        SectionProgress.objects.get_or_create(
            section=section, user_id=user_id, defaults={"reported_at": timezone.now()}
        )


def _watermark(user_id: int | None) -> str:
    if user_id is None or not settings.PLAYER_WATERMARK:
        return ""
    viewer = User.objects.filter(pk=user_id).first()
    return viewer.masked_mobile or viewer.username if viewer else ""
