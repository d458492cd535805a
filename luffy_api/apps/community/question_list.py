"""Reads of questions and answers."""

import unicodedata
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeAlias

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from luffy_api.apps.community import bounded_list, post_rights, sections
from luffy_api.apps.community.bounded_list import BoundedList, FoundList
from luffy_api.apps.community.exceptions import QuestionNotFound
from luffy_api.apps.community.models import Answer, PostState, Question
from luffy_api.apps.community.post_rights import AnswerRights
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.promotion.membership import member_access

Questions: TypeAlias = BoundedList[Question] | FoundList[Question]

# What a row of a list shows of others.
RELATED = ("user", "section", "course")
# Answers of a question that search looks at; of one with more, only the accepted answer.
MAX_SEARCHED = 50
# Words of a search, of which each has to stand in the question or in one of its answers.
MAX_WORDS = 4
# A student's own answers to one question that others do not see.
MAX_WAITING = 20


def section_questions(
    *, section_id: int, user_id: int | None, word: str = "", is_answered: bool | None = None
) -> Questions:
    """Questions under a section that the user learns, newest first.

    Raises SectionNotFound, AuthenticationRequired, NotEnrolled.
    """
    sections.learnable(section_id=section_id, user_id=user_id)
    return _questions(Question.objects.shown().filter(section=section_id), word, is_answered)


def course_questions(
    *, course_id: int, user_id: int | None, word: str = "", is_answered: bool | None = None
) -> Questions:
    """Questions of a course that the user has, newest first.

    Those under sections that are hidden, or stand in another course by now, are left out. Raises
    CourseNotFound, AuthenticationRequired, NotEnrolled.
    """
    member_access.owned_course(course_id=course_id, user_id=user_id)
    visible = CourseSection.objects.visible().filter(chapter__course=course_id)
    of_course = Question.objects.shown().filter(course=course_id)
    # An expression, so that no database leaves the index of the course for one of so many sections.
    rows = of_course.alias(under=F("section_id") + 0).filter(
        under__in=list(visible.values_list("pk", flat=True))
    )
    return _questions(rows, word, is_answered)


def own_questions(user_id: int) -> BoundedList[Question]:
    """What a student has asked, in any state, newest first."""
    return BoundedList(Question.objects.filter(user=user_id).order_by("-id"), RELATED)


def _questions(rows: QuerySet[Question], word: str, is_answered: bool | None) -> Questions:
    wanted = Q()
    if is_answered is not None:
        wanted = Q(answer_count__gt=0) if is_answered else Q(answer_count=0)
    for each in word.split()[:MAX_WORDS]:
        # As it was typed, or full width letters as others.
        forms = {each, unicodedata.normalize("NFKC", each)}
        found = (
            Q(title__icontains=form) | Q(text__icontains=form) | _answered_with(form)
            for form in forms
        )
        wanted &= reduce(or_, found)
    if wanted:
        return bounded_list.search(rows, wanted, RELATED)
    return BoundedList(rows.order_by("-id"), RELATED)


def _answered_with(word: str) -> Q:
    """Whether a shown answer has the word: the accepted one, or any of not too many."""
    shown = Answer.objects.shown().filter(text__icontains=word).order_by()
    few = Q(answer_count__gt=0, answer_count__lte=MAX_SEARCHED)
    return (few & Q(Exists(shown.filter(question=OuterRef("pk"))))) | Q(
        Exists(shown.filter(accepted_for=OuterRef("pk")))
    )


@dataclass(frozen=True)
class QuestionPage:
    """A question as a student sees it.

    `may_answer`: whether they learn the section, and have the course or have asked. `waiting` are
    their own answers that nobody else sees, with what they may do with them.
    """

    question: Question
    may_answer: bool
    may_delete: bool
    may_report: bool
    waiting: list[Answer]
    rights: AnswerRights


@dataclass(frozen=True)
class QuestionAnswers:
    """The shown answers of a question, and whether who looks at them learns its section."""

    question: Question
    rows: BoundedList[Answer]
    learns: bool


def question_page(*, question_id: int, user_id: int | None) -> QuestionPage:
    """A question for who learns its section, or has asked it. Four queries.

    Raises QuestionNotFound, SectionNotFound, AuthenticationRequired, NotEnrolled.
    """
    question = _visible(question_id, user_id)
    is_own = question.user_id == user_id
    if is_own:
        may_answer = learns = post_rights.learns(question, user_id=user_id)
    else:
        section = sections.learnable(section_id=question.section_id, user_id=user_id)
        may_answer, learns = bool(section.owned), True
    waiting: list[Answer] = []
    if user_id is not None:
        own = question.answers.filter(user=user_id).exclude(state=PostState.SHOWN)
        waiting = list(own.select_related("user").order_by("id")[:MAX_WAITING])
    return QuestionPage(
        question,
        may_answer,
        post_rights.may_delete_question(question, user_id=user_id),
        post_rights.may_report_question(question, user_id=user_id),
        waiting,
        post_rights.of_answers(question, waiting, user_id=user_id, learns=learns),
    )


def question_answers(*, question_id: int, user_id: int | None) -> QuestionAnswers:
    """Shown answers, the accepted one first, then the oldest. Raises as `question_page`."""
    question = _visible(question_id, user_id)
    if question.user_id == user_id:
        learns = post_rights.learns(question, user_id=user_id)
    else:
        sections.learnable(section_id=question.section_id, user_id=user_id)
        learns = True
    shown = Answer.objects.shown().filter(question=question.pk).order_by("-accepted_for_id", "id")
    related = ("user", "question__course__teacher")
    return QuestionAnswers(question, BoundedList(shown, related), learns)


def _visible(question_id: int, user_id: int | None) -> Question:
    """A shown question, or the user's own. One query. Raises QuestionNotFound."""
    question = (
        bounded_list.with_related(Question.objects.all(), RELATED).filter(pk=question_id).first()
    )
    if question is None or (question.state != PostState.SHOWN and question.user_id != user_id):
        raise QuestionNotFound
    return question
