"""Who watches, as links to files and playlists carry it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from luffy_api.apps.course.exceptions import PreviewEnded
from luffy_api.apps.learning.videos import WatchableVideo, video_in_preview, watchable_video


@dataclass(frozen=True, slots=True)
class Viewer:
    """A student, a visitor (neither), or the holder of a preview link until it ends (UTC)."""

    user_id: int | None = None
    preview_ends_at: datetime | None = None

    def grant(self, section_id: int) -> str:
        """What the viewer may have, as signed URLs name it."""
        if self.preview_ends_at is not None:
            return f"p{section_id}.{int(self.preview_ends_at.timestamp())}"
        return f"s{section_id}.{self.user_id or 0}"

    def until(self, moment: datetime) -> datetime:
        """The moment, or the end of the preview before it."""
        return min(moment, self.preview_ends_at) if self.preview_ends_at else moment

    def watch(self, section_id: int) -> WatchableVideo:
        """The section, if the viewer may watch it now. One query.

        Raises SectionNotFound, AuthenticationRequired, NotEnrolled, PreviewEnded.
        """
        if self.preview_ends_at is None:
            return watchable_video(section_id=section_id, user_id=self.user_id)
        if self.preview_ends_at <= timezone.now():
            raise PreviewEnded
        return video_in_preview(section_id=section_id)
