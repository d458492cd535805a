"""A student's own answers to exercises."""

from luffy_api.apps.course.exceptions import SectionNotFound
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning.exceptions import NotAnExercise
from luffy_api.apps.learning.models import SectionAnswer
from luffy_api.apps.promotion.membership import member_access
from luffy_api.common.transactions import retry_deadlocks

# Characters.
MAX_ANSWER = 10_000


@retry_deadlocks  # of update_or_create
def save_answer(*, user_id: int, section_id: int, text: str) -> None:
    """Keep what a student answers to an exercise, in place of an older answer; a blank one goes.

    Raises SectionNotFound, NotEnrolled, NotAnExercise.
    """
    section = CourseSection.objects.visible().filter(pk=section_id)
    found = section.values_list("section_type", "chapter__course_id").first()
    if found is None:
        raise SectionNotFound
    section_type, course_id = found
    member_access.require_enrollment(course_id=course_id, user_id=user_id)
    if section_type != CourseSection.SectionType.EXERCISE:
        raise NotAnExercise
    if text.strip():
        SectionAnswer.objects.update_or_create(
            user_id=user_id, section_id=section_id, defaults={"text": text}
        )
    else:
        SectionAnswer.objects.filter(user_id=user_id, section_id=section_id).delete()


def answer_of(*, user_id: int, section_id: int) -> str:
    """The student's own answer, blank when there is none. One query."""
    rows = SectionAnswer.objects.filter(user_id=user_id, section_id=section_id)
    return rows.values_list("text", flat=True).first() or ""
