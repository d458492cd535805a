"""PUT course/section/{id}/answer/: a student's own answer to an exercise."""

from threading import Barrier

import pytest
from django.utils import timezone

from luffy_api.apps.learning import account_moves, answers, personal_data
from luffy_api.apps.learning.models import SectionAnswer
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory, UserFactory
from luffy_api.tests.processes.clients import in_threads

pytestmark = pytest.mark.django_db
DOCUMENT, EXERCISE = 0, 1


@pytest.fixture
def exercise(student):
    section = SectionFactory(
        section_type=EXERCISE, video="", content="1+1?", answer="2", free_trail=True
    )
    EnrollmentFactory(user=student, course=section.chapter.course)
    return section


def put(client, section, text="二"):
    pk = getattr(section, "pk", section)
    return client.put(f"/api/v1/course/section/{pk}/answer/", {"text": text}, format="json")


def own(client, section):
    data = client.get(f"/api/v1/course/section/{section.pk}/content/").json()["data"]
    return data["own_answer"]


def test_an_answer_is_kept_and_the_last_one_holds(student_api, exercise):
    assert own(student_api, exercise) == ""
    put(student_api, exercise, "一")
    answer = put(student_api, exercise, "  二\n\n<b>三</b> 🐍")

    assert (answer.status_code, answer.json()["msg"]) == (200, "答案已保存")
    assert own(student_api, exercise) == "二\n\n<b>三</b> 🐍"
    assert SectionAnswer.objects.count() == 1


def test_a_blank_one_takes_it_away(student_api, exercise):
    put(student_api, exercise)
    for text in (" \n", ""):
        assert put(student_api, exercise, text).json()["msg"] == "答案已清空"
    assert (own(student_api, exercise), SectionAnswer.objects.count()) == ("", 0)


def test_it_is_for_nobody_else(api, stranger_api, student_api, exercise):
    put(student_api, exercise)
    assert [own(client, exercise) for client in (api, stranger_api)] == ["", ""]


def test_whoever_has_not_the_course_keeps_none(api, stranger_api, exercise):
    assert put(api, exercise).status_code == 401
    answer = put(stranger_api, exercise)
    assert (answer.status_code, answer.json()["code"]) == (403, 3001)
    assert not SectionAnswer.objects.exists()


@pytest.mark.any_database
@pytest.mark.parametrize(
    "text", [None, [1], {"a": 1}, True, "x" * (answers.MAX_ANSWER + 1), "a\0b", "\ud800"]
)
def test_what_is_no_text_of_such_a_length_is_refused(student_api, exercise, text):
    body = '{"text": "\\ud800"}' if text == "\ud800" else None
    if body:
        answer = student_api.put(
            f"/api/v1/course/section/{exercise.pk}/answer/", body, content_type="application/json"
        )
    else:
        answer = put(student_api, exercise, text)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["text"])
    assert not SectionAnswer.objects.exists()


def test_the_longest_answer_fits(student_api, exercise):
    assert put(student_api, exercise, "🐍" * answers.MAX_ANSWER).status_code == 200


@pytest.mark.any_database
@pytest.mark.parametrize("fields", [{"section_type": DOCUMENT, "video": ""}, {"section_type": 2}])
def test_only_exercises_are_answered(student, student_api, fields):
    section = SectionFactory(content="x", **fields)
    EnrollmentFactory(user=student, course=section.chapter.course)
    assert put(student_api, section).status_code == 400


@pytest.mark.any_database
@pytest.mark.parametrize("pk", [0, 10**6, 2**63])
def test_an_unknown_section(student_api, pk):
    assert put(student_api, pk).status_code == 404


def test_a_hidden_exercise_is_not_answered(student_api, exercise):
    exercise.is_show = False
    exercise.save()
    assert put(student_api, exercise).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_answers_at_the_same_moment_leave_one(student, exercise):
    together = Barrier(6)

    def act(number):
        together.wait(timeout=30)
        answers.save_answer(user_id=student.pk, section_id=exercise.pk, text=str(number))

    in_threads(act, 6)

    assert SectionAnswer.objects.get().text in "012345"


def test_the_export_of_a_student_has_it(student, student_api, exercise):
    put(student_api, exercise)
    [row] = personal_data.answers(student.pk)
    assert (row["section"], row["text"]) == (exercise.name, "二")


@pytest.mark.parametrize("is_theirs_newer", [True, False])
def test_of_two_accounts_the_newer_answer_stays(student, exercise, is_theirs_newer):
    other, now = UserFactory(), timezone.now()
    for user, text in ((student, "我"), (other, "他")):
        SectionAnswer.objects.create(user=user, section=exercise, text=text)
    lone = SectionFactory(section_type=EXERCISE, video="", content="x")
    SectionAnswer.objects.create(user=other, section=lone, text="只有他")
    older = student if is_theirs_newer else other
    SectionAnswer.objects.filter(user=older).update(updated_time=now.replace(year=2020))

    account_moves.move(source_id=other.pk, target_id=student.pk)

    texts = SectionAnswer.objects.filter(user=student).order_by("section")
    assert [row.text for row in texts] == ["他" if is_theirs_newer else "我", "只有他"]
    assert SectionAnswer.objects.count() == 2
