"""What a student is shown of a quiz and of an attempt. Right answers leave the server only here.

Questions are shown without them; the result of an attempt has them where the quiz says so.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from luffy_api.apps.learning.documents import shown
from luffy_api.apps.learning.models import Quiz, QuizAttempt
from luffy_api.apps.learning.quiz_marking import Given, Mark, percent_of
from luffy_api.apps.learning.quiz_questions import Question
from luffy_api.libs.rich_text.formats import TextFormat


@dataclass(frozen=True)
class AskedQuestion:
    """A question as it is asked; `options` in their order, `blanks` of 填空."""

    id: int
    kind: int
    html: str
    options: Sequence[str]
    blanks: int
    points: int


@dataclass(frozen=True)
class QuestionResult(AskedQuestion):
    """The same with what was answered and what it was worth; `blanks_right` for each blank.

    The last three are empty unless the quiz shows right answers.
    """

    earned: int
    correct: bool
    choices: Sequence[int]
    texts: Sequence[str]
    blanks_right: Sequence[bool]
    right_choices: Sequence[int]
    right_texts: Sequence[Sequence[str]]
    explanation_html: str


@dataclass(frozen=True)
class AttemptSummary:
    """An attempt without its questions."""

    number: int
    points: int
    total: int
    percent: int
    passed: bool
    submitted_at: datetime


@dataclass(frozen=True)
class AttemptResult(AttemptSummary):
    """An attempt; `revealed` says whether right answers and explanations are shown."""

    revealed: bool
    questions: Sequence[QuestionResult]


@dataclass(frozen=True)
class QuizPage:
    """A quiz as it is asked, and how far the student is; `attempts_left` None without a limit."""

    html: str
    version: str
    pass_percent: int
    max_attempts: int
    reveal: int
    points: int
    questions: Sequence[AskedQuestion]
    attempts_used: int = 0
    attempts_left: int | None = None
    passed: bool = False
    last: AttemptResult | None = None


def asked(questions: Sequence[Question]) -> list[AskedQuestion]:
    """The questions as they are asked."""
    return [AskedQuestion(**_asked(question, place)) for place, question in enumerate(questions)]


def summary(attempt: QuizAttempt) -> AttemptSummary:
    """The numbers of an attempt."""
    return AttemptSummary(**_numbers(attempt))


def result(attempt: QuizAttempt, *, reveal: int, has_passed: bool) -> AttemptResult:
    """An attempt with its questions; `has_passed`: these questions, then or ever."""
    revealed = reveal == Quiz.Reveal.ALWAYS or (reveal == Quiz.Reveal.PASSED and has_passed)
    rows = zip(stored_questions(attempt), stored_answers(attempt), attempt.marks, strict=True)
    questions = [
        _question_result(question, given, _mark(mark), place, revealed)
        for place, (question, given, mark) in enumerate(rows)
    ]
    return AttemptResult(**_numbers(attempt), revealed=revealed, questions=questions)


def stored(row: Question | Given | Mark) -> dict[str, Any]:
    """How a row of an attempt keeps it."""
    return asdict(row)


def stored_questions(attempt: QuizAttempt) -> list[Question]:
    """The questions as they were asked and marked."""
    return [
        Question(
            **{
                **row,
                "options": tuple(row["options"]),
                "right": tuple(row["right"]),
                "spellings": tuple(map(tuple, row["spellings"])),
            }
        )
        for row in attempt.asked
    ]


def stored_answers(attempt: QuizAttempt) -> list[Given]:
    """What was given to each question; nothing once the account was closed."""
    if not attempt.answers:
        return [Given()] * len(attempt.asked)
    return [Given(tuple(row["choices"]), tuple(row["texts"])) for row in attempt.answers]


def _mark(row: dict[str, Any]) -> Mark:
    return Mark(row["points"], row["correct"], tuple(row["blanks"]))


def _numbers(attempt: QuizAttempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "points": attempt.points,
        "total": attempt.total,
        "percent": percent_of(attempt.points, attempt.total),
        "passed": attempt.passed,
        "submitted_at": attempt.created_time,
    }


def _asked(question: Question, place: int) -> dict[str, Any]:
    return {
        "id": question.id,
        "kind": question.kind,
        "html": _html(question.text, "q", place),
        "options": question.options,
        "blanks": len(question.spellings),
        "points": question.points,
    }


def _question_result(
    question: Question, given: Given, mark: Mark, place: int, revealed: bool
) -> QuestionResult:
    return QuestionResult(
        **_asked(question, place),
        earned=mark.points,
        correct=mark.correct,
        choices=given.choices,
        texts=given.texts,
        blanks_right=mark.blanks,
        right_choices=question.right if revealed else (),
        right_texts=question.spellings if revealed else (),
        explanation_html=_html(question.explanation, "e", place) if revealed else "",
    )


def _html(text: str, part: str, place: int) -> str:
    """Safe HTML; footnotes of the texts of one page are told apart by Latin letters."""
    letters = chr(ord("a") + place // 26) + chr(ord("a") + place % 26)
    return shown(text, TextFormat.MARKDOWN, part=f"{part}{letters}") if text else ""
