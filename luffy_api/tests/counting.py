"""Numbers of students, which are counted some seconds after an enrollment."""

from luffy_api.apps.course import student_counts
from luffy_api.apps.course.models import Course, StudentCountChange
from luffy_api.tests.buyer import wait_until


def count_students() -> None:
    """Bring all changes into the courses; waits for servers that are doing the same."""
    wait_until(_all_counted)


def students() -> list[int]:
    """The number of students of each course, the smallest first."""
    count_students()
    return sorted(Course.objects.values_list("students", flat=True))


def _all_counted() -> bool:
    student_counts.fold()
    return not StudentCountChange.objects.exists()
