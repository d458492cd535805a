"""The URLs by which a section is watched."""

import math
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from luffy_api.apps.learning import hls, progress, progress_buffer, signed_urls, subtitles
from luffy_api.apps.learning.exceptions import LinkExpired, NotPlayable, VideoProcessing
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.learning.videos import WatchableVideo, video_in_preview, watchable_video
from luffy_api.apps.learning.viewers import Viewer
from luffy_api.apps.promotion.membership import member_access
from luffy_api.apps.user.models import User
from luffy_api.apps.video.chapters import Chapter
from luffy_api.apps.video.models import Video
from luffy_api.apps.video.selectors import BesideVideo, beside_video
from luffy_api.common.prepared_query import PreparedValues
from luffy_api.libs import storage
from luffy_api.libs.video.formats import is_hls, playback_type

END_SECONDS = 2
PREVIEW_WATERMARK = "课程预览"


@dataclass(frozen=True)
class PlayableSubtitle:
    """`lang` as in BCP 47, `url` of WebVTT, which lives as long as a playlist."""

    lang: str
    label: str
    url: str


@dataclass(frozen=True)
class Playback:
    """A short-lived URL for a player; `position` in seconds, `expires_at` in UTC.

    `chapters` are those that begin within the video.
    `watermark` is what moves over the picture (nothing when blank), `poster` a signed URL.
    """

    url: str
    type: str
    expires_at: datetime
    position: int
    watermark: str
    poster: str | None
    subtitles: list[PlayableSubtitle]
    chapters: list[Chapter]


def get_playback(*, section_id: int, viewer: User | None) -> Playback:
    """The URL of a section's video for this viewer; an owner's clock begins to run.

    A member opens a course of the type VIP by it. Raises SectionNotFound, NotPlayable,
    VideoProcessing, and for a section that must be bought AuthenticationRequired or NotEnrolled.
    """
    user_id = viewer.pk if viewer else None
    watchable = member_access.opening_section(
        partial(watchable_video, section_id=section_id, user_id=user_id),
        section_id=section_id,
        user_id=user_id,
    )
    name = video_name(watchable)
    position = _position(watchable, user_id)
    return _playback(watchable, name, Viewer(user_id), position, _watermark(viewer))


def preview_playback(*, section_id: int, course_id: int, ends_at: datetime) -> Playback:
    """The URL of a section's video for who holds a preview link of the course until `ends_at`.

    The caller has checked the link. Raises SectionNotFound, NotEnrolled, NotPlayable,
    VideoProcessing.
    """
    watchable = video_in_preview(section_id=section_id, course_id=course_id)
    watermark = PREVIEW_WATERMARK if settings.PLAYER_WATERMARK else ""
    viewer = Viewer(preview_ends_at=ends_at)
    return _playback(watchable, video_name(watchable), viewer, 0, watermark)


def _playback(
    watchable: WatchableVideo, name: str, viewer: Viewer, position: int, watermark: str
) -> Playback:
    section_id = watchable.section_id
    expires_at = viewer.until(signed_urls.url_expiry(watchable.duration))
    sign = partial(signed_urls.of_section, section_id, viewer=viewer, expires_at=expires_at)
    # Ours, whatever the storage, and asked about at every request.
    longest = viewer.until(timezone.now() + settings.SIGNED_URL_MAX_LIFETIME)
    if is_hls(name):
        expires_at = longest
        url = hls.playlist_url(section_id, name, viewer=viewer, expires_at=expires_at)
    else:
        url = sign(name)
    poster = watchable.video.poster if watchable.video else ""
    beside, end = beside_video(section_id), watchable.duration or math.inf
    return Playback(
        url=url,
        type=playback_type(name) or "",
        expires_at=expires_at,
        position=position,
        watermark=watermark,
        poster=sign(poster) if poster else None,
        subtitles=_subtitles(beside, section_id, name, viewer=viewer, expires_at=longest),
        chapters=[each for each in beside.chapters if each.start < end],
    )


def _subtitles(
    beside: BesideVideo, section_id: int, video: str, *, viewer: Viewer, expires_at: datetime
) -> list[PlayableSubtitle]:
    address = partial(
        subtitles.url, section_id=section_id, video=video, viewer=viewer, expires_at=expires_at
    )
    return [
        PlayableSubtitle(lang=each.lang, label=each.label, url=address(each))
        for each in beside.subtitles
    ]


def get_playlist(*, section_id: int, token: str, name: str) -> str:
    """A playlist of the video that `token` was given out for, or subtitles beside it.

    Its viewer is asked about anew.

    `name` is relative to the video's folder. Raises LinkExpired, and what `get_playback` raises.
    """
    folder, viewer, expires_at = hls.read_token(token, section_id=section_id)
    watchable = viewer.watch(section_id)
    master = PurePosixPath(video_name(watchable))
    if str(master.parent) != str(PurePosixPath(folder)):
        raise LinkExpired
    if name.startswith(subtitles.FOLDER):
        return subtitles.render(watchable, name)
    # Another playlist beside the video's own is another video; its qualities lie in folders below.
    if name != master.name and "/" not in name:
        raise NotPlayable
    wanted = f"{folder}/{name}" if folder else name
    text = hls.render(watchable, name=wanted, viewer=viewer, expires_at=expires_at)
    return subtitles.announce(text, section_id) if name == master.name else text


def video_name(watchable: WatchableVideo) -> str:
    """The stored name of what a player should play. Raises NotPlayable, VideoProcessing."""
    video = watchable.video
    if video is None:
        raise NotPlayable
    if video.hls:
        return video.hls
    if not video.plays_natively or playback_type(video.file) is None:
        if video.state == Video.State.PROCESSING:
            raise VideoProcessing
        raise NotPlayable
    # A remote storage is not asked each time: it says itself what it does not have.
    files = storage.private_storage()
    if files.stat_is_cheap and not files.stat(video.file):
        raise NotPlayable
    return video.file


def _position(watchable: WatchableVideo, user_id: int | None) -> int:
    """Where the student stopped; a section that was seen to its end begins again."""
    if user_id is None:
        return 0
    progress_buffer.flush_student(user_id)
    found = _position_of.all(watchable.section_id, user_id)
    if not found:
        if watchable.owned:
            progress.start(user_id=user_id, section_id=watchable.section_id)
        return 0
    [(position,)] = found
    at_end = watchable.duration and position >= watchable.duration - END_SECONDS
    return 0 if at_end else position


def _positions(section_id: int, user_id: int) -> QuerySet[SectionProgress, tuple[int]]:
    rows = SectionProgress.objects.filter(section_id=section_id, user_id=user_id)
    return rows.order_by().values_list("position")


_position_of = PreparedValues(_positions, int, int)


def _watermark(viewer: User | None) -> str:
    if viewer is None or not settings.PLAYER_WATERMARK:
        return ""
    return viewer.masked_mobile or viewer.username
