"""Students report questions and answers; staff hide and show them.

Each write locks the question, of an answer, too.
"""

from typing import TypeAlias

from django.db import transaction

from luffy_api.apps.community import answer_notices, answers, sections
from luffy_api.apps.community.exceptions import (
    AlreadyReported,
    AnswerNotFound,
    OwnPost,
    QuestionNotFound,
)
from luffy_api.apps.community.locks import lock_question
from luffy_api.apps.community.models import Answer, PostState, Question, Report
from luffy_api.apps.course.locks import lock_writer
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks

Reported: TypeAlias = Question | Answer


@retry_deadlocks
@transaction.atomic
def report_question(*, user_id: int, question_id: int, reason: str) -> None:
    """Raises QuestionNotFound, SectionNotFound, NotEnrolled, OwnPost, AlreadyReported."""
    lock_writer(user_id)
    question = lock_question(question_id)
    if question is None or question.state != PostState.SHOWN:
        raise QuestionNotFound
    _report(question, question, user_id, Report(question=question, reason=reason))


@retry_deadlocks
@transaction.atomic
def report_answer(*, user_id: int, answer_id: int, reason: str) -> None:
    """Raises AnswerNotFound, SectionNotFound, NotEnrolled, OwnPost, AlreadyReported."""
    lock_writer(user_id)
    question, row = answers.locked_answer(answer_id)
    if row.state != PostState.SHOWN or question.state != PostState.SHOWN:
        raise AnswerNotFound
    _report(question, row, user_id, Report(answer=row, reason=reason))


def _report(question: Question, row: Reported, user_id: int, report: Report) -> None:
    """Under the locks of the student and the question."""
    sections.learnable(section_id=question.section_id, user_id=user_id)
    if row.user_id == user_id:
        raise OwnPost
    if Report.objects.filter(
        user=user_id, question=report.question_id, answer=report.answer_id
    ).exists():
        raise AlreadyReported
    report.user_id = user_id
    report.save()
    row.report_count += 1
    row.save(update_fields=["report_count", "updated_time"])


@retry_deadlocks
@transaction.atomic
def hide_question(*, question_id: int, reason: str, staff_id: int) -> None:
    """Take a question with its answers off the pages. Raises QuestionNotFound."""
    _judge_question(question_id, PostState.HIDDEN, reason)
    _log(question_id, staff_id, f"隐藏提问，原因：{reason}")


@retry_deadlocks
@transaction.atomic
def show_question(*, question_id: int, staff_id: int) -> bool:
    """Show a question, and forget its reports; False if there is nothing to do.

    Raises QuestionNotFound.
    """
    if not _judge_question(question_id, PostState.SHOWN, ""):
        return False
    _log(question_id, staff_id, "展示提问")
    return True


@retry_deadlocks
@transaction.atomic
def hide_answer(*, answer_id: int, reason: str, staff_id: int) -> None:
    """Take an answer off the pages; it is not accepted any more. Raises AnswerNotFound."""
    question, row = answers.locked_answer(answer_id)
    row.reason, row.report_count = reason, 0
    answers.set_state(question, row, PostState.HIDDEN)
    audit_log.log_change(row, user_id=staff_id, message=f"隐藏回答，原因：{reason}")


@retry_deadlocks
@transaction.atomic
def show_answer(*, answer_id: int, staff_id: int) -> bool:
    """Show an answer, and forget its reports; False if there is nothing to do.

    Its asker is told of it, if that has not happened. Raises AnswerNotFound.
    """
    question, row = answers.locked_answer(answer_id)
    if row.state == PostState.SHOWN and not row.report_count:
        return False
    row.reason, row.report_count = "", 0
    answers.set_state(question, row, PostState.SHOWN)
    audit_log.log_change(row, user_id=staff_id, message="展示回答")
    return True


def _judge_question(question_id: int, state: PostState, reason: str) -> bool:
    row = lock_question(question_id)
    if row is None:
        raise QuestionNotFound
    if row.state == state and row.reason == reason and not row.report_count:
        return False
    is_back = state == PostState.SHOWN and row.state != state
    row.state, row.reason, row.report_count = state, reason, 0
    row.save(update_fields=["state", "reason", "report_count", "updated_time"])
    if is_back:
        answer_notices.tell_again(row)
    return True


def _log(question_id: int, staff_id: int, message: str) -> None:
    row = Question.objects.get(pk=question_id)
    audit_log.log_change(row, user_id=staff_id, message=message)
