"""The only place where rows of the catalogue are locked; the rest calls these functions."""

from collections.abc import Collection

from luffy_api.apps.course.models import Course


def lock_courses(course_ids: Collection[int]) -> None:
    """Lock the courses until the transaction ends, by id, so that no two callers deadlock."""
    rows = Course.objects.select_for_update().filter(pk__in=course_ids).order_by("pk")
    list(rows.values_list("pk", flat=True))
