"""Invariants that hold whenever no request is running."""

from luffy_api.apps.course import student_counts
from luffy_api.apps.order import integrity


def broken() -> list[str]:
    """A line for each violation.

    The rules of `manage.py check_integrity`, and one more that holds for courses of tests: every
    student is counted exactly once.
    """
    violations = [f"{found.rule}: {found.row}" for found in integrity.run_checks()]
    for course in student_counts.compared_with_enrollments():
        if course.counted != course.enrolled:
            violations.append(
                f"course {course.pk}: {course.counted} counted, {course.enrolled} own"
            )
    return violations
