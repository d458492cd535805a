"""The row locks of the video app."""

from luffy_api.apps.course.models import CourseSection
from luffy_api.common.locks import locked


def lock_section(section_id: int) -> None:
    """Holds the section until the transaction ends: its videos are added and switched in turn."""
    locked(CourseSection.objects.filter(pk=section_id).only("pk"))
