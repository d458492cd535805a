"""course/section/{id}/quiz/: questions without their answers."""

import pytest

from luffy_api.apps.course import previews
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import (
    quizzes,
)
from luffy_api.apps.learning.models import Quiz, QuizQuestion
from luffy_api.apps.learning.tests.quizzes.answers import address, ids, passing, send
from luffy_api.tests.factories import (
    EnrollmentFactory,
    QuizFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db
# Words that stand only in right answers and explanations of QuizFactory.
SECRETS = ("PEP 8", "等号", "spellings", '"right"')


def test_a_quiz_is_read_without_its_right_answers(student_api, quiz):
    answer = student_api.get(address(quiz))

    data = answer.json()["data"]
    assert (data["pass_percent"], data["attempts_left"], data["points"]) == (60, None, 10)
    assert "<strong>提交</strong>" in data["html"]
    single, _, judgement, fill = data["questions"]
    assert single == {
        "id": ids(quiz)[0],
        "kind": 1,
        "html": "<p>缩进用<strong>几个</strong>空格？</p>",
        "options": ["二", "四", "八"],
        "blanks": 0,
        "points": 2,
    }
    assert (judgement["options"], fill["options"], fill["blanks"]) == (["对", "错"], [], 2)
    assert not [word for word in SECRETS if word in answer.text]
    assert answer["Cache-Control"] == "private, no-store"


def test_access_is_as_to_a_document(api, stranger_api, student_api, quiz):
    assert api.get(address(quiz)).status_code == 401
    answer = stranger_api.get(address(quiz))
    assert (answer.status_code, answer.json()["code"]) == (403, 3001)
    for fields in ({"is_show": False}, {"is_show": True, "is_delete": True}):
        CourseSection.objects.filter(pk=quiz.pk).update(**fields)
        assert student_api.get(address(quiz)).status_code == 404
        assert send(student_api, quiz).status_code == 404
        assert student_api.get(address(quiz, "attempts/")).status_code == 404


def test_a_free_trial_is_read_by_everybody_and_answered_by_who_is_logged_in(api, student_api):
    quiz = QuizFactory(free=True)
    assert api.get(address(quiz)).json()["data"]["last"] is None
    assert send(api, quiz).status_code == 401
    assert passing(student_api, quiz)["passed"]


def test_whoever_passes_a_trial_has_done_it_when_the_course_is_bought(student, student_api):
    quiz = QuizFactory(free=True, max_attempts=1)
    passing(student_api, quiz)
    course = EnrollmentFactory(user=student, course=quiz.section.chapter.course).course
    progress = student_api.get(f"/api/v1/course/{course.pk}/progress/").json()["data"]
    assert progress["course"]["percent"] == 100


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_other_sections_are_no_quizzes(student, student_api, kind):
    section = SectionFactory(section_type=kind, content="x")
    EnrollmentFactory(user=student, course=section.chapter.course)
    assert student_api.get(address(section)).json()["code"] == 3003
    assert send(student_api, section).json()["code"] == 3003
    assert student_api.get(address(section, "attempts/")).json()["code"] == 3003


def test_a_quiz_without_questions_cannot_be_answered_nor_done(student, student_api, quiz):
    QuizQuestion.objects.all().delete()
    assert student_api.get(address(quiz)).json()["code"] == 3003
    Quiz.objects.all().delete()
    assert student_api.get(address(quiz)).json()["code"] == 3003


def test_the_text_of_a_quiz_is_no_document(student_api, quiz):
    answer = student_api.get(f"/api/v1/course/section/{quiz.pk}/content/")
    assert answer.json()["code"] == 3003


def test_a_preview_shows_the_questions_only(api, quiz):
    course = quiz.section.chapter.course
    course.status = 2
    course.save()
    token = previews.make_link(course.pk).partition("preview=")[2]
    path = f"/api/v1/course/{course.pk}/preview/section/{quiz.pk}/quiz/"

    answer = api.get(path, {"token": token})

    assert len(answer.json()["data"]["questions"]) == 4
    assert not [word for word in SECRETS if word in answer.text]
    assert api.get(path, {"token": "x"}).status_code >= 400


def test_right_answers_are_in_no_page_of_the_course(api, student_api, quiz):
    course = quiz.section.chapter.course_id
    for path in (f"/api/v1/course/{course}/", f"/api/v1/course/chapter/?course={course}"):
        for client in (api, student_api):
            text = client.get(path).text
            assert not [word for word in (*SECRETS, "几个", "可变") if word in text]


def test_how_many_queries(student_api, quiz, django_assert_num_queries):
    passing(student_api, quiz)
    student_api.get(address(quiz))
    with django_assert_num_queries(7):  # login, section, quiz, questions, progress, attempts
        student_api.get(address(quiz))


@pytest.mark.parametrize("pk", [0, 10**6, 2**63, 2**70])
def test_an_unknown_section(student_api, pk):
    assert student_api.get(address(pk)).status_code == 404


def test_sections_of_a_course_count_quizzes_with_questions(quiz):
    course = quiz.section.chapter.course
    course.refresh_from_db()
    assert (course.sections, course.pub_sections) == (1, 1)
    QuizQuestion.objects.all().delete()
    quizzes.count_questions(quiz.pk)
    course.refresh_from_db()
    assert course.pub_sections == 0
