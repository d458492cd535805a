"""The only place where rows of the catalogue are locked; the rest calls these functions.

Students come before courses. Who pays for a course does not lock it: a best-seller's buyers would
wait for each other until each has committed.
"""

from collections.abc import Collection

from luffy_api.apps.course.models import Course, StudentCountChange
from luffy_api.apps.user.models import User


def lock_students(user_ids: Collection[int]) -> None:
    """Lock the enrollments of users until the transaction ends, by the rows of the users."""
    rows = User.objects.select_for_update().filter(pk__in=user_ids).order_by("pk")
    list(rows.values_list("pk", flat=True))


def lock_courses(course_ids: Collection[int]) -> None:
    """Lock the courses until the transaction ends, by id, so that no two callers deadlock."""
    rows = Course.objects.select_for_update().filter(pk__in=course_ids).order_by("pk")
    list(rows.values_list("pk", flat=True))


def lock_student_changes(pks: Collection[int]) -> list[StudentCountChange]:
    """Those of the rows that still exist and that nobody else has locked."""
    rows = StudentCountChange.objects.select_for_update(skip_locked=True)
    return list(rows.filter(pk__in=pks).order_by("pk"))
