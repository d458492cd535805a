"""The author of an answer is told that it was accepted, once."""

from functools import partial
from inspect import unwrap
from threading import Barrier
from uuid import UUID

import pytest
from django.db import IntegrityError

from luffy_api.apps.community import answers, moderation, questions
from luffy_api.apps.community.models import Answer, FilteredWord, Question
from luffy_api.apps.community.tests.posts import BASE
from luffy_api.apps.course.models import Course, CourseSection, Enrollment
from luffy_api.apps.inbox import notifications
from luffy_api.apps.inbox.models import Channel, Delivery, Kind, Message, MessageKind
from luffy_api.apps.inbox.services import set_preference
from luffy_api.apps.user import account_deletion
from luffy_api.apps.user.models import User
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import AnswerFactory, QuestionFactory
from luffy_api.tests.people import staff
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(student, section):
    return QuestionFactory(user=student, section=section, title="为什么报错")


@pytest.fixture
def answer(question, mate):
    return AnswerFactory(user=mate, question=question)


def accept(answer, accepted=True):
    """As the asker of its question does."""
    asker = Question.objects.get(pk=answer.question_id).user_id
    answers.accept(user_id=asker, answer_id=answer.pk, accepted=accepted)


def told():
    """Who was told of an accepted answer, in the order of the messages."""
    rows = Delivery.objects.filter(kind=Kind.ANSWER_ACCEPTED, channel=Channel.SITE)
    return list(rows.order_by("pk").values_list("user_id", flat=True))


@pytest.mark.every_database
def test_the_author_finds_it_in_the_site_with_the_way_there(student_api, student, mate, answer):
    url = f"{BASE}/answer/{answer.pk}/accept/"
    assert student_api.put(url, {"accepted": True}, format="json").status_code == 200

    page = logged_in(mate).get("/api/v1/inbox/?kind=11").json()["data"]["results"]
    [message] = page
    question = answer.question
    assert (message["kind_name"], message["title"]) == ("回答被采纳", "您的回答被采纳了")
    assert question.course.name in message["text"]
    assert question.section.name in message["text"]
    assert question.title in message["text"]
    assert message["link"] == f"/user/questions?question={question.pk}"
    opened = logged_in(mate).get(f"{BASE}/question/{question.pk}/answer/").json()["data"]
    assert [row["accepted"] for row in opened["results"]] == [True]
    assert Message.objects.get(kind=Kind.ANSWER_ACCEPTED).created_by == student


@pytest.mark.parametrize(
    ("title", "quoted"),
    [
        ("报错\n\n【学校】请重新登录", "报错 【学校】请重新登录"),
        ("报错”的回答违规，请联系客服。“", "报错’的回答违规，请联系客服。‘"),
        ("报\u202e错\u200b\x07", "报错"),
        ("报\u2028错\r\n\t？", "报 错 ？"),
        ("👩\u200d💻 怎么写", "👩\u200d💻 怎么写"),
    ],
)
def test_a_title_does_not_speak_for_the_school(student, mate, question, title, quoted):
    Question.objects.filter(pk=question.pk).update(title=title)

    accept(AnswerFactory(user=mate, question=question))

    for message in Message.objects.all():
        assert f"提问“{quoted}”" in message.text
        assert message.text.count("”") == message.text.count("“")
        assert message.parameters["question"] == quoted
    assert Message.objects.count() == 2


def test_one_answer_is_told_once_however_often_it_is_accepted(question, mate, answer):
    other = AnswerFactory(user=mate, question=question)

    for accepted in (True, True, False, True):
        accept(answer, accepted)
    assert told() == [mate.pk]

    accept(other)
    accept(answer)
    assert told() == [mate.pk, mate.pk]


def test_who_accepts_the_own_answer_is_not_told(student, question):
    accept(AnswerFactory(user=student, question=question))
    admin = staff()
    own = answers.answer_as_staff(staff_id=admin.pk, question_id=question.pk, text="看文档")
    answers.accept_as_staff(staff_id=admin.pk, answer_id=own.pk, accepted=True)

    assert told() == []


def test_of_what_staff_accept_its_author_is_told_also_the_asker(student, mate, question, answer):
    admin = staff()
    own = AnswerFactory(user=student, question=question)

    for row in (answer, own):
        assert answers.accept_as_staff(staff_id=admin.pk, answer_id=row.pk, accepted=True)
        assert not answers.accept_as_staff(staff_id=admin.pk, answer_id=row.pk, accepted=True)

    assert told() == [mate.pk, student.pk]


def test_what_is_accepted_no_more_tells_nobody(answer):
    accept(answer, False)

    assert told() == []


def test_hidden_and_deleted_answers_are_refused_and_not_told(student_api, answer):
    url = f"{BASE}/answer/{answer.pk}/accept/"
    moderation.hide_answer(answer_id=answer.pk, reason="广告", staff_id=staff().pk)
    assert student_api.put(url, {"accepted": True}, format="json").status_code == 404
    Answer.objects.all().delete()
    assert student_api.put(url, {"accepted": True}, format="json").status_code == 404

    assert told() == []


def test_of_a_hidden_question_the_author_is_told_when_it_is_shown_again(mate, question, answer):
    admin = staff().pk
    moderation.hide_question(question_id=question.pk, reason="无关", staff_id=admin)
    accept(answer)
    assert told() == []

    moderation.show_question(question_id=question.pk, staff_id=admin)

    assert told() == [mate.pk]


def test_of_a_question_that_waits_the_author_is_told_when_its_words_are_changed(
    student, mate, question, answer
):
    change = partial(
        questions.change, user_id=student.pk, question_id=question.pk, text="", position=None
    )
    FilteredWord.objects.create(word="加微信")
    change(title="请加微信")
    accept(answer)
    assert told() == []

    change(title="为什么报错")
    change(title="为什么还报错")

    assert told() == [mate.pk]


def test_a_question_that_was_shown_all_the_time_tells_nothing_anew(mate, question, answer):
    accept(answer)
    Message.objects.filter(kind=Kind.ANSWER_ACCEPTED).update(submission=UUID(int=1))
    moderation.report_question(user_id=mate.pk, question_id=question.pk, reason="无关")

    assert moderation.show_question(question_id=question.pk, staff_id=staff().pk)

    assert told() == [mate.pk]


def test_accounts_that_are_locked_or_closed_are_not_told(student, mate, question):
    locked, closed = AnswerFactory(user=mate, question=question), AnswerFactory(question=question)
    User.objects.filter(pk=mate.pk).update(is_active=False)
    accept(locked)
    assert told() == []

    account_deletion.close(closed.user_id)
    assert not Answer.objects.filter(pk=closed.pk).exists()
    assert told() == []


def test_who_does_not_read_the_question_any_more_gets_no_way_there(mate, answer):
    Enrollment.objects.filter(user=mate).delete()

    accept(answer)

    assert Message.objects.get(kind=Kind.ANSWER_ACCEPTED).link == ""


@pytest.mark.parametrize(
    "delete",
    [
        lambda: CourseSection.objects.update(is_delete=True),
        lambda: Course.objects.update(is_delete=True),
    ],
)
def test_of_a_deleted_section_or_course_the_message_says_where_it_was(mate, answer, delete):
    delete()

    accept(answer)

    assert told() == [mate.pk]
    message = Message.objects.get(kind=Kind.ANSWER_ACCEPTED)
    assert answer.question.course.name in message.text
    readable = logged_in(mate).get(f"{BASE}/question/{answer.question_id}/").status_code == 200
    assert bool(message.link) is readable


def test_it_goes_out_as_the_school_and_the_author_want_it(mate, question):
    MessageKind.objects.create(kind=Kind.ANSWER_ACCEPTED, by_mail=True)
    ways = Delivery.objects.filter(kind=Kind.ANSWER_ACCEPTED).values_list("channel", flat=True)
    User.objects.filter(pk=mate.pk).update(email="mate@example.com")

    accept(AnswerFactory(user=mate, question=question, text="一"))
    assert sorted(ways.all()) == [Channel.SITE, Channel.MAIL]

    set_preference(user_id=mate.pk, kind=Kind.ANSWER_ACCEPTED, channel=Channel.MAIL, enabled=False)
    accept(AnswerFactory(user=mate, question=question, text="二"))
    assert sorted(ways.all()) == [Channel.SITE, Channel.SITE, Channel.MAIL]

    MessageKind.objects.update(is_on=False)
    accept(AnswerFactory(user=mate, question=question, text="三"))
    assert len(ways.all()) == 3


@pytest.mark.parametrize("count", [1, 6])
def test_the_number_of_queries(student_api, question, django_assert_num_queries, count):
    rows = [AnswerFactory(question=question) for _ in range(count)]
    url = f"{BASE}/answer/{rows[-1].pk}/accept/"

    with django_assert_num_queries(17):
        student_api.put(url, {"accepted": True}, format="json")
    with django_assert_num_queries(6):  # the savepoint, the token, the question, the answer
        student_api.put(url, {"accepted": True}, format="json")


def both_accept(answer, asker_accepts=answers.accept, staff_accepts=answers.accept_as_staff):
    """The asker twice, and staff, at the same moment."""
    asked, admin = Question.objects.get(pk=answer.question_id).user_id, staff().pk
    by_asker = partial(asker_accepts, user_id=asked, answer_id=answer.pk, accepted=True)
    by_staff = partial(staff_accepts, staff_id=admin, answer_id=answer.pk, accepted=True)
    return at_once(by_asker, by_asker, by_staff)


@pytest.mark.django_db(transaction=True)
def test_accepted_by_several_at_the_same_moment_it_is_told_once(mate, answer):
    assert both_accept(answer) == ["done"] * 3

    assert told() == [mate.pk]
    assert Answer.objects.get().accepted_for_id == answer.question_id


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_of_the_question_one_would_fail(mate, answer, monkeypatch):
    """The unique submission refuses all but one, whose answers would be errors."""
    all_have_read, message, refused = Barrier(3), notifications._message, []

    def read(answer_id):
        row = Answer.objects.select_related("question").get(pk=answer_id)
        all_have_read.wait(timeout=60)
        return row.question, row

    def make_together(*args):
        """When each of them has found that the author was not told yet."""
        all_have_read.wait(timeout=60)
        return message(*args)

    def noting(act, **fields):
        try:
            unwrap(act)(**fields)
        except IntegrityError:
            refused.append(act)

    monkeypatch.setattr(answers, "locked_answer", read)
    monkeypatch.setattr(notifications, "_message", make_together)

    both_accept(answer, partial(noting, answers.accept), partial(noting, answers.accept_as_staff))

    assert len(refused) == 2
    assert told() == [mate.pk]
