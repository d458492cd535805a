"""course/section/{id}/quiz/attempts/: what they do, and what their student learns."""

import pytest

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import (
    class_progress,
    progress_buffer,
)
from luffy_api.apps.learning.models import Quiz, QuizAttempt, QuizQuestion, SectionProgress
from luffy_api.apps.learning.tests.quizzes.answers import address, is_done, passing, right, send
from luffy_api.common.codes import Code
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    EnrollmentFactory,
)

pytestmark = pytest.mark.django_db


def test_all_right_is_passed_and_done(student, student_api, quiz):
    answer = send(student_api, quiz, right(quiz))

    data = answer.json()["data"]
    assert answer.status_code == 201
    numbers = [data[name] for name in ("number", "points", "total", "percent", "passed")]
    assert numbers == [1, 10, 10, 100, True]
    assert [each["earned"] for each in data["questions"]] == [2, 3, 1, 4]
    assert is_done(student, quiz)
    course = quiz.section.chapter.course_id
    progress = student_api.get(f"/api/v1/course/{course}/progress/").json()["data"]
    assert progress["course"]["percent"] == 100


def test_too_little_is_neither(student, student_api, quiz):
    answers = right(quiz)
    answers[1]["choices"] = [0]
    answers[3]["texts"] = ["=", "="]
    data = send(student_api, quiz, answers).json()["data"]

    assert (data["points"], data["percent"], data["passed"]) == (5, 50, False)
    assert [each["correct"] for each in data["questions"]] == [True, False, True, False]
    assert data["questions"][3]["blanks_right"] == [True, False]
    assert not is_done(student, quiz)
    course = quiz.section.chapter.course_id
    progress = student_api.get(f"/api/v1/course/{course}/progress/").json()["data"]
    assert (progress["course"]["percent"], progress["course"]["total"]) == (0, 1)


def test_a_later_worse_attempt_takes_nothing_back(student, student_api, quiz):
    passing(student_api, quiz)
    send(student_api, quiz, key="second-attempt")
    page = student_api.get(address(quiz)).json()["data"]
    assert (page["passed"], page["last"]["passed"], page["attempts_used"]) == (True, False, 2)
    assert is_done(student, quiz)


def test_nobody_marks_a_quiz_as_read(student, student_api, quiz):
    path = f"/api/v1/course/section/{quiz.pk}/progress/"
    answer = student_api.put(path, {"done": True}, format="json")
    assert (answer.status_code, answer.json()["msg"]) == (400, "测验通过后会自动记为学完")
    assert not is_done(student, quiz)


def test_watching_does_not_pass_a_quiz_that_was_a_video(student, student_api, quiz):
    CourseSection.objects.filter(pk=quiz.pk).update(duration=10)
    student_api.get(address(quiz))
    row = SectionProgress.objects.get(user=student, section=quiz.pk)
    SectionProgress.objects.filter(pk=row.pk).update(watched=600, position=10)
    path = f"/api/v1/course/section/{quiz.pk}/progress/"
    data = student_api.put(path, {"position": 10}, format="json").json()["data"]
    assert not data["done"]
    progress_buffer.flush_all()
    course = quiz.section.chapter.course_id
    progress = student_api.get(f"/api/v1/course/{course}/progress/").json()["data"]
    assert (progress["course"]["percent"], progress["sections"][0]["done"]) == (0, False)
    assert class_progress.of_students([(student.pk, course)])[student.pk, course].done == 0
    [line] = class_progress.by_section(user_id=student.pk, course_id=course)
    assert (line.percent, line.is_done) == (0, False)
    assert not is_done(student, quiz)


def test_who_has_passed_other_questions_does_not_see_the_answers_of_new_ones(student_api, quiz):
    passing(student_api, quiz)
    QuizQuestion.objects.filter(kind=1).update(text="另一题", explanation="新的 PEP 8")
    answer = send(student_api, quiz, key="second-attempt")
    assert (answer.json()["data"]["revealed"], "PEP 8" in answer.text) == (False, False)
    page = student_api.get(address(quiz)).json()["data"]
    assert (page["passed"], page["last"]["revealed"]) == (True, False)


@pytest.mark.parametrize(
    ("reveal", "before", "after"),
    [
        (Quiz.Reveal.ALWAYS, True, True),
        (Quiz.Reveal.PASSED, False, True),
        (Quiz.Reveal.NEVER, False, False),
    ],
)
def test_right_answers_are_shown_as_the_quiz_says(student_api, quiz, reveal, before, after):
    Quiz.objects.update(reveal=reveal)
    for key, answers, shown in (("first-one", [], before), ("second-one", right(quiz), after)):
        answer = send(student_api, quiz, answers, key)
        data = answer.json()["data"]
        assert data["revealed"] == shown
        assert ("PEP 8" in answer.text, "等号" in answer.text) == (shown, shown)
        first, fill = data["questions"][0], data["questions"][3]
        assert first["right_choices"] == ([1] if shown else [])
        assert bool(fill["right_texts"]) == shown
        last = student_api.get(address(quiz)).json()["data"]["last"]
        assert last == data


def test_the_same_request_twice_is_one_attempt(student_api, quiz):
    first = passing(student_api, quiz)
    again = send(student_api, quiz, right(quiz)).json()["data"]
    assert again == first
    assert QuizAttempt.objects.count() == 1


@pytest.mark.parametrize("is_changed", [False, True])
def test_the_same_request_with_other_answers_is_told_of(student_api, quiz, is_changed):
    answers = right(quiz)
    first = send(student_api, quiz, answers).json()["data"]
    if is_changed:
        quiz.questions.filter(pk=answers[0]["question"]).delete()

    for others in (answers[:2], [], [{"question": 10**9, "choices": [0]}]):
        answer = send(student_api, quiz, others)
        assert (answer.status_code, answer.json()["code"]) == (409, Code.CONFLICT)
        assert "这次作答已经提交过" in answer.json()["msg"]

    assert QuizAttempt.objects.get().passed
    assert send(student_api, quiz, answers).json()["data"] == first
    assert send(student_api, quiz, [], key="another-key").json()["data"]["number"] == 2


def test_a_limit_holds_and_is_told(student_api, quiz):
    Quiz.objects.update(max_attempts=2)
    for number, left in enumerate((1, 0), 1):
        assert send(student_api, quiz, key=f"attempt-{number}").status_code == 201
        page = student_api.get(address(quiz)).json()["data"]
        assert (page["attempts_used"], page["attempts_left"]) == (number, left)
    answer = send(student_api, quiz, right(quiz), key="attempt-3")
    assert answer.status_code == 400
    assert answer.json()["msg"] == "这个测验最多可以答 2 次，您已用完"
    assert send(student_api, quiz, key="attempt-2").status_code == 201  # the one that there is
    Quiz.objects.update(max_attempts=3)
    assert send(student_api, quiz, right(quiz), key="attempt-3").status_code == 201


def test_own_attempts_are_listed_and_nobody_elses(student_api, quiz):
    classmate = EnrollmentFactory(course=quiz.section.chapter.course).user
    other = logged_in(classmate)
    send(student_api, quiz, key="attempt-1")
    passing(student_api, quiz)
    rows = student_api.get(address(quiz, "attempts/")).json()["data"]
    assert [(row["number"], row["passed"]) for row in rows] == [(2, True), (1, False)]
    assert other.get(address(quiz, "attempts/")).json()["data"] == []
    assert other.get(address(quiz)).json()["data"]["last"] is None


def test_questions_that_were_changed_meanwhile_are_not_marked(student_api, quiz):
    version = student_api.get(address(quiz)).json()["data"]["version"]
    QuizQuestion.objects.filter(kind=1).update(text="另一题")
    answer = send(student_api, quiz, right(quiz), version=version)
    assert (answer.status_code, answer.json()["code"]) == (409, 1009)
    assert "已被修改" in answer.json()["msg"]
    assert not QuizAttempt.objects.exists()


def test_a_corrected_answer_is_used_for_who_began_before(student_api, quiz):
    version = student_api.get(address(quiz)).json()["data"]["version"]
    QuizQuestion.objects.filter(kind=1).update(answer="C")
    data = send(student_api, quiz, right(quiz), version=version).json()["data"]
    assert data["points"] == 8


def test_a_result_does_not_follow_later_changes(student_api, quiz):
    before = passing(student_api, quiz)
    QuizQuestion.objects.filter(kind=1).update(text="另一题", answer="A", points=90)
    QuizQuestion.objects.filter(kind=4).delete()
    Quiz.objects.update(pass_percent=100)
    assert student_api.get(address(quiz)).json()["data"]["last"] == before


def test_attempts_have_a_limit_of_their_own(student_api, quiz, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "quiz": {"account": (2, 600)}}
    codes = [send(student_api, quiz, key=f"attempt-{n}").status_code for n in range(3)]
    assert codes == [201, 201, 429]
    assert student_api.get(address(quiz)).status_code == 200
