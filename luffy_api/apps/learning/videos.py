"""The current video of a section, for a viewer who may watch it."""

from dataclasses import dataclass

from luffy_api.apps.course.access import SectionWithAccess, WatchableSections
from luffy_api.apps.video.selectors import CurrentVideo, current_video, with_current_video

SECTIONS = WatchableSections(with_current_video)


@dataclass(frozen=True, slots=True)
class WatchableVideo:
    """`duration` in seconds, 0 when unknown; `video` is None for a section without one."""

    section_id: int
    duration: int
    owned: bool
    video: CurrentVideo | None

    def has(self, name: str) -> bool:
        """Whether a stored file is the video, a part of its HLS, or its poster."""
        video = self.video
        if video is None or not name:
            return False
        if name in {video.file, video.poster}:
            return True
        folder, slash, _ = video.hls.rpartition("/")
        return bool(video.hls) and name.startswith(folder + slash)


def watchable_video(*, section_id: int, user_id: int | None) -> WatchableVideo:
    """One query. Raises SectionNotFound, AuthenticationRequired, NotEnrolled."""
    return _watchable(SECTIONS.get(section_id=section_id, user_id=user_id))


def video_in_preview(*, section_id: int, course_id: int | None = None) -> WatchableVideo:
    """The same for who holds a preview link of the course, which the caller has checked.

    One query. Raises SectionNotFound, NotEnrolled.
    """
    return _watchable(SECTIONS.get_in_preview(section_id=section_id, course_id=course_id))


def _watchable(section: SectionWithAccess) -> WatchableVideo:
    return WatchableVideo(
        section_id=section.pk,
        duration=section.duration,
        owned=bool(section.owned),
        video=current_video(section),
    )
