"""Two people in one form, as browsers see it: what is sent is what stands on the page."""

import re

import pytest

from luffy_api.apps.course.models import Course, CourseCategory, CourseChapter, CourseSection
from luffy_api.apps.learning.models import Quiz, QuizQuestion
from luffy_api.tests import factories
from luffy_api.tests.back_office import page, save
from luffy_api.tests.sent_again import fields_of
from luffy_api.tests.test_edit_conflicts import browser

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NAMES = ["甲", "乙", "丙"]


@pytest.fixture
def chapter(db):
    chapter = factories.ChapterFactory(name="章")
    for number, name in enumerate(NAMES, start=1):
        factories.SectionFactory(chapter=chapter, name=name, orders=number)
    return chapter


def shown(answer) -> str:
    return re.sub("<[^>]+>|\\s+", "", answer.content.decode())


def captions(answer) -> list[str]:
    """The names of stored rows, in their order."""
    return re.findall(r'<td class="original">\s*<p>\s*(.*?)\s*<', answer.content.decode(), re.S)


@pytest.mark.parametrize("gone", [0, 1, 2])
@pytest.mark.parametrize("edited", ["each", "none"])
def test_a_row_that_a_colleague_deleted_is_told_once_and_the_rest_is_saved(
    admin_client, chapter, gone, edited
):
    url = page(CourseChapter, "change", chapter.pk)
    form = fields_of(admin_client.get(url), "coursechapter_form")
    rows = list(CourseSection.objects.order_by("orders"))
    browser("李四").post(page(CourseSection, "delete", rows[gone].pk), {"post": "yes"})
    mine = {"summary": "新的介绍"}
    if edited == "each":
        mine |= {f"coursesections-{number}-name": f"{name}改" for number, name in enumerate(NAMES)}

    asked = admin_client.post(url, {**form, **mine})

    assert asked.status_code == 200
    assert f"删除了「{NAMES[gone]}」" in shown(asked)
    # Each form beside its own row.
    assert [caption[0] for caption in captions(asked)] == NAMES
    sent = fields_of(asked, "coursechapter_form")
    assert {name for name in form if name.endswith("-id")} <= sent.keys()
    assert admin_client.post(url, sent).status_code == 302

    chapter.refresh_from_db()
    assert chapter.summary == "新的介绍"
    word = "改" if edited == "each" else ""
    for number, row in enumerate(rows):
        row.refresh_from_db()
        assert row.is_delete == (number == gone)
        assert row.name == (NAMES[number] if number == gone else f"{NAMES[number]}{word}")


def test_all_rows_may_have_gone(admin_client, chapter):
    url = page(CourseChapter, "change", chapter.pk)
    form = fields_of(admin_client.get(url), "coursechapter_form")
    CourseSection.objects.update(is_delete=True)
    asked = admin_client.post(url, form)
    assert captions(asked) == NAMES
    assert admin_client.post(url, fields_of(asked, "coursechapter_form")).status_code == 302


def test_a_row_that_was_deleted_for_good_stands_there_once_more_too(admin_client):
    quiz = factories.QuizFactory()
    questions = list(QuizQuestion.objects.filter(quiz=quiz).order_by("orders"))
    url = page(Quiz, "change", quiz.pk)
    form = fields_of(admin_client.get(url), "quiz_form")
    save(browser("李四"), quiz, **{"questions-0-DELETE": "on"})

    asked = admin_client.post(url, {**form, "pass_percent": "70"})

    assert f"删除了「测验题目“{questions[0].text}”（编号{questions[0].pk}）」" in shown(asked)
    sent = fields_of(asked, "quiz_form")
    assert {name for name in form if name.endswith("-id")} <= sent.keys()
    assert admin_client.post(url, sent).status_code == 302
    quiz.refresh_from_db()
    assert quiz.pass_percent == 70


@pytest.mark.parametrize("above", [CourseChapter, Course])
def test_a_section_went_with_what_it_was_a_part_of(admin_client, chapter, above):
    section = CourseSection.objects.order_by("orders")[0]
    url = page(CourseSection, "change", section.pk)
    form = fields_of(admin_client.get(url), "coursesection_form")
    row = chapter if above is CourseChapter else chapter.course
    browser("李四").post(page(above, "delete", row.pk), {"post": "yes"})

    answer = admin_client.post(url, {**form, "name": "改"}, follow=True)

    assert answer.redirect_chain == [(page(CourseSection, "changelist"), 302)]
    kind = str(above._meta.verbose_name)
    said = f"删除了{kind}「{row}」，连同这里的课时，您填写的内容没有保存。"
    assert re.sub("\\s", "", said) in shown(answer)
    assert "李四在" in shown(answer)
    section.refresh_from_db()
    assert (section.name, section.is_delete) == ("甲", False)
    assert "甲" not in captions(answer)
    assert f"/{section.pk}/change/" not in answer.content.decode()
    if above is Course:
        answer = admin_client.get(page(CourseChapter, "change", chapter.pk), follow=True)
        assert "，连同这里的章节。" in shown(answer)


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_list_whose_row_a_colleague_deleted_keeps_each_row_beside_its_name(admin_client, gone):
    rows = [
        factories.CategoryFactory(name=name, orders=number)
        for number, name in enumerate(NAMES, start=1)
    ]
    url = page(CourseCategory, "changelist")
    form = {**fields_of(admin_client.get(url), "changelist-form"), "_save": "1"}
    mine = {f"form-{number}-orders": str(number + 11) for number in range(3)}
    browser("李四").post(page(CourseCategory, "delete", rows[gone].pk), {"post": "yes"})

    asked = admin_client.post(url, {**form, **mine})

    assert asked.status_code == 200
    assert f"删除了「{NAMES[gone]}」" in shown(asked)
    sent = {**fields_of(asked, "changelist-form"), "_save": "1"}
    assert admin_client.post(url, sent).status_code == 302
    for number, row in enumerate(rows):
        row.refresh_from_db()
        assert row.orders == (number + 1 if number == gone else number + 11), number
