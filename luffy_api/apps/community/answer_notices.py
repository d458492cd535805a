"""What people are told of answers: who has asked, of a new one; its author, that it was accepted.

In a transaction that has locked the question, so that each is told once.
"""

import unicodedata
from uuid import NAMESPACE_URL, uuid5

from luffy_api.apps.community import sections
from luffy_api.apps.community.models import Answer, PostState, Question
from luffy_api.apps.inbox import notifications
from luffy_api.apps.inbox.models import Kind
from luffy_api.apps.inbox.notifications import Notice

AuthorRole = Answer.AuthorRole
# The inner ones of Chinese texts.
_INNER_QUOTES = str.maketrans("“”", "‘’")
# They hold parts of one sign together.
_JOINERS = "\u200c\u200d"


def tell_asker(question: Question, row: Answer) -> None:
    """Once for each answer, when it is first shown to the asker, who is somebody else."""
    if row.user_id == question.user_id:
        return
    author = AuthorRole(row.author_role)
    who = "一位学员" if author == AuthorRole.STUDENT else author.label
    notice = Notice(
        user_id=question.user_id,
        kind=Kind.ANSWER,
        title=f"{who}回答了您的提问",
        text=(
            f"您在课程《{question.course.name}》的课时“{question.section.name}”下的提问"
            f"“{_quotable(question.title)}”有了新的回答，请到“我的问答”查看。"
        ),
        link=_link(question),
        parameters={"course": question.course.name, "question": _quotable(question.title)},
        sender_id=row.user_id,
        submission=uuid5(NAMESPACE_URL, f"luffy:answer:{row.pk}"),
    )
    notifications.notify(notice)


def tell_author(question: Question, row: Answer, *, by: int) -> None:
    """Once for each answer, when it is first accepted by somebody else, whose id is `by`.

    Nobody is told of a question that others do not see; `tell_again` does that when they see it.
    The message leads to the question as long as its author may read that.
    """
    if row.user_id == by or question.state != PostState.SHOWN:
        return
    reads = row.user_id == question.user_id or sections.is_open(
        section_id=question.section_id, user_id=row.user_id
    )
    notice = Notice(
        user_id=row.user_id,
        kind=Kind.ANSWER_ACCEPTED,
        title="您的回答被采纳了",
        text=(
            f"您在课程《{question.course.name}》的课时“{question.section.name}”下对提问"
            f"“{_quotable(question.title)}”的回答被采纳了，现在排在所有回答的最前面。"
        ),
        link=_link(question) if reads else "",
        parameters={"course": question.course.name, "question": _quotable(question.title)},
        sender_id=by,
        submission=uuid5(NAMESPACE_URL, f"luffy:accepted:{row.pk}"),
    )
    notifications.notify(notice)


def tell_again(question: Question) -> None:
    """Of a question that others see from now on: the author of its accepted answer. A query."""
    row = Answer.objects.filter(accepted_for=question).first()
    if row is not None:
        tell_author(question, row, by=question.user_id)


def _link(question: Question) -> str:
    return f"/user/questions?question={question.pk}"


def _quotable(title: str) -> str:
    """What a student has written, for a sentence in which the school speaks to another one.

    It is one line, ends no quotation, and has nothing unseen that turns the order of letters.
    """
    seen = "".join(each for each in title if each.isspace() or each in _JOINERS or _is_seen(each))
    return " ".join(seen.split()).translate(_INNER_QUOTES)


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf")
