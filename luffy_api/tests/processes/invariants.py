"""Invariants that hold whenever no request is running."""

from collections import Counter

from luffy_api.apps.course.models import Course, Enrollment
from luffy_api.apps.order import integrity


def broken() -> list[str]:
    """A line for each violation.

    The rules of `manage.py check_integrity`, and one more that holds for courses of tests: every
    student is counted exactly once.
    """
    violations = [f"{found.rule}: {found.row}" for found in integrity.run_checks()]
    owners = Counter(Enrollment.objects.values_list("course_id", flat=True))
    for course in Course.objects.all():
        if course.students != owners[course.pk]:
            violations.append(
                f"course {course.pk}: {course.students} counted, {owners[course.pk]} own"
            )
    return violations
