"""Attempts of accounts that are exported, closed or merged."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.learning import (
    account_moves,
    integrity,
    personal_data,
    quiz_moves,
    quizzes,
)
from luffy_api.apps.learning.models import Quiz, QuizAttempt, QuizQuestion
from luffy_api.apps.learning.quiz_questions import QuestionKind
from luffy_api.apps.learning.tests.quizzes.answers import (
    KEY,
    address,
    ids,
    is_done,
    passing,
    right,
    send,
)
from luffy_api.apps.learning.tests.quizzes.test_reading import SECRETS
from luffy_api.apps.user import account_deletion
from luffy_api.tests.factories import (
    EnrollmentFactory,
    QuizFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_the_export_of_a_student_has_what_was_answered_and_no_right_answers(
    student, student_api, quiz
):
    send(
        student_api,
        quiz,
        [{"question": ids(quiz)[0], "choices": [2]}, {"question": ids(quiz)[3], "texts": ["：="]}],
    )
    [row] = personal_data.quiz_attempts(student.pk)
    assert (row["attempt"], row["points"], row["passed"]) == (1, 0, False)
    assert [each["answer"] for each in row["answers"]] == [["八"], [], [], ["：="]]
    assert not [word for word in SECRETS if word in str(row)]


def test_a_closed_account_leaves_marks_and_no_answers(student, student_api, quiz):
    passing(student_api, quiz)
    account_deletion.close(student.pk)
    attempt = QuizAttempt.objects.get()
    assert (attempt.answers, attempt.points) == ([], 10)
    shown = quizzes.quiz_results.result(attempt, reveal=1, has_passed=True)
    assert [list(each.texts) for each in shown.questions] == [[], [], [], []]


def test_two_accounts_have_all_their_attempts_in_one_order(student, student_api, quiz):
    Quiz.objects.update(max_attempts=3)
    other = UserFactory()
    EnrollmentFactory(user=other, course=quiz.section.chapter.course)
    version = quizzes.version_of(quizzes.questions_of(quiz.pk))
    say = {"section_id": quiz.pk, "version": version}
    quizzes.submit(user_id=other.pk, request_key=KEY, answers=[], **say)
    quizzes.submit(user_id=student.pk, request_key=KEY, answers=[], **say)
    quizzes.submit(user_id=other.pk, request_key="another-key", answers=right(quiz), **say)

    account_moves.move(source_id=other.pk, target_id=student.pk)

    rows = QuizAttempt.objects.order_by("number")
    assert [(row.user_id, row.number, row.passed) for row in rows] == [
        (student.pk, 1, False),
        (student.pk, 2, False),
        (student.pk, 3, True),
    ]
    assert is_done(student, quiz)
    page = student_api.get(address(quiz)).json()["data"]
    assert (page["attempts_left"], page["passed"]) == (0, True)
    assert send(student_api, quiz, key="one-more-key").status_code == 400


def test_many_attempts_move_in_statements_of_a_bounded_size(student, quiz, monkeypatch):
    monkeypatch.setattr(quiz_moves, "CHUNK", 3)
    other, second = UserFactory(), QuizFactory()
    facts = {"version": "x", "asked": [], "answers": [], "marks": [], "points": 0, "total": 1}
    for user, key in ((other, "theirs"), (student, "own")):
        QuizAttempt.objects.bulk_create(
            QuizAttempt(
                user=user,
                section=each.section,
                number=number,
                request_key=f"{key}-{number}" if number > 1 else KEY,
                passed=False,
                **facts,
            )
            for each in (quiz, second)
            for number in range(1, 6)
        )

    with CaptureQueriesContext(connection) as asked:
        quiz_moves.move(source_id=other.pk, target_id=student.pk)

    for each in (quiz, second):
        rows = QuizAttempt.objects.filter(section=each.pk).order_by("number")
        assert [(row.user_id, row.number) for row in rows] == [
            (student.pk, number) for number in range(1, 11)
        ]
        assert len({row.request_key for row in rows}) == 10
    updates = [each["sql"] for each in asked if each["sql"].startswith("UPDATE")]
    assert len(updates) == 14
    assert max(each.count("WHEN") for each in updates) <= 6


def test_a_count_of_questions_that_is_wrong_is_found(quiz):
    rule = integrity.RULES["课时记下的题数与测验的题目不符"]
    assert list(rule()) == []
    QuizQuestion.objects.filter(kind=QuestionKind.FILL).delete()
    assert list(rule()) == [f"{quiz.pk} {quiz.section.name}"]
    quizzes.count_questions(quiz.pk)
    assert list(rule()) == []
