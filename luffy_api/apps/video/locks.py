"""The row locks of the video app."""

from luffy_api.apps.course.models import CourseSection


def lock_section(section_id: int) -> None:
    """Holds the section until the transaction ends: its videos are added and switched in turn."""
    rows = CourseSection.objects.select_for_update().filter(pk=section_id)
    list(rows.values_list("pk", flat=True))
