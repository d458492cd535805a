"""Answers to questions: of students, teachers and the school; one of them is accepted.

Each write locks the question, so that it counts its shown answers and has one accepted.
"""

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.community import answer_notices, post_rights, posting, sections
from luffy_api.apps.community.exceptions import AnswerNotFound, PostHidden, QuestionNotFound
from luffy_api.apps.community.locks import lock_question
from luffy_api.apps.community.models import Answer, PostState, Question
from luffy_api.apps.course import teaching
from luffy_api.apps.course.locks import lock_writer
from luffy_api.apps.promotion.membership import member_access
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks

AuthorRole = Answer.AuthorRole
# Of an answer that changes. Not its author: a merge of two accounts does not lock the question.
WRITTEN = ["text", "edited_at", "state", "reason", "report_count", "accepted_for"]


@retry_deadlocks
@transaction.atomic
def answer(*, user_id: int, question_id: int, text: str) -> Answer:
    """Answer as somebody who has the course, or has asked; the same sent twice is one answer.

    The asker of a shown answer is told. Raises QuestionNotFound, SectionNotFound, NotEnrolled,
    LinksRefused.
    """
    lock_writer(user_id)
    question = _shown(question_id, user_id)
    section = sections.learnable(section_id=question.section_id, user_id=user_id)
    if question.user_id != user_id:
        member_access.require_enrollment(course_id=section.chapter.course_id, user_id=user_id)
    posting.require_no_links(user_id=user_id, text=text)
    if known := _repeated(question, user_id, text):
        return known
    is_teacher = teaching.teaches(user_id=user_id, course_id=question.course_id)
    return _write(
        question,
        user_id=user_id,
        author_role=AuthorRole.TEACHER if is_teacher else AuthorRole.STUDENT,
        text=text,
        state=posting.state_of(text, user_id=user_id),
    )


@retry_deadlocks
@transaction.atomic
def answer_as_staff(*, staff_id: int, question_id: int, text: str) -> Answer:
    """Answer from the back office, as the course's teacher or as the school.

    The caller asks for the right. Raises QuestionNotFound.
    """
    question = lock_question(question_id)
    if question is None:
        raise QuestionNotFound
    if known := _repeated(question, staff_id, text):
        return known
    is_teacher = teaching.teaches(user_id=staff_id, course_id=question.course_id)
    role = AuthorRole.TEACHER if is_teacher else AuthorRole.SCHOOL
    row = _write(question, user_id=staff_id, author_role=role, text=text, state=PostState.SHOWN)
    audit_log.log_change(question, user_id=staff_id, message="回答提问")
    return row


@retry_deadlocks
@transaction.atomic
def change(*, user_id: int, answer_id: int, text: str) -> Answer:
    """Change an answer of one's own. Raises AnswerNotFound, LinksRefused.

    What speaks for the school, or for its teacher, is changed by who still does.
    """
    question, row = _own(user_id, answer_id)
    if row.text == text:
        return row
    role = AuthorRole(row.author_role)
    if not post_rights.still_speaks(user_id, role, course_id=question.course_id):
        raise AnswerNotFound
    posting.require_no_links(user_id=user_id, text=text)
    row.text, row.edited_at = text, timezone.now()
    set_state(question, row, posting.state_of(text, user_id=user_id, reason=row.reason))
    return row


@retry_deadlocks
@transaction.atomic
def remove(*, user_id: int, answer_id: int) -> None:
    """Delete an answer of one's own. Raises AnswerNotFound, PostHidden."""
    question, row = _own(user_id, answer_id)
    if row.reason:
        raise PostHidden
    delete(question, row)


@retry_deadlocks
@transaction.atomic
def accept(*, user_id: int, answer_id: int, accepted: bool) -> Question:
    """Accept an answer to one's own question in place of another, or take that back.

    Its author is told once. Raises AnswerNotFound, also for whoever has not asked.
    """
    question, row = locked_answer(answer_id)
    if question.user_id != user_id or row.state != PostState.SHOWN:
        raise AnswerNotFound
    set_accepted(question, row, accepted, by=user_id)
    return question


@retry_deadlocks
@transaction.atomic
def accept_as_staff(*, staff_id: int, answer_id: int, accepted: bool) -> bool:
    """The same for any question; whether that changed anything.

    The caller asks for the right. Raises AnswerNotFound.
    """
    question, row = locked_answer(answer_id)
    if row.state != PostState.SHOWN:
        raise AnswerNotFound
    if not set_accepted(question, row, accepted, by=staff_id):
        return False
    message = "采纳回答" if accepted else "取消采纳"
    audit_log.log_change(question, user_id=staff_id, message=message)
    return True


# --- In a transaction that has locked the question ----------------------------------------------


def locked_answer(answer_id: int) -> tuple[Question, Answer]:
    """The answer under the lock of its question. Raises AnswerNotFound."""
    rows = Answer.objects.filter(pk=answer_id)
    question_id = rows.values_list("question", flat=True).first()
    question = lock_question(question_id) if question_id else None
    row = rows.first()
    if question is None or row is None:
        raise AnswerNotFound
    return question, row


def set_state(question: Question, row: Answer, state: PostState) -> None:
    """Save an answer in another state, and count it; only a shown one is accepted."""
    before = Answer.objects.filter(pk=row.pk, state=PostState.SHOWN).exists()
    row.state = state
    if state != PostState.SHOWN:
        row.accepted_for = None
    row.save(update_fields=[*WRITTEN, "updated_time"])
    _count(question, int(state == PostState.SHOWN) - int(before))
    if state == PostState.SHOWN:
        answer_notices.tell_asker(question, row)


def delete(question: Question, row: Answer) -> None:
    """Delete an answer, and count it no more."""
    was_shown = row.state == PostState.SHOWN
    row.delete()
    _count(question, -int(was_shown))


def set_accepted(question: Question, row: Answer, accepted: bool, *, by: int) -> bool:
    """Make an answer the only accepted one, or none of them; whether that changed anything.

    The author is told, unless it is their own doing: `by` is the id of who decides.
    """
    if accepted == (row.accepted_for_id is not None):
        return False
    others = Answer.objects.filter(accepted_for=question)
    (others.exclude(pk=row.pk) if accepted else others.filter(pk=row.pk)).update(accepted_for=None)
    if accepted:
        Answer.objects.filter(pk=row.pk).update(accepted_for=question)
        # A merge of two accounts does not lock the question, but waits for the answer from here on.
        row.refresh_from_db(fields=["user"])
        answer_notices.tell_author(question, row, by=by)
    return True


def _write(
    question: Question, *, user_id: int, author_role: AuthorRole, text: str, state: PostState
) -> Answer:
    row = Answer.objects.create(
        question=question, user_id=user_id, author_role=author_role, text=text, state=state
    )
    if state == PostState.SHOWN:
        _count(question, 1)
        answer_notices.tell_asker(question, row)
    return row


def _count(question: Question, more: int) -> None:
    if more:
        question.answer_count = max(0, question.answer_count + more)
        question.save(update_fields=["answer_count", "updated_time"])


def _repeated(question: Question, user_id: int, text: str) -> Answer | None:
    since = timezone.now() - posting.REPEAT
    recent = question.answers.filter(user=user_id, created_time__gt=since).order_by("-id")
    return next((row for row in recent[:20] if row.text == text), None)


def _shown(question_id: int, user_id: int) -> Question:
    """A question that this student sees, locked. Raises QuestionNotFound."""
    question = lock_question(question_id)
    if question is None or (question.state != PostState.SHOWN and question.user_id != user_id):
        raise QuestionNotFound
    return question


def _own(user_id: int, answer_id: int) -> tuple[Question, Answer]:
    """The student's answer under the lock of its question. Raises AnswerNotFound."""
    question, row = locked_answer(answer_id)
    if row.user_id != user_id:
        raise AnswerNotFound
    return question, row
