"""Notes of one's own under sections, and their export."""

import re
from html import unescape

import pytest
from markdown_it import MarkdownIt

from luffy_api.apps.community import notes, personal_data
from luffy_api.apps.community.models import Note, Question
from luffy_api.apps.course.models import CourseSection, Enrollment
from luffy_api.apps.user import account_deletion
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import ChapterFactory, EnrollmentFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BASE = "/api/v1/community"
VIDEO = CourseSection.SectionType.VIDEO


@pytest.fixture
def section(student):
    """A video section of a course that the student has."""
    row = SectionFactory(section_type=VIDEO, name="环境")
    EnrollmentFactory(user=student, course=row.chapter.course)
    return row


def write(client, section, text="装好 3.12", position=65):
    url = f"{BASE}/section/{getattr(section, 'pk', section)}/note/"
    return client.post(url, {"text": text, "position": position}, format="json")


def texts(client, query=""):
    rows = client.get(f"{BASE}/note/{query}").json()["data"]["results"]
    return [row["text"] for row in rows]


def test_a_note_is_written_once_changed_and_deleted(student_api, section):
    note = write(student_api, section).json()["data"]
    assert write(student_api, section).json()["data"] == note
    assert (note["position"], note["section_name"]) == (65, "环境")
    url = f"{BASE}/note/{note['id']}/"
    changed = student_api.put(url, {"text": "装好 3.13"}, format="json").json()["data"]
    assert (changed["text"], changed["position"]) == ("装好 3.13", None)
    assert student_api.delete(url).status_code == 200
    assert student_api.delete(url).status_code == 404
    assert student_api.put(url, {"text": "x"}, format="json").status_code == 404


def test_nobody_else_reads_or_changes_it_and_a_stranger_writes_none(
    api, student_api, stranger_api, section
):
    note = write(student_api, section).json()["data"]
    mate_api = logged_in(EnrollmentFactory(course=section.chapter.course).user)
    for client in (mate_api, stranger_api):
        assert texts(client, f"?section={section.pk}") == []
        assert (
            client.put(f"{BASE}/note/{note['id']}/", {"text": "x"}, format="json").status_code
            == 404
        )
        assert client.delete(f"{BASE}/note/{note['id']}/").status_code == 404
        assert client.get(f"{BASE}/course/{note['course']}/notes/").status_code == 404
    assert write(stranger_api, section).status_code == 403
    assert write(api, section).status_code == 401
    assert write(stranger_api, 2**63).status_code == 404
    assert student_api.get(f"{BASE}/course/{2**63}/notes/").status_code == 404
    assert Note.objects.get().text == "装好 3.12"


def test_what_is_no_note_is_refused(student_api, section):
    for text, position in (
        *(("", None), (" ", None), ("x" * 2001, None), (None, None), (["x"], 1), ("a\0b", 1)),
        *(("x", -1), ("x", 10**30), ("x", "一"), ("x", 24 * 3600 + 1)),
    ):
        assert write(student_api, section, text, position).status_code == 400, (text, position)
    for query in ("?course=x", "?section=", "?course=0", "?y=1"):
        assert student_api.get(f"{BASE}/note/{query}").status_code == 400, query
    CourseSection.objects.filter(pk=section.pk).update(section_type=0)
    assert write(student_api, section).status_code == 400
    assert write(student_api, section, position=None).status_code == 201


def test_a_course_has_so_many_and_no_more(student_api, section, monkeypatch):
    monkeypatch.setattr(notes, "MAX_NOTES", 2)
    codes = [write(student_api, section, f"{n}").status_code for n in range(3)]
    assert codes == [201, 201, 409]


def test_lists_are_by_section_and_course_and_cost_the_same(
    student, student_api, section, django_assert_num_queries
):
    other = SectionFactory(chapter=section.chapter, section_type=VIDEO)
    for place, text, position in (
        *((section, "后", 90), (section, "先", 5), (other, "另一节", None)),
    ):
        write(student_api, place, text, position)
    elsewhere = SectionFactory()
    EnrollmentFactory(user=student, course=elsewhere.chapter.course)
    write(student_api, elsewhere, "别的课", None)
    for query, found in (
        (f"?section={section.pk}", ["先", "后"]),
        (f"?course={section.chapter.course_id}", ["另一节", "先", "后"]),
        ("", ["别的课", "另一节", "先", "后"]),
        ("?page_size=1", ["别的课"]),
        (f"?section={2**63 - 1}", []),
    ):
        with django_assert_num_queries(4 if found else 2):
            assert texts(student_api, query) == found


def test_a_time_mark_is_not_behind_the_end_of_the_video(student, student_api, section):
    CourseSection.objects.filter(pk=section.pk).update(duration=10)
    assert write(student_api, section, position=24 * 3600).json()["data"]["position"] == 10
    # Not known yet, as long as it is being processed.
    CourseSection.objects.filter(pk=section.pk).update(duration=0)
    assert write(student_api, section, "b", 3600).json()["data"]["position"] == 3600
    asked = {"title": "为什么？", "position": 24 * 3600}
    CourseSection.objects.filter(pk=section.pk).update(duration=10)
    url = f"{BASE}/section/{section.pk}/question/"
    for _ in range(2):
        answer = student_api.post(url, asked, format="json")
        assert answer.json()["data"]["position"] == 10
    assert Question.objects.count() == 1


def test_an_export_follows_the_outline(student, student_api, section):
    course = section.chapter.course
    course.name = "Python 入门"
    course.save()
    later = ChapterFactory(course=course, chapter=section.chapter.chapter + 1, name="函数")
    second = SectionFactory(chapter=later, section_type=VIDEO, name="参数", duration=4000)
    for place, text, position in (
        *((second, "默认值只算一次", 3725), (section, "第一行\n\n第二行", 65)),
        (section, "没有时间", None),
    ):
        write(student_api, place, text, position)
    Enrollment.objects.filter(user=student).delete()

    answer = student_api.get(f"{BASE}/course/{course.pk}/notes/")

    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert answer.content.decode() == (
        f"# Python 入门\n\n## {section.chapter}\n\n### 环境\n\n- 没有时间\n"
        f"- **1:05** 第一行\n\n  第二行\n\n## {later}\n\n### 参数\n\n- **1:02:05** 默认值只算一次\n"
    )


WRITTEN = [
    "构造函数是 __init__，不是 _init_",
    "2*3*4 = 24，**不是**幂",
    "用 <div> 和 vector<int> v，<script>alert(1)</script>",
    r"C:\temp\*new，行尾的反斜杠\\",
    "第一行\n第二行\n第三行",
    "段一\n\n段二\n接着",
    "def f():\n    return 1",
    "    已缩进\n```\n里面有围栏\n```",
    "# 不是标题\n## 也不是\n- 不是列表\n+ 加\n1. 不是编号\n2) 也不是\n> 引用\n===\n---",
    "`code` ``x`` ~~删~~ ~~~\n| a | b |\n|---|---|",
    "[链接](http://example.com) ![图](a.png) &lt; &amp; &#35;",
    "C#、C++、a_b_c、*args, **kwargs",
    "```python\nprint(1)\n```",
]


@pytest.mark.every_database
@pytest.mark.parametrize("position", [None, 65])
def test_an_export_says_what_was_written_letter_by_letter(student, student_api, section, position):
    section.name = "__init__ 方法 <T> C#"
    section.save()
    for text in WRITTEN:
        row = Note.objects.create(
            user=student,
            course=section.chapter.course,
            section=section,
            text=text,
            position=position,
        )
        url = f"{BASE}/course/{row.course_id}/notes/"
        html = MarkdownIt("commonmark").render(student_api.get(url).content.decode())
        plain = unescape(re.sub("<[^>]*>", "", html.split("</h3>")[1].replace("</p>\n<p>", "\n\n")))
        mark = "" if position is None else "1:05"
        assert plain.strip("\n").removeprefix(mark).strip("\n").strip(" ") == text.strip(" "), text
        assert "<h3>__init__ 方法 &lt;T&gt; C#</h3>" in html
        row.delete()


def test_they_are_exported_with_the_account_and_go_with_it(student, student_api, section):
    write(student_api, section)
    [row] = personal_data.notes(student.pk)
    assert (row["section"], row["position"]) == ("环境", 65)
    account_deletion.close(student.pk)
    assert not Note.objects.exists()
