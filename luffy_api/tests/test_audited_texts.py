"""Texts of several lines: what a browser sends differently is no change that the log tells of."""

import pytest

from luffy_api.apps.course.models import CourseChapter
from luffy_api.apps.dashboard.admin.audit import told
from luffy_api.apps.dashboard.models import AuditEntry
from luffy_api.apps.learning.models import QuizQuestion
from luffy_api.tests.back_office import form_of, log_of, page, save
from luffy_api.tests.factories import ChapterFactory, QuizFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def _as_sent(fields):
    """With the ends of lines that a browser sends."""
    return {
        name: value.replace("\n", "\r\n") if isinstance(value, str) else value
        for name, value in fields.items()
    }


def _send(client, row, **changes):
    url = page(type(row), "change", row.pk)
    return client.post(url, {**_as_sent(form_of(client, url)), **changes})


def test_a_quiz_that_nobody_changed_has_no_change_in_the_log(admin_client):
    quiz = QuizFactory()
    assert "\n" in quiz.questions.order_by("orders")[0].options
    assert _send(admin_client, quiz).status_code == 302
    assert log_of(quiz) == ["[]"]


def test_of_a_question_only_what_was_changed_is_told(admin_client):
    quiz = QuizFactory()
    first = quiz.questions.order_by("orders")[0]
    assert _send(admin_client, quiz, **{"questions-0-points": 7}).status_code == 302
    [entry] = log_of(quiz)
    assert "分值" in entry
    assert "选项" not in entry
    sentence = told(AuditEntry.objects.get())
    assert "分值" in sentence
    assert "。；" not in sentence
    stored = QuizQuestion.objects.get(pk=first.pk)
    assert (stored.points, stored.options) == (7, first.options)


def test_a_question_that_was_deleted_is_told_with_its_text(admin_client):
    quiz = QuizFactory()
    second = quiz.questions.order_by("orders")[1]
    assert _send(admin_client, quiz, **{"questions-1-DELETE": "on"}).status_code == 302
    assert second.text[:10] in told(AuditEntry.objects.get())


def test_a_text_that_was_changed_is_told_with_its_lines(admin_client):
    chapter = ChapterFactory(summary="一\n二")
    assert _send(admin_client, chapter).status_code == 302
    assert _send(admin_client, chapter, summary="一\r\n\r\n二").status_code == 302
    first, second = log_of(chapter)
    assert first == "[]"
    assert "章节介绍" in second
    assert CourseChapter.objects.get(pk=chapter.pk).summary.split() == ["一", "二"]
    assert save(admin_client, chapter, name="第一章").status_code == 302
