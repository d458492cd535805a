"""Attempts at quizzes when two accounts become one, and when an account is closed."""

from collections import Counter

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from luffy_api.apps.learning.models import QuizAttempt

# Above every number that an attempt can have by itself.
ASIDE = 1_000_000_000
# Attempts of one statement.
CHUNK = 200


def move(*, source_id: int, target_id: int) -> None:
    """Move all attempts, numbered anew in the order of their times. Two queries for CHUNK of them.

    The transaction has locked both students. All of them count for the limit of a quiz.
    """
    own = QuizAttempt.objects.filter(user=source_id)
    sections = set(own.values_list("section_id", flat=True))
    rows = QuizAttempt.objects.filter(user__in=(source_id, target_id), section__in=sections)
    moved = list(rows.only("section_id", "request_key").order_by("section", "created_time", "id"))
    # Aside first: no number and no key is there twice at any moment.
    aside = Concat(Value("moved-"), Cast("pk", CharField()))
    pks = [row.pk for row in moved]
    for start in range(0, len(pks), CHUNK):
        QuizAttempt.objects.filter(pk__in=pks[start : start + CHUNK]).update(
            user_id=target_id, number=F("pk") % ASIDE + ASIDE, request_key=aside
        )
    _number(moved)
    QuizAttempt.objects.bulk_update(moved, ["number", "request_key"], batch_size=CHUNK)


def _number(rows: list[QuizAttempt]) -> None:
    """Number the rows of each section from 1 on. Two that were sent with one key stay two."""
    numbers: Counter[int] = Counter()
    keys: set[tuple[int, str]] = set()
    for row in rows:
        numbers[row.section_id] += 1
        row.number = numbers[row.section_id]
        if (row.section_id, row.request_key) in keys:
            row.request_key = f"moved-{row.pk}"
        keys.add((row.section_id, row.request_key))


def erase(user_id: int) -> None:
    """Forget what a closed account has answered; that there was an attempt, and its marks, stay."""
    QuizAttempt.objects.filter(user=user_id).update(answers=[])
