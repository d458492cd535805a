"""How the students of a quiz have done: attempts, who has passed, and each question by itself."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from luffy_api.apps.learning.models import QuizAttempt
from luffy_api.apps.learning.quiz_marking import percent_of

# Attempts whose questions are looked at, the latest.
MAX_ATTEMPTS = 500
CHUNK = 100


@dataclass(frozen=True)
class QuestionFigures:
    """A question in the words of its latest attempt; `right_percent` of those who were asked."""

    text: str
    asked: int
    right_percent: int


@dataclass(frozen=True)
class QuizFigures:
    """`pass_percent` of the students. Questions as they were asked in the latest attempts."""

    attempts: int
    students: int
    passed: int
    pass_percent: int
    questions: list[QuestionFigures]


def figures_of(section_id: int) -> QuizFigures:
    """The figures of a quiz. Two queries by an index, and one for each CHUNK of attempts."""
    rows = QuizAttempt.objects.filter(section=section_id)
    counts = rows.aggregate(
        attempts=Count("pk"),
        students=Count("user", distinct=True),
        passed=Count("user", distinct=True, filter=Q(passed=True)),
    )
    percent = percent_of(counts["passed"], counts["students"])
    return QuizFigures(**counts, pass_percent=percent, questions=_questions(section_id))


def _questions(section_id: int) -> list[QuestionFigures]:
    rows = QuizAttempt.objects.filter(section=section_id).order_by("-pk")
    # Keys first: asked for their texts, MariaDB reads those of all quizzes from the end.
    pks = list(rows.values_list("pk", flat=True)[:MAX_ATTEMPTS])
    texts: dict[int, str] = {}
    asked: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for questions, marks in _texts_of(pks):
        for question, mark in zip(questions, marks, strict=True):
            texts.setdefault(question["id"], question["text"])
            asked[question["id"]] += 1
            right[question["id"]] += mark["correct"]
    return [
        QuestionFigures(text, asked[pk], percent_of(right[pk], asked[pk]))
        for pk, text in texts.items()
    ]


def _texts_of(pks: list[int]) -> Iterator[tuple[Any, Any]]:
    """Questions and marks of attempts, in parts: the driver of MySQL holds a whole result."""
    for start in range(0, len(pks), CHUNK):
        part = QuizAttempt.objects.filter(pk__in=pks[start : start + CHUNK]).order_by("-pk")
        yield from part.values_list("asked", "marks")
