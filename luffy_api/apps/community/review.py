"""What of questions and answers waits for staff."""

from django.db.models import Q, QuerySet

from luffy_api.apps.community.bounded_list import MAX_LISTED
from luffy_api.apps.community.models import Answer, PostState, Question

# Kept waiting by the filter of words, or reported by students since staff have looked at it.
OPEN = Q(state=PostState.PENDING) | Q(report_count__gt=0)


def count_unanswered() -> int:
    """Shown questions without an answer; MAX_LISTED also stands for more. One query."""
    return _count(Question.objects.shown().filter(answer_count=0))


def count_open(model: type[Question] | type[Answer]) -> int:
    """Questions, or answers, that staff have to look at; MAX_LISTED also stands for more."""
    return _count(model._default_manager.filter(OPEN))


def _count(rows: QuerySet[Question] | QuerySet[Answer]) -> int:
    return rows.order_by().values("pk")[:MAX_LISTED].count()
