"""Which courses belong to the teacher who has an account of the back office.

The rights of the role 讲师 are on tables of the dashboard that only ever have a teacher's own rows.
Whoever asks here has to ask for the right besides.
"""

from luffy_api.apps.course.models import Course, CourseQuerySet, CourseSection

SEE = "dashboard.view_taughtcourse"
# The outline and its videos; a school ticks it for the role.
CHANGE_OUTLINE = "dashboard.change_taughtcourse"


def courses_of(user_id: int) -> CourseQuerySet:
    """Return the courses of the teacher with this account, also those that nobody sees yet."""
    return Course.objects.not_deleted().filter(teacher__account=user_id, teacher__is_delete=False)


def teaches(*, user_id: int, course_id: int) -> bool:
    """Return whether it is a course of theirs. One query."""
    return courses_of(user_id).filter(pk=course_id).exists()


def teaches_section(*, user_id: int, section_id: int) -> bool:
    """Return whether the section, deleted or not, is in a course of theirs. One query."""
    sections = CourseSection.objects.filter(pk=section_id)
    return sections.filter(chapter__course__in=courses_of(user_id)).exists()
