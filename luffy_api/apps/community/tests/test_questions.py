"""Questions under sections: who asks, answers and accepts, and what others see of it."""

import pytest
from django.db import IntegrityError, transaction

from luffy_api.apps.community import (
    account_moves,
    answers,
    moderation,
    personal_data,
)
from luffy_api.apps.community.models import Answer, PostState, Question, Report
from luffy_api.apps.community.tests.posts import BASE, ask, contradictions, listed, reply
from luffy_api.apps.course.models import CourseSection, Enrollment
from luffy_api.apps.inbox.models import Delivery
from luffy_api.apps.user import account_deletion
from luffy_api.apps.user.models import User
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    AnswerFactory,
    EnrollmentFactory,
    QuestionFactory,
)
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_a_student_asks_another_answers_and_the_asker_accepts(student, student_api, section, mate):
    first = ask(student_api, section)
    assert first.status_code == 201
    question = first.json()["data"]
    assert ask(student_api, section).json()["data"] == question
    assert (question["position"], question["state_name"], question["is_own"]) == (
        65,
        "已展示",
        True,
    )

    mate_api = logged_in(mate)
    assert mate_api.get(f"{BASE}/question/{question['id']}/").json()["data"]["may_answer"] is True
    answer = reply(mate_api, question["id"]).json()["data"]
    assert reply(mate_api, question["id"]).json()["data"] == answer
    other = reply(student_api, question["id"], "我再补充一下").json()["data"]
    url = f"{BASE}/answer/{other['id']}/accept/"
    assert mate_api.put(url, {"accepted": True}, format="json").status_code == 404
    for one in (other, answer):
        url = f"{BASE}/answer/{one['id']}/accept/"
        assert student_api.put(url, {"accepted": True}, format="json").status_code == 200

    rows = mate_api.get(f"{BASE}/question/{question['id']}/answer/").json()["data"]["results"]
    assert [(row["text"], row["accepted"]) for row in rows] == [
        ("看第二行", True),
        ("我再补充一下", False),
    ]
    [row] = listed(student_api, f"section={section.pk}").json()["data"]["results"]
    assert (row["answer_count"], row["section_name"]) == (2, section.name)
    student_api.put(url, {"accepted": False}, format="json")
    assert not Answer.objects.exclude(accepted_for=None).exists()
    assert contradictions() == []


@pytest.mark.every_database
def test_the_asker_is_told_once_of_each_answer_of_others(student, section, mate):
    question = QuestionFactory(user=student, section=section)
    AnswerFactory(user=student, question=question)
    assert not Delivery.objects.exists()
    answer = AnswerFactory(user=mate, question=question)
    admin = staff()
    moderation.hide_answer(answer_id=answer.pk, reason="广告", staff_id=admin.pk)
    moderation.show_answer(answer_id=answer.pk, staff_id=admin.pk)

    [row] = Delivery.objects.select_related("message")
    assert (row.user, row.read_at) == (student, None)
    assert row.message.title == "一位学员回答了您的提问"
    [message] = logged_in(student).get("/api/v1/inbox/?kind=3").json()["data"]["results"]
    assert question.title in message["text"]
    assert message["link"] == f"/user/questions?question={question.pk}"


def test_answers_of_teacher_and_school_are_marked(student, student_api, section):
    question = QuestionFactory(user=student, section=section)
    teacher, school = staff(), staff()
    section.chapter.course.teacher.account = teacher
    section.chapter.course.teacher.save()
    for person, text in ((teacher, "讲师说"), (school, "学校说")):
        answers.answer_as_staff(staff_id=person.pk, question_id=question.pk, text=text)

    rows = student_api.get(f"{BASE}/question/{question.pk}/answer/").json()["data"]["results"]
    assert [(row["author"], row["author_role_name"]) for row in rows] == [
        (section.chapter.course.teacher.name, "讲师"),
        ("学校", "学校"),
    ]


@pytest.mark.every_database
def test_who_does_not_learn_the_section_neither_asks_nor_reads(
    api, student, stranger_api, section, mate
):
    question = QuestionFactory(user=student, section=section)
    course = section.chapter.course_id
    reads = [
        f"question/?section={section.pk}",
        f"question/?course={course}",
        f"question/{question.pk}/",
        f"question/{question.pk}/answer/",
    ]
    assert [api.get(f"{BASE}/{url}").status_code for url in reads] == [401] * 4
    assert [stranger_api.get(f"{BASE}/{url}").status_code for url in reads] == [403] * 4
    assert ask(api, section).status_code == 401
    refused = [ask(stranger_api, section), reply(stranger_api, question.pk)]
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(403, 3001)] * 2
    url = f"{BASE}/question/{question.pk}/report/"
    assert stranger_api.post(url, {"reason": "广告"}, format="json").status_code == 403
    for number in (0, 999999, 2**63):
        assert ask(stranger_api, number).status_code == 404
        assert reply(stranger_api, number).status_code == 404
        assert stranger_api.get(f"{BASE}/question/{number}/").status_code == 404
    # A trial is open: to ask with an account, not to answer.
    CourseSection.objects.filter(pk=section.pk).update(free_trail=True)
    assert [api.get(f"{BASE}/{reads[n]}").status_code for n in (0, 2, 3)] == [200] * 3
    assert ask(stranger_api, section).status_code == 201
    assert reply(stranger_api, question.pk).status_code == 403


def test_a_stranger_changes_nothing_of_others(student, stranger_api, section, mate):
    question = QuestionFactory(user=student, section=section)
    answer = AnswerFactory(user=mate, question=question)
    body = {"title": "x", "text": "x"}
    for client in (stranger_api, logged_in(EnrollmentFactory(course=question.course).user)):
        for url in (f"question/{question.pk}/", f"answer/{answer.pk}/"):
            assert client.put(f"{BASE}/{url}", body, format="json").status_code == 404
            assert client.delete(f"{BASE}/{url}").status_code == 404
    question.refresh_from_db()
    assert (question.text, question.answer_count) == ("详细情况", 1)


BAD = [
    *([], "x", {}, {"title": ""}, {"title": "x" * 101}, {"title": "a\0b"}, {"title": ["x"]}),
    *({"title": "x", "text": "x" * 2001}, {"title": "x", "text": None}),
    *({"title": "x", "position": -1}, {"title": "x", "position": 10**30}),
    *({"title": "x", "position": "很久"}, {"title": "x", "position": 1.5}),
]


def test_what_is_no_question_is_refused(student_api, section):
    url = f"{BASE}/section/{section.pk}/question/"
    for body in BAD:
        assert student_api.post(url, body, format="json").status_code == 400, body
    for query in ("", "course=1&section=1", "section=x", "section=1&search=", "section=1&y=1"):
        assert listed(student_api, query).status_code == 400, query
    assert listed(student_api, f"section=1&search={'x' * 51}").status_code == 400
    assert listed(student_api, "section=1&answered=maybe").status_code == 400
    CourseSection.objects.filter(pk=section.pk).update(
        section_type=CourseSection.SectionType.DOCUMENT
    )
    assert ask(student_api, section).status_code == 400
    assert not Question.objects.exists()
    assert ask(student_api, section, position=None).status_code == 201


def test_the_own_is_changed_and_deleted_unless_others_have_answered(
    student, student_api, section, mate
):
    pk = ask(student_api, section).json()["data"]["id"]
    url = f"{BASE}/question/{pk}/"
    body = {"title": "改了", "text": "", "position": None}
    data = student_api.put(url, body, format="json").json()["data"]
    assert (data["title"], data["position"], bool(data["edited_at"])) == ("改了", None, True)
    mate_api = logged_in(mate)
    answer = reply(mate_api, pk).json()["data"]["id"]
    assert student_api.delete(url).status_code == 409
    changed = mate_api.put(f"{BASE}/answer/{answer}/", {"text": "改了"}, format="json")
    assert changed.json()["data"]["text"] == "改了"
    assert mate_api.delete(f"{BASE}/answer/{answer}/").status_code == 200
    assert contradictions() == []
    assert student_api.delete(url).status_code == 200
    assert student_api.get(url).status_code == 404


@pytest.mark.every_database
def test_the_database_holds_one_accepted_answer_of_its_own_question(section):
    one, other = AnswerFactory(question__section=section), AnswerFactory(question__section=section)
    second = AnswerFactory(question=one.question)
    Answer.objects.filter(pk=one.pk).update(accepted_for=one.question)
    for pk, values in (
        (second.pk, {"accepted_for": one.question}),
        (one.pk, {"accepted_for": other.question}),
        (one.pk, {"state": PostState.HIDDEN}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Answer.objects.filter(pk=pk).update(**values)


def test_a_student_who_gave_the_course_back_reads_own_questions_only(student, section, mate):
    own, other = (QuestionFactory(user=user, section=section) for user in (student, mate))
    Enrollment.objects.filter(user=student).delete()
    client = logged_in(student)
    codes = [client.get(f"{BASE}/question/{row.pk}/").status_code for row in (own, other)]
    assert codes == [200, 403]
    assert reply(client, own.pk).status_code == 403
    assert client.get(f"{BASE}/question/{own.pk}/").json()["data"]["may_answer"] is False


def test_what_cannot_be_seen_is_no_title_and_no_answer(student_api, section):
    question = QuestionFactory(section=section)
    for nothing in ("\u200b", "\u3164", "\u2800\u200d"):
        assert ask(student_api, section, title=nothing).status_code == 400, nothing
        assert reply(student_api, question.pk, nothing).status_code == 400
    assert ask(student_api, section, title="？").status_code == 201


def test_who_no_longer_speaks_for_the_school_changes_nothing_it_has_said(section):
    speaker = staff()
    EnrollmentFactory(user=speaker, course=section.chapter.course)
    question = QuestionFactory(section=section)
    row = answers.answer_as_staff(staff_id=speaker.pk, question_id=question.pk, text="看文档")
    url = f"{BASE}/answer/{row.pk}/"
    client = logged_in(speaker)
    assert client.put(url, {"text": "看第二章"}, format="json").status_code == 200

    User.objects.filter(pk=speaker.pk).update(is_staff=False)

    assert client.put(url, {"text": "别学了"}, format="json").status_code == 404


def test_what_would_be_refused_is_not_offered(student, student_api, section, mate):
    question = QuestionFactory(user=student, section=section)
    url, mate_api = f"{BASE}/question/{question.pk}/", logged_in(mate)
    assert _offered(student_api, url) == ([], ["delete"])
    assert _offered(mate_api, url) == ([], ["report"])
    own = AnswerFactory(user=student, question=question)
    assert _offered(student_api, url) == ([["change", "delete"]], ["delete"])

    other = reply(mate_api, question.pk).json()["data"]
    assert [other["may_change"], other["may_delete"], other["may_report"]] == [True, True, False]
    assert student_api.delete(url).status_code == 409
    assert _offered(student_api, url) == ([["change", "delete"], ["report"]], [])
    assert _offered(mate_api, url) == ([["report"], ["change", "delete"]], ["report"])

    for address in (f"answer/{own.pk}", f"question/{question.pk}"):
        sent = mate_api.post(f"{BASE}/{address}/report/", {"reason": "广告"}, format="json")
        assert sent.status_code == 200
    assert _offered(mate_api, url) == ([[], ["change", "delete"]], [])

    Enrollment.objects.filter(user=student).delete()
    assert _offered(student_api, url) == ([["change", "delete"], []], [])


def test_what_staff_have_hidden_is_not_offered_to_be_deleted(student, student_api, section, mate):
    admin = staff()
    question = QuestionFactory(user=student, section=section)
    url = f"{BASE}/question/{question.pk}/"
    own = AnswerFactory(user=student, question=question)
    AnswerFactory(user=mate, question=question)
    moderation.hide_answer(answer_id=own.pk, reason="广告", staff_id=admin.pk)
    [waiting] = student_api.get(url).json()["data"]["waiting"]
    assert (waiting["may_change"], waiting["may_delete"]) == (True, False)
    assert _offered(student_api, url) == ([["report"]], [])
    moderation.hide_question(question_id=question.pk, reason="广告", staff_id=admin.pk)
    # Its reports would find nothing.
    assert _offered(student_api, url) == ([[]], [])


def test_a_visitor_of_a_trial_is_asked_to_log_in_by_a_report(api, student, section):
    CourseSection.objects.filter(pk=section.pk).update(free_trail=True)
    question = QuestionFactory(user=student, section=section)
    AnswerFactory(user=student, question=question)
    assert _offered(api, f"{BASE}/question/{question.pk}/") == ([["report"]], ["report"])


def test_who_no_longer_speaks_for_the_school_is_offered_no_change(section):
    speaker = staff()
    EnrollmentFactory(user=speaker, course=section.chapter.course)
    question = QuestionFactory(section=section)
    answers.answer_as_staff(staff_id=speaker.pk, question_id=question.pk, text="看文档")
    url, client = f"{BASE}/question/{question.pk}/", logged_in(speaker)
    assert _offered(client, url) == ([["change", "delete"]], ["report"])

    User.objects.filter(pk=speaker.pk).update(is_staff=False)

    assert _offered(client, url) == ([["delete"]], ["report"])


def _offered(client, url):
    """What may be done with each answer, and with the question."""
    page = client.get(url).json()["data"]
    rows = client.get(f"{url}answer/").json()["data"]["results"]
    acts = ("change", "delete", "report")
    return (
        [[act for act in acts if row[f"may_{act}"]] for row in rows],
        [act for act in acts if page.get(f"may_{act}")],
    )


def test_a_closed_account_leaves_what_others_have_answered_and_nothing_of_its_own(
    student, section, mate
):
    answered = QuestionFactory(user=student, section=section, title="有人回答", position=3)
    kept = AnswerFactory(user=mate, question=answered)
    QuestionFactory(user=student, section=section)
    other = QuestionFactory(user=mate, section=section)
    own = AnswerFactory(user=student, question=other)
    answers.accept(user_id=mate.pk, answer_id=own.pk, accepted=True)
    moderation.report_question(user_id=student.pk, question_id=other.pk, reason="广告")
    assert len(personal_data.questions(student.pk)) == 2
    assert [row["accepted"] for row in personal_data.answers(student.pk)] == [True]

    account_deletion.close(student.pk)

    assert list(Answer.objects.all()) == [kept]
    assert set(Question.objects.values_list("title", "text", "position", "report_count")) == {
        (account_moves.ERASED, "", None, 0),
        (other.title, other.text, None, 0),
    }
    assert not Report.objects.exists()
    assert contradictions() == []
