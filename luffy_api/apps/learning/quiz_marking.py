"""Marking: what an answer to a question is worth. Whole numbers only, no database.

A choice is right as a whole or not at all, also one of several options. Each blank counts by
itself: a question is worth its points times the right blanks, divided by all of them and rounded
down.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from luffy_api.apps.learning.quiz_normalization import normalize
from luffy_api.apps.learning.quiz_questions import Question, QuestionKind


@dataclass(frozen=True, slots=True)
class Given:
    """What a student has answered to one question: places of options, or a text for each blank."""

    choices: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """What it is worth; `blanks` says of each blank whether it is right."""

    points: int
    correct: bool
    blanks: tuple[bool, ...] = ()


def mark(question: Question, given: Given) -> Mark:
    """The mark of one question."""
    if question.kind == QuestionKind.FILL:
        return _mark_blanks(question, given.texts)
    correct = set(given.choices) == set(question.right)
    return Mark(question.points if correct else 0, correct)


def _mark_blanks(question: Question, texts: Sequence[str]) -> Mark:
    filled = [*texts, *[""] * (len(question.spellings) - len(texts))]
    blanks = tuple(
        fits(text, accepted) for text, accepted in zip(filled, question.spellings, strict=False)
    )
    points = question.points * sum(blanks) // len(blanks)
    return Mark(points, all(blanks), blanks)


def fits(text: str, accepted: Sequence[str]) -> bool:
    """Whether a text is one of the spellings, as `normalize` compares them; a blank one never."""
    typed = normalize(text)
    return bool(typed) and typed in {normalize(each) for each in accepted}


def percent_of(points: int, total: int) -> int:
    """Whole percent, rounded down; 100 only for all points."""
    return 100 * points // total if total else 0


def is_passed(points: int, total: int, pass_percent: int) -> bool:
    """Whether so many points are enough."""
    return total > 0 and 100 * points >= pass_percent * total
