"""Two clicks at once, two tabs at once, and a closing or a merge at the same moment."""

import threading

import pytest
from django.db import IntegrityError

from luffy_api.apps.learning import quizzes
from luffy_api.apps.learning.exceptions import NoAttemptLeft
from luffy_api.apps.learning.models import Quiz, QuizAttempt
from luffy_api.apps.user import account_deletion
from luffy_api.apps.user.exceptions import LoginFailed
from luffy_api.tests.factories import EnrollmentFactory, QuizFactory
from luffy_api.tests.processes.clients import in_threads

pytestmark = pytest.mark.django_db(transaction=True)
CLICKS = 6


def owned():
    quiz = QuizFactory()
    student = EnrollmentFactory(course=quiz.section.chapter.course).user
    return student.pk, quiz.pk


def send(student, section, key):
    version = quizzes.version_of(quizzes.questions_of(section))
    return quizzes.submit(
        user_id=student, section_id=section, request_key=key, version=version, answers=[]
    )


def test_many_clicks_are_one_attempt():
    student, section = owned()

    found = in_threads(lambda number: send(student, section, "one-click").number, CLICKS)

    assert found == [1] * CLICKS
    assert QuizAttempt.objects.count() == 1


def test_many_tabs_hold_the_limit():
    student, section = owned()
    Quiz.objects.update(max_attempts=2)

    def click(number):
        try:
            return send(student, section, f"tab-number-{number}").number
        except NoAttemptLeft:
            return 9

    assert sorted(in_threads(click, CLICKS)) == [1, 2, 9, 9, 9, 9]
    assert sorted(QuizAttempt.objects.values_list("number", flat=True)) == [1, 2]


def test_control_without_the_lock_the_database_refuses_the_second():
    student, section = owned()
    looked = threading.Barrier(CLICKS)

    def click(number):
        attempts = QuizAttempt.objects.filter(user=student, section=section)
        assert not attempts.exists()
        looked.wait(60)
        try:
            QuizAttempt.objects.create(
                user_id=student,
                section_id=section,
                number=1,
                request_key=f"tab-number-{number}",
                asked=[],
                answers=[],
                marks=[],
                points=0,
                total=1,
                passed=False,
            )
        except IntegrityError:
            return "refused"
        return "kept"

    assert sorted(in_threads(click, CLICKS)) == ["kept"] + ["refused"] * (CLICKS - 1)


def test_a_closing_leaves_no_answers_whoever_was_first():
    student, section = owned()

    def act(number):
        if number == 0:
            account_deletion.close(student)
            return True
        try:
            send(student, section, f"tab-number-{number}")
        except LoginFailed:
            return False
        return True

    in_threads(act, 3)

    assert [row.answers for row in QuizAttempt.objects.all() if row.answers] == []
    with pytest.raises(LoginFailed):
        send(student, section, "later-on")
