"""Students who answer, and accept answers to, one question at the same moment."""

import pytest

from luffy_api.apps.community import answers, question_counts
from luffy_api.apps.community.models import Answer, Question
from luffy_api.tests.factories import EnrollmentFactory, QuestionFactory
from luffy_api.tests.processes.clients import in_threads

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_answer_is_lost_and_one_is_accepted():
    question = QuestionFactory()
    students = [EnrollmentFactory(course=question.course).user for _ in range(4)]

    def write(number: int) -> None:
        student = students[number % 4]
        row = answers.answer(user_id=student.pk, question_id=question.pk, text=f"{number}")
        answers.accept(user_id=question.user_id, answer_id=row.pk, accepted=True)

    in_threads(write, 8)

    assert (Answer.objects.count(), Question.objects.get().answer_count) == (8, 8)
    assert Answer.objects.exclude(accepted_for=None).count() == 1
    assert question_counts.differences() == []
