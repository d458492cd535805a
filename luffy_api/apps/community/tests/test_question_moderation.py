"""What waits for staff: filtered words, reports, links of newcomers, and how much one may write."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.community import (
    answers,
    moderation,
)
from luffy_api.apps.community.models import Answer, FilteredWord, Report
from luffy_api.apps.community.tests.posts import BASE, ask, contradictions, listed, reply, titles
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.inbox.models import Delivery
from luffy_api.apps.user.models import User
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    AnswerFactory,
    EnrollmentFactory,
    QuestionFactory,
    UserFactory,
)
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_a_filtered_word_waits_for_staff_and_counts_when_shown(student, student_api, section, mate):
    FilteredWord.objects.create(word="加微信")
    waiting = ask(student_api, section, title="请加 微-信").json()["data"]
    assert waiting["state_name"] == "待审核"
    mate_api = logged_in(mate)
    assert titles(mate_api, f"section={section.pk}") == []
    assert mate_api.get(f"{BASE}/question/{waiting['id']}/").status_code == 404
    assert reply(mate_api, waiting["id"]).status_code == 404
    [own] = student_api.get(f"{BASE}/question/mine/").json()["data"]["results"]
    assert own["id"] == waiting["id"]

    question = QuestionFactory(user=student, section=section)
    assert reply(mate_api, question.pk, "加微信").json()["data"]["state_name"] == "待审核"
    page = mate_api.get(f"{BASE}/question/{question.pk}/").json()["data"]
    assert [row["text"] for row in page["waiting"]] == ["加微信"]
    assert page["question"]["answer_count"] == 0
    assert not Delivery.objects.exists()
    moderation.show_answer(answer_id=Answer.objects.get().pk, staff_id=staff().pk)
    question.refresh_from_db()
    assert (question.answer_count, Delivery.objects.count()) == (1, 1)


def test_what_staff_have_hidden_stays_theirs_to_show(student, student_api, section, mate):
    admin, mate_api = staff(), logged_in(mate)
    question = QuestionFactory(user=student, section=section)
    answer = AnswerFactory(user=mate, question=question)
    answers.accept(user_id=student.pk, answer_id=answer.pk, accepted=True)
    moderation.hide_answer(answer_id=answer.pk, reason="广告", staff_id=admin.pk)
    moderation.hide_question(question_id=question.pk, reason="无关", staff_id=admin.pk)
    question.refresh_from_db()
    assert (question.answer_count, Answer.objects.get().accepted_for) == (0, None)
    assert mate_api.delete(f"{BASE}/answer/{answer.pk}/").status_code == 409
    assert student_api.delete(f"{BASE}/question/{question.pk}/").status_code == 409
    changed = student_api.put(
        f"{BASE}/question/{question.pk}/", {"title": "好好说"}, format="json"
    ).json()["data"]
    assert (changed["state_name"], changed["reason"]) == ("待审核", "无关")
    assert moderation.show_question(question_id=question.pk, staff_id=admin.pk) is True
    assert moderation.show_question(question_id=question.pk, staff_id=admin.pk) is False
    assert titles(mate_api, f"section={section.pk}") == ["好好说"]
    assert contradictions() == []


def test_something_is_reported_once_and_not_by_its_author(student, student_api, section, mate):
    question = QuestionFactory(user=student, section=section)
    answer = AnswerFactory(user=student, question=question)
    mate_api = logged_in(mate)
    for url in (f"question/{question.pk}/report/", f"answer/{answer.pk}/report/"):
        codes = [
            client.post(f"{BASE}/{url}", {"reason": "广告"}, format="json").status_code
            for client in (mate_api, mate_api, student_api)
        ]
        assert codes == [200, 409, 409]
        assert mate_api.post(f"{BASE}/{url}", {}, format="json").status_code == 400
    question.refresh_from_db()
    assert (question.report_count, Report.objects.count()) == (1, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(user=mate, question=question, reason="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(user=mate, reason="x")
    moderation.show_question(question_id=question.pk, staff_id=staff().pk)
    question.refresh_from_db()
    assert question.report_count == 0


def test_newcomers_write_no_links(student, student_api, section, settings):
    link = {"text": "看 https://a.example"}
    refused = ask(student_api, section, **link)
    assert refused.status_code == 400
    assert "“https://a.example”" in refused.json()["msg"]
    User.objects.filter(pk=student.pk).update(date_joined=timezone.now() - timedelta(days=4))
    assert ask(student_api, section, **link).status_code == 201
    # Without a course one stays a newcomer.
    CourseSection.objects.filter(pk=section.pk).update(free_trail=True)
    old = UserFactory(date_joined=timezone.now() - timedelta(days=400))
    assert ask(logged_in(old), section, **link).status_code == 400
    settings.NEWCOMER_PERIOD = timedelta(0)
    late = EnrollmentFactory(course=section.chapter.course).user
    assert ask(logged_in(late), section, **link).status_code == 201


def test_what_may_be_a_link_waits_for_staff_while_its_author_is_new(student, student_api, section):
    def state(text):
        return ask(student_api, section, text=text).json()["data"]["state_name"]

    assert state("evil点top 有资料") == "待审核"
    assert state("pandas.io 怎么用") == "待审核"
    assert state("os.path 怎么用") == "已展示"
    User.objects.filter(pk=student.pk).update(date_joined=timezone.now() - timedelta(days=4))
    assert state("看 evil.top") == "已展示"


def test_writing_is_limited_and_reading_is_not(student_api, section):
    codes = [ask(student_api, section, title=f"第 {n} 问").status_code for n in range(31)]
    assert codes == [201] * 30 + [429]
    assert listed(student_api, f"section={section.pk}").status_code == 200
