"""Students ask under sections that they learn, change and take back what they asked."""

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.community import answer_notices, posting, sections
from luffy_api.apps.community.exceptions import PostHidden, QuestionAnswered, QuestionNotFound
from luffy_api.apps.community.locks import lock_question
from luffy_api.apps.community.models import PostState, Question
from luffy_api.apps.course.locks import lock_writer
from luffy_api.common.transactions import retry_deadlocks


@retry_deadlocks
@transaction.atomic
def ask(*, user_id: int, section_id: int, title: str, text: str, position: int | None) -> Question:
    """Ask under a section, at a second of its video; the same sent twice is one question.

    Raises SectionNotFound, NotEnrolled, NoTimeMark, LinksRefused.
    """
    lock_writer(user_id)
    section = sections.learnable(section_id=section_id, user_id=user_id)
    position = sections.time_mark(section, position)
    posting.require_no_links(user_id=user_id, text=f"{title}\n{text}")
    since = timezone.now() - posting.REPEAT
    recent = Question.objects.filter(user=user_id, section=section_id, created_time__gt=since)
    for row in recent.order_by("-id")[:20]:
        if (row.title, row.text, row.position) == (title, text, position):
            return row
    return Question.objects.create(
        user_id=user_id,
        course_id=section.chapter.course_id,
        section_id=section_id,
        title=title,
        text=text,
        position=position,
        state=posting.state_of(f"{title}\n{text}", user_id=user_id),
    )


@retry_deadlocks
@transaction.atomic
def change(
    *, user_id: int, question_id: int, title: str, text: str, position: int | None
) -> Question:
    """Change a question of one's own. Raises QuestionNotFound, NoTimeMark, LinksRefused."""
    lock_writer(user_id)
    row = _own(user_id, question_id)
    position = sections.time_mark(row.section, position)
    if (row.title, row.text, row.position) == (title, text, position):
        return row
    posting.require_no_links(user_id=user_id, text=f"{title}\n{text}")
    was_shown = row.state == PostState.SHOWN
    row.title, row.text, row.position = title, text, position
    row.edited_at = timezone.now()
    row.state = posting.state_of(f"{title}\n{text}", user_id=user_id, reason=row.reason)
    row.save(update_fields=["title", "text", "position", "edited_at", "state", "updated_time"])
    if row.state == PostState.SHOWN and not was_shown:
        answer_notices.tell_again(row)
    return row


@retry_deadlocks
@transaction.atomic
def remove(*, user_id: int, question_id: int) -> None:
    """Delete a question of one's own. Raises QuestionNotFound, PostHidden, QuestionAnswered."""
    row = _own(user_id, question_id)
    if row.reason:
        raise PostHidden
    if row.answers.exclude(user=user_id).exists():
        raise QuestionAnswered
    row.delete()


def _own(user_id: int, question_id: int) -> Question:
    """The student's question, locked. Raises QuestionNotFound."""
    row = lock_question(question_id)
    if row is None or row.user_id != user_id:
        raise QuestionNotFound
    return row
