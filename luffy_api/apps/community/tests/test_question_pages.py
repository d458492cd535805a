"""提问与回答 in the back office: answers, moderation, and whose questions a teacher finds."""

import pytest

from luffy_api.apps.community import answers, moderation
from luffy_api.apps.community.models import Answer, FilteredWord, PostState, Question
from luffy_api.apps.inbox.models import Delivery
from luffy_api.common import roles
from luffy_api.tests.back_office import act, log_of, page, said
from luffy_api.tests.factories import AnswerFactory, EnrollmentFactory, QuestionFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def as_role(client, role):
    user = staff(role)
    client.force_login(user)
    return user


def state(row):
    return type(row).objects.get(pk=row.pk).get_state_display()


def listed(client, model, query=""):
    return [
        row.pk for row in client.get(f"{page(model, 'changelist')}{query}").context["cl"].queryset
    ]


def test_staff_answer_accept_hide_and_show_and_the_log_says_so(client):
    school = as_role(client, roles.OPERATIONS)
    question = QuestionFactory(text="<script>x</script>")
    url = page(Question, "change", question.pk)
    assert "&lt;script&gt;" in client.get(url).content.decode()

    blank = client.post(page(Question, "answer", question.pk), {"text": " "})
    assert (blank.status_code, Answer.objects.exists()) == (200, False)
    for _ in range(2):
        client.post(page(Question, "answer", question.pk), {"text": "请看第二行"})
    answer = Answer.objects.get()
    assert (answer.user, answer.get_author_role_display()) == (school, "学校")
    assert Delivery.objects.get().user == question.user
    for accepted in ("True", "False", "True"):
        client.post(page(Answer, "accept", answer.pk), {"accepted": accepted})
    assert Answer.objects.get().accepted_for == question
    assert "已采纳" in client.get(page(Answer, "change", answer.pk)).content.decode()

    client.post(page(Question, "hide", question.pk), {"reason": "与课程无关"})
    client.post(page(Answer, "hide", answer.pk), {"reason": "写错了"})
    assert (state(question), state(answer)) == ("已隐藏", "已隐藏")
    assert "与课程无关" in client.get(url).content.decode()
    client.post(page(Answer, "accept", answer.pk), {"accepted": "True"})
    assert Answer.objects.get().accepted_for is None
    assert client.get(page(Question, "show", question.pk)).status_code == 200
    client.post(page(Question, "show", question.pk))
    client.post(page(Answer, "show", answer.pk))
    assert (state(question), state(answer)) == ("已展示", "已展示")
    client.post(page(Answer, "remove", answer.pk))
    assert not Answer.objects.exists()
    assert log_of(question) == [
        *("回答提问", "采纳回答", "取消采纳", "采纳回答"),
        *("隐藏提问，原因：与课程无关", "展示提问"),
    ]


def accept(client, answer, accepted):
    url = page(Answer, "accept", answer.pk)
    return said(client.post(url, {"accepted": str(accepted)}, follow=True))


def test_a_click_never_does_the_opposite_of_what_its_page_said(client):
    as_role(client, roles.OPERATIONS)
    one = AnswerFactory()
    two = AnswerFactory(question=one.question)
    assert "采纳回答" in client.get(page(Answer, "accept", one.pk)).content.decode()
    # The asker does the same while staff read the page.
    answers.accept(user_id=one.question.user_id, answer_id=one.pk, accepted=True)

    assert "没有变化" in accept(client, one, True)
    assert log_of(one.question) == []
    shown = client.get(page(Answer, "accept", two.pk)).content.decode()
    assert "改为采纳这个回答" in shown
    assert one.text in shown
    assert "已采纳" in accept(client, two, True)
    assert "没有变化" in accept(client, one, False)
    assert Answer.objects.get(accepted_for=one.question) == two
    assert "取消采纳" in client.get(page(Answer, "accept", two.pk)).content.decode()
    assert "已取消采纳" in accept(client, two, False)
    assert log_of(one.question) == ["采纳回答", "取消采纳"]
    for nonsense in ({}, {"accepted": "maybe"}, {"accepted": ""}):
        assert client.post(page(Answer, "accept", two.pk), nonsense).status_code == 200
    assert not Answer.objects.exclude(accepted_for=None).exists()


def test_what_waits_and_what_was_reported_is_a_list_that_empties(client):
    as_role(client, roles.OPERATIONS)
    FilteredWord.objects.create(word="加微信")
    plain, pending = QuestionFactory(), QuestionFactory(title="加微信")
    answer = AnswerFactory(question=plain)
    reporter = EnrollmentFactory(course=plain.course).user
    moderation.report_question(user_id=reporter.pk, question_id=plain.pk, reason="骂人")
    moderation.report_answer(user_id=reporter.pk, answer_id=answer.pk, reason="答非所问")

    assert listed(client, Question, "?review=open") == [pending.pk, plain.pk]
    assert listed(client, Answer, "?review=open") == [answer.pk]
    text = client.get(page(Question, "change", plain.pk)).content.decode()
    assert "骂人" in text
    assert "答非所问" in text
    for row in (plain, pending, answer):
        act(client, "show", row)
    assert listed(client, Question, "?review=open") == listed(client, Answer, "?review=open") == []
    assert listed(client, Question, "?state__exact=1&answered=no") == [pending.pk]
    assert listed(client, Question, "?answered=yes") == [plain.pk]
    assert listed(client, Question, f"?q={plain.title}") == [plain.pk]
    assert listed(client, Question, "?q=%25") == []


def test_a_teacher_answers_questions_of_the_own_courses_and_finds_no_others(client):
    teacher = as_role(client, roles.TEACHERS)
    own, other = AnswerFactory(), AnswerFactory()
    own.question.course.teacher.account = teacher
    own.question.course.teacher.save()

    assert listed(client, Question) == [own.question_id]
    assert listed(client, Answer) == [own.pk]
    assert "请假" not in client.get(page(Question, "change", own.question_id)).content.decode()
    for model, kind, pk, code in (
        *((Question, "answer", own.question_id, 200), (Question, "answer", other.question_id, 404)),
        *((Question, "hide", own.question_id, 403), (Question, "show", own.question_id, 403)),
        *((Question, "change", own.question_id, 200), (Question, "change", other.question_id, 302)),
        *((Answer, "accept", own.pk, 200), (Answer, "accept", other.pk, 404)),
        *((Answer, "hide", own.pk, 403), (Answer, "show", own.pk, 403)),
        *((Answer, "remove", own.pk, 403), (Answer, "remove", other.pk, 404)),
    ):
        assert client.get(page(model, kind, pk)).status_code == code, (model, kind, pk)
    for answer in (own, other):
        client.post(page(Question, "answer", answer.question_id), {"text": "讲师答"})
    assert [row.question for row in Answer.objects.filter(author_role=2)] == [own.question]


def test_other_roles_see_none(client):
    as_role(client, roles.FINANCE)
    answer = AnswerFactory()
    for model, kinds in ((Question, ("answer", "hide", "show")), (Answer, ("hide", "accept"))):
        for kind in kinds:
            url = page(model, kind, answer.pk if model is Answer else answer.question_id)
            assert client.post(url, {"reason": "x", "text": "x"}).status_code == 403
        assert client.get(page(model, "changelist")).status_code == 403
    assert state(answer) == "已展示"
    assert answer.question.state == PostState.SHOWN


def test_what_was_deleted_meanwhile_is_said(client):
    as_role(client, roles.OPERATIONS)
    answer = AnswerFactory()
    answers.remove(user_id=answer.user_id, answer_id=answer.pk)
    for model, kind, pk in (
        *((Answer, "hide", answer.pk), (Answer, "accept", answer.pk)),
        *((Question, "hide", 999999), (Question, "answer", 999999)),
    ):
        assert client.get(page(model, kind, pk)).status_code == 404
