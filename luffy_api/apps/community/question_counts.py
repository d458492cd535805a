"""Keeps the number of answers that a question shows equal to its shown answers.

Whoever writes an answer counts it under the lock of the question (answers.py). `differences` finds
what was written in another way, `repair` corrects it.
"""

from django.db import transaction
from django.db.models import Count

from luffy_api.apps.community.locks import lock_question
from luffy_api.apps.community.models import PostState, Question
from luffy_api.common.transactions import retry_deadlocks


def differences() -> list[int]:
    """Ids of questions that say another number of answers than they have. Two queries."""
    rows = Question.objects.order_by()
    answered = rows.filter(answers__state=PostState.SHOWN).annotate(number=Count("answers"))
    numbers = dict(answered.values_list("pk", "number"))
    kept = dict(rows.filter(answer_count__gt=0).values_list("pk", "answer_count"))
    pks = numbers.keys() | kept.keys()
    return sorted(pk for pk in pks if numbers.get(pk) != kept.get(pk))


def repair() -> int:
    """Correct what differs from the answers; return of how many questions that was."""
    wrong = differences()
    for question_id in wrong:
        _recount(question_id)
    return len(wrong)


@retry_deadlocks
@transaction.atomic
def _recount(question_id: int) -> None:
    row = lock_question(question_id)
    if row is not None:
        row.answer_count = row.answers.shown().count()
        row.save(update_fields=["answer_count", "updated_time"])
