"""Quizzes: their questions for who may read the section, and the attempts of students.

Students are locked before an attempt is counted, so that two sent at once are two numbers or, with
one request key, one attempt; unique constraints stand below it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet, Sum, Value
from django.db.models.functions import Length

from luffy_api.apps.course import access, services
from luffy_api.apps.course.locks import lock_writer
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import locks, progress, quiz_marking, quiz_results
from luffy_api.apps.learning.documents import shown
from luffy_api.apps.learning.exceptions import (
    AlreadyAnswered,
    AnswersRefused,
    NoAttemptLeft,
    NotPlayable,
    QuizChanged,
    QuizTooLarge,
)
from luffy_api.apps.learning.models import Quiz, QuizAttempt, QuizQuestion
from luffy_api.apps.learning.quiz_marking import Given
from luffy_api.apps.learning.quiz_questions import Question, QuestionKind, Size, read, version_of
from luffy_api.apps.learning.quiz_results import AttemptResult, AttemptSummary, QuizPage
from luffy_api.apps.promotion.membership import member_access
from luffy_api.common.transactions import retry_deadlocks

# Attempts that a student is shown, the newest first.
MAX_SHOWN = 50
# Characters of a text that is filled in, and of all of them in an attempt, which keeps them.
MAX_FILLED, MAX_ANSWERED = 200, 16_000


def open_quiz(*, section_id: int, user_id: int | None) -> QuizPage:
    """The questions for who may read the section, with the last attempt of a student.

    Whoever has the course goes on from here. Raises SectionNotFound, AuthenticationRequired,
    NotEnrolled, NotPlayable.
    """
    section = member_access.watchable_section(section_id=section_id, user_id=user_id)
    quiz, questions = _asked(section)
    if user_id is None:
        return _page(section, quiz, questions)
    if section.owned:
        progress.start(user_id=user_id, section_id=section_id)
    attempts = _attempts(section_id, user_id)
    last = attempts.first()
    if last is None:
        return _page(section, quiz, questions)
    passed = set(attempts.filter(passed=True).values_list("version", flat=True))
    return replace(
        _page(section, quiz, questions, last.number),
        passed=bool(passed),
        last=quiz_results.result(last, reveal=quiz.reveal, has_passed=last.version in passed),
    )


def open_in_preview(*, section_id: int, course_id: int) -> QuizPage:
    """The same for who holds a preview link of the course, which the caller has checked."""
    found = access.WHOLE_SECTIONS.get_in_preview(section_id=section_id, course_id=course_id)
    return _page(found, *_asked(found))


@retry_deadlocks
@transaction.atomic
def submit(
    *,
    user_id: int,
    section_id: int,
    request_key: str,
    version: str,
    answers: Sequence[Mapping[str, Any]],
) -> AttemptResult:
    """Mark the answers and keep them as an attempt; who passes has done the section.

    The same request key with the same answers again is the attempt that there is. Raises
    SectionNotFound, NotEnrolled, NotPlayable, QuizChanged, AlreadyAnswered, AnswersRefused,
    NoAttemptLeft, LoginFailed.
    """
    lock_writer(user_id)
    section = member_access.watchable_section(section_id=section_id, user_id=user_id)
    quiz, questions = _asked(section)
    attempts = QuizAttempt.objects.filter(user_id=user_id, section_id=section_id)
    attempt = attempts.filter(request_key=request_key).first()
    if attempt is None:
        if version != version_of(questions):
            raise QuizChanged
        given = given_to(questions, answers)
        number = 1 + (attempts.order_by("-number").values_list("number", flat=True).first() or 0)
        if quiz.max_attempts and number > quiz.max_attempts:
            raise NoAttemptLeft(quiz.max_attempts)
        attempt = marked(quiz, questions, given)
        attempt.user_id, attempt.number = user_id, number
        attempt.version, attempt.request_key = version, request_key
        attempt.save(force_insert=True)
        if attempt.passed:
            progress.write_done(user_id=user_id, section_id=section_id)
    elif not _has_given(attempt, answers):
        raise AlreadyAnswered
    has_passed = attempt.passed or _has_passed(attempts, attempt.version)
    return quiz_results.result(attempt, reveal=quiz.reveal, has_passed=has_passed)


def attempts_of(*, section_id: int, user_id: int) -> list[AttemptSummary]:
    """The student's attempts, the newest first. Raises as `open_quiz`."""
    section = member_access.watchable_section(section_id=section_id, user_id=user_id)
    if section.section_type != CourseSection.SectionType.QUIZ:
        raise NotPlayable
    rows = _attempts(section_id, user_id)[:MAX_SHOWN]
    return [quiz_results.summary(row) for row in rows.defer("asked", "answers", "marks")]


def lock(section_ids: Collection[int]) -> dict[int, Quiz]:
    """The quizzes of sections, locked for who writes their questions; missing ones are made."""
    there = Quiz.objects.filter(pk__in=section_ids).values_list("pk", flat=True)
    missing = sorted({*section_ids} - {*there})
    Quiz.objects.bulk_create([Quiz(pk=pk) for pk in missing], ignore_conflicts=True)
    return {quiz.pk: quiz for quiz in locks.lock_quizzes(section_ids)}


def size_of(rows: "QuerySet[QuizQuestion]") -> Size:
    """How much of a quiz these questions are; one query that reads no text."""
    lengths = (Length(name) for name in ("text", "options", "answer", "explanation"))
    characters = sum(lengths, start=Value(0))
    found = rows.order_by().aggregate(questions=Count("pk"), characters=Sum(characters, default=0))
    return Size(**found)


def count_questions(section_id: int) -> None:
    """Tell the section how many questions it has; in the transaction that changed them.

    It has locked the quiz. Raises QuizTooLarge for what the form and the import have let through.
    """
    size = size_of(QuizQuestion.objects.filter(quiz=section_id))
    if size.problem:
        raise QuizTooLarge(size.problem)
    services.set_question_count(section_id=section_id, count=size.questions)


def questions_of(section_id: int) -> list[Question]:
    """The questions of a section in their order."""
    rows = QuizQuestion.objects.filter(quiz=section_id).order_by("orders", "id")
    return [read(row, id=row.pk) for row in rows]


def _attempts(section_id: int, user_id: int) -> "QuerySet[QuizAttempt]":
    rows = QuizAttempt.objects.filter(user_id=user_id, section_id=section_id)
    return rows.order_by("-number")


def _has_passed(attempts: "QuerySet[QuizAttempt]", version: str) -> bool:
    """Whether these questions were passed: of others the right answers are not known yet."""
    return attempts.filter(passed=True, version=version).exists()


def _asked(section: CourseSection) -> tuple[Quiz, list[Question]]:
    """Raises NotPlayable for another section, and for a quiz without questions."""
    if section.section_type != CourseSection.SectionType.QUIZ:
        raise NotPlayable
    quiz = Quiz.objects.filter(pk=section.pk).first()
    questions = questions_of(section.pk) if quiz else []
    if quiz is None or not questions:
        raise NotPlayable
    return quiz, questions


def _page(section: CourseSection, quiz: Quiz, questions: list[Question], used: int = 0) -> QuizPage:
    return QuizPage(
        html=shown(section.content, section.content_format, part="text"),
        version=version_of(questions),
        pass_percent=quiz.pass_percent,
        max_attempts=quiz.max_attempts,
        reveal=quiz.reveal,
        points=sum(question.points for question in questions),
        questions=quiz_results.asked(questions),
        attempts_used=used,
        attempts_left=max(0, quiz.max_attempts - used) if quiz.max_attempts else None,
    )


def marked(quiz: Quiz, questions: list[Question], given: list[Given]) -> QuizAttempt:
    """An attempt that is not saved yet, nobody's so far."""
    pairs = zip(questions, given, strict=True)
    marks = [quiz_marking.mark(question, answer) for question, answer in pairs]
    points = sum(each.points for each in marks)
    total = sum(question.points for question in questions)
    return QuizAttempt(
        section_id=quiz.pk,
        asked=[quiz_results.stored(each) for each in questions],
        answers=[quiz_results.stored(each) for each in given],
        marks=[quiz_results.stored(each) for each in marks],
        points=points,
        total=total,
        passed=quiz_marking.is_passed(points, total, quiz.pass_percent),
    )


def given_to(questions: list[Question], answers: Sequence[Mapping[str, Any]]) -> list[Given]:
    """What was given to each question; what was left out is empty. Raises AnswersRefused."""
    by_id: dict[int, Mapping[str, Any]] = {}
    for each in answers:
        if each["question"] in by_id:
            raise AnswersRefused("同一题不能回答两次")
        by_id[each["question"]] = each
    if len(by_id) > len(questions):
        raise AnswersRefused(f"这个测验只有 {len(questions)} 题")
    if by_id.keys() - {question.id for question in questions}:
        raise AnswersRefused("有不属于这个测验的题目")
    if sum(len(text) for each in answers for text in each.get("texts", ())) > MAX_ANSWERED:
        raise AnswersRefused(f"填写的内容合计不能超过 {MAX_ANSWERED} 个字符")
    return [_answer(question, by_id.get(question.id, {})) for question in questions]


def _has_given(attempt: QuizAttempt, answers: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these are the answers of the attempt, to the questions as they were then."""
    try:
        given = given_to(quiz_results.stored_questions(attempt), answers)
    except AnswersRefused:
        return False
    return given == quiz_results.stored_answers(attempt)


def _answer(question: Question, answer: Mapping[str, Any]) -> Given:
    choices, texts = tuple(answer.get("choices", ())), tuple(answer.get("texts", ()))
    if question.kind == QuestionKind.FILL:
        if choices or len(texts) > len(question.spellings):
            raise AnswersRefused("填空题的作答与题目不符")
        return Given(texts=texts)
    if texts or set(choices) - set(range(len(question.options))):
        raise AnswersRefused("有不属于这道题的选项")
    if len(set(choices)) < len(choices):
        raise AnswersRefused("同一个选项不能选两次")
    if question.kind != QuestionKind.MULTIPLE and len(choices) > 1:
        raise AnswersRefused("单选题和判断题只能选一个选项")
    return Given(choices=tuple(sorted(choices)))
