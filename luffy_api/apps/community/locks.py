"""The only place where rows of this app are locked.

The student comes first, then the course, whose numbers its ratings change, then the rating. A
question comes after the student who writes, and guards its answers and reports.
"""

from luffy_api.apps.community.models import Question, Rating
from luffy_api.apps.course.locks import lock_courses
from luffy_api.common.locks import locked


def lock_rating(rating_id: int) -> Rating | None:
    """Lock a rating under its course until the transaction ends; None if there is none."""
    rows = Rating.objects.filter(pk=rating_id)
    lock_courses(list(rows.values_list("course", flat=True)))
    return next(iter(locked(rows)), None)


def lock_question(question_id: int) -> Question | None:
    """Lock a question until the transaction ends; None if there is none."""
    return next(iter(locked(Question.objects.filter(pk=question_id))), None)
