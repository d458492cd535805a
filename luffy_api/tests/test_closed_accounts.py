"""What a student writes at the moment at which their account is being closed."""

import pytest

from luffy_api.apps.community import answers, favourites, moderation, notes, questions, ratings
from luffy_api.apps.community.models import Answer, Favourite, Note, Question, Rating, Report
from luffy_api.apps.order import cart
from luffy_api.apps.order.models import CartItem
from luffy_api.apps.user import account_deletion
from luffy_api.apps.user.exceptions import LoginFailed
from luffy_api.tests.factories import (
    AnswerFactory,
    CourseFactory,
    EnrollmentFactory,
    QuestionFactory,
)

pytestmark = pytest.mark.django_db


def is_refused(write):
    try:
        write()
    except LoginFailed:
        return True
    return False


def test_nothing_is_written_that_waited_for_the_closing():
    # Given requests that were let in, and a student whose account is closed before they go on
    theirs = QuestionFactory()
    student = EnrollmentFactory(course=theirs.course).user
    own = QuestionFactory(user=student, section=theirs.section)
    AnswerFactory(question=own)
    account_deletion.close(student.pk)
    user = {"user_id": student.pk}
    section = {**user, "section_id": theirs.section_id, "position": None}
    writes = {
        "a question": lambda: questions.ask(**section, title="问", text=""),
        "a changed question": lambda: questions.change(
            **user, question_id=own.pk, title="问", text="", position=None
        ),
        "an answer": lambda: answers.answer(**user, question_id=theirs.pk, text="答"),
        "a note": lambda: notes.write(**section, text="记"),
        "a report": lambda: moderation.report_question(
            **user, question_id=theirs.pk, reason="other"
        ),
        "a rating": lambda: ratings.rate(**user, course_id=theirs.course_id, stars=5, text=""),
        "a favourite": lambda: favourites.add(**user, course_id=theirs.course_id),
        "a course in the cart": lambda: cart.add(**user, course_id=CourseFactory(price=9).pk),
    }

    # When each is written, it is refused
    written = [name for name, write in writes.items() if not is_refused(write)]
    assert written == []

    # Then nothing is there but the empty shell that others have answered
    rows = (Answer, Favourite, Note, Rating, Report, CartItem)
    assert [model.objects.filter(user=student).count() for model in rows] == [0] * len(rows)
    assert set(Question.objects.filter(user=student).values_list("pk", "text")) == {(own.pk, "")}
