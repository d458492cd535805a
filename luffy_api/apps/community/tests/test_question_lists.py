"""Lists of questions and answers, and their search."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luffy_api.apps.community import (
    bounded_list,
    moved_sections,
    question_list,
)
from luffy_api.apps.community.models import Answer, Note, PostState
from luffy_api.apps.community.tests.posts import BASE, contradictions, listed, titles
from luffy_api.apps.course.models import CourseSection
from luffy_api.tests.factories import (
    AnswerFactory,
    QuestionFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db
LONG_TEXTS = re.compile(r"[`\"](?:content|answer|detail)[`\"]")


def test_lists_search_and_answers_cost_the_same(
    student_api, student, section, mate, django_assert_num_queries
):
    course = section.chapter.course_id
    urls = {
        f"{BASE}/question/?section={section.pk}": 5,
        f"{BASE}/question/?course={course}": 6,
        f"{BASE}/question/?course={course}&search=提问&answered=false": 6,
        f"{BASE}/question/mine/": 4,
    }
    for count in (1, 4):
        for _ in range(count):
            asked = QuestionFactory(user=student, section=section)
            QuestionFactory(user=mate, section=section)
        for url, number in urls.items():
            with django_assert_num_queries(number):
                student_api.get(url)
        for _ in range(count):
            AnswerFactory(question=asked)
        with django_assert_num_queries(7):
            student_api.get(f"{BASE}/question/{asked.pk}/answer/")
        with django_assert_num_queries(5):
            student_api.get(f"{BASE}/question/{asked.pk}/")


def test_search_finds_in_titles_and_texts_of_its_scope(student, student_api, section):
    other = SectionFactory(chapter=section.chapter)
    for where, title, text in (
        (section, "如何安装", "Python 3"),
        (section, "100%正确", ""),
        (other, "另一节", "PYTHON"),
        (SectionFactory(), "别的课", "python"),
    ):
        QuestionFactory(user=student, section=where, title=title, text=text)
    course = section.chapter.course_id
    assert titles(student_api, f"course={course}&search=python") == ["另一节", "如何安装"]
    assert titles(student_api, f"section={section.pk}&search=python") == ["如何安装"]
    assert titles(student_api, f"course={course}&search=%25") == ["100%正确"]
    # Words are found wherever each stands, and full width letters as others.
    assert titles(student_api, f"course={course}&search=python 安装") == ["如何安装"]
    assert titles(student_api, f"course={course}&search=　ｐｙｔｈｏｎ　3 ") == ["如何安装"]
    assert titles(student_api, f"course={course}&search=python 正确") == []
    assert titles(student_api, f"course={course}&search=_") == []
    assert titles(student_api, f"course={course}") == ["另一节", "100%正确", "如何安装"]


def test_search_finds_in_shown_answers(student, student_api, section, monkeypatch):
    monkeypatch.setattr(question_list, "MAX_SEARCHED", 2)
    few, many, waiting = (
        QuestionFactory(user=student, section=section, title=title) for title in "一二三"
    )
    AnswerFactory(question=few, text="升级 NumPy 就好")
    for text in ("a", "b", "numpy"):
        last = AnswerFactory(question=many, text=text)
    hidden = AnswerFactory(question=waiting, text="numpy")
    Answer.objects.filter(pk=hidden.pk).update(state=PostState.HIDDEN)
    address = f"section={section.pk}&search=numpy"

    # Of a question with so many answers only the accepted one is looked at.
    assert titles(student_api, address) == ["一"]
    Answer.objects.filter(pk=last.pk).update(accepted_for=many)
    assert titles(student_api, address) == ["二", "一"]
    assert titles(student_api, f"{address}&answered=false") == []
    assert titles(student_api, f"course={section.chapter.course_id}&search=numpy") == ["二", "一"]


@pytest.mark.any_database
@pytest.mark.parametrize("address", ["question/mine/", "favourite/", "question/{}/answer/"])
def test_lists_without_filters_refuse_what_they_do_not_know(student, student_api, section, address):
    asked = QuestionFactory(user=student, section=section)
    url = f"{BASE}/{address.format(asked.pk)}"
    assert student_api.get(f"{url}?page=1&page_size=5").status_code == 200
    for query in ("foo=1", "search=x", "page=", "page=1&page=1"):
        answer = student_api.get(f"{url}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, 1000)
        assert list(answer.json()["errors"]) == [query.partition("=")[0]]


def test_the_list_of_a_course_leaves_out_what_stands_in_no_section_of_it(
    student, student_api, section
):
    course = section.chapter.course
    hidden, moved = SectionFactory.create_batch(2, chapter=section.chapter)
    for where in (section, hidden, moved):
        QuestionFactory(user=student, section=where, title=f"问{where.pk}", text="同")
    note = Note.objects.create(user=student, course=course, section=moved, text="记")
    CourseSection.objects.filter(pk=hidden.pk).update(is_show=False)
    CourseSection.objects.filter(pk=moved.pk).update(chapter=SectionFactory().chapter)

    for query in (f"course={course.pk}", f"course={course.pk}&search=同"):
        assert titles(student_api, query) == [f"问{section.pk}"]
    assert len(contradictions()) == 2
    assert moved_sections.repair() == 2
    assert contradictions() == []
    note.refresh_from_db()
    assert note.course != course


@pytest.mark.any_database
def test_rows_of_lists_carry_no_long_texts(student, student_api, section):
    QuestionFactory(user=student, section=section)
    url = f"{BASE}/question/?course={section.chapter.course_id}"

    with CaptureQueriesContext(connection) as asked:
        student_api.get(url)

    read = [row["sql"] for row in asked if "luffy_question" in row["sql"]]
    assert not any(LONG_TEXTS.search(sql) for sql in read)


def test_lists_and_search_go_so_far_and_no_further(student_api, student, section, monkeypatch):
    for name, limit in (("MAX_LISTED", 3), ("MAX_FOUND", 2)):
        monkeypatch.setattr(bounded_list, name, limit)
    for n in range(5):
        QuestionFactory(user=student, section=section, title=f"问{n}")
    data = listed(student_api, f"section={section.pk}&page_size=50").json()["data"]
    assert (data["count"], titles(student_api, f"section={section.pk}")[0]) == (3, "问4")
    assert titles(student_api, f"section={section.pk}&search=问") == ["问4", "问3"]
    assert titles(student_api, f"section={section.pk}&search=问2") == ["问2"]
    assert titles(student_api, f"section={section.pk}&search=问1") == []
    assert listed(student_api, f"section={section.pk}&page=2").status_code == 404
