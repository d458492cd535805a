"""Whoever takes the last thing to learn from a course on sale is told, wherever it is done."""

import pytest

from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.apps.dashboard.tests.sheets import applied, xlsx
from luffy_api.tests import factories
from luffy_api.tests.back_office import act, page, said, save

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SENTENCE = "《爬虫》已经上线，但还没有可以学习的课时"


@pytest.fixture
def section():
    course = factories.CourseFactory(name="爬虫", status=Course.Status.ONLINE)
    return factories.SectionFactory(course=course, name="变量")


def told(client, answer):
    """What the page says to which an answer leads."""
    assert answer.status_code == 302
    return said(client.get(answer["Location"]))


def hide_by_form(client, section):
    return save(client, section, is_show="")


def hide_by_list(client, section):
    return act(client, "hide", section)


def delete(client, section):
    return client.post(page(CourseSection, "delete", section.pk), {"post": "yes"})


def delete_by_list(client, section):
    return act(client, "delete_selected", section)


def hide_chapter(client, section):
    return act(client, "hide", section.chapter)


def delete_as_line(client, section):
    return save(client, section.chapter, **{"coursesections-0-DELETE": "on"})


def move(client, section):
    return save(client, section, chapter=factories.ChapterFactory().pk)


WAYS = [hide_by_form, hide_by_list, delete, delete_by_list, hide_chapter, delete_as_line, move]


@pytest.mark.every_database
@pytest.mark.parametrize("take", WAYS)
def test_the_last_section_is_told(admin_client, section, take):
    assert SENTENCE in told(admin_client, take(admin_client, section))


def test_another_section_is_enough(admin_client, section):
    factories.SectionFactory(chapter=section.chapter)

    assert "已经上线" not in told(admin_client, hide_by_list(admin_client, section))


def test_a_draft_may_be_empty(admin_client, section):
    Course.objects.update(status=Course.Status.OFFLINE)

    assert "已经上线" not in told(admin_client, hide_by_list(admin_client, section))


def test_the_last_question_is_told(admin_client, section):
    quiz = factories.QuizFactory(course=section.chapter.course)
    CourseSection.objects.filter(pk=section.pk).update(is_show=False)
    everything = {f"questions-{n}-DELETE": "on" for n in range(quiz.questions.count())}

    assert SENTENCE in told(admin_client, save(admin_client, quiz, **everything))


def test_an_import_says_it_with_its_result(section):
    headings = ["课程", "第几章", "课时标题", "是否展示"]

    job = applied("outline", xlsx(headings, ["爬虫", section.chapter.chapter, "变量", "否"]))

    assert SENTENCE in job.problem
