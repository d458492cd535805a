"""What must be true of the books whenever nothing is under way."""

from collections import Counter

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order import integrity


def broken() -> list[str]:
    """A line for everything that is not so; nothing when all is well.

    The rules of `manage.py check_integrity`, and one more that holds for courses which no other
    school has taught before: every student is counted exactly once.
    """
    faults = [f"{found.rule}: {found.row}" for found in integrity.run_checks()]
    owners = Counter(Enrollment.objects.values_list("course_id", flat=True))
    for course in Course.objects.all():
        if course.students != owners[course.pk]:
            faults.append(f"course {course.pk}: {course.students} counted, {owners[course.pk]} own")
    return faults
