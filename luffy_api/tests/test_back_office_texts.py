"""Texts on the back office's forms: cleaned with a word, and never converted in silence."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages

from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.apps.school.models import Announcement
from luffy_api.tests.back_office import form_of, page, save
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, SectionFactory
from luffy_api.tests.people import staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

DIRTY = '<p onclick="x()">字</p><script>alert(1)</script>'


def document(**fields):
    return SectionFactory(**{"section_type": 0, "video": "", "content": "**重**", **fields})


def announcement(**fields):
    return Announcement.objects.create(title="通知", **{"text": "**重**", **fields})


def messages_of(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def errors_of(answer):
    return answer.context["adminform"].form.errors


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: CourseFactory(), "detail"),
        (lambda: document(content_format="html"), "content"),
        (lambda: document(content_format="html"), "answer"),
        (lambda: announcement(content_format="html"), "text"),
    ],
    ids=["course", "document", "answer", "announcement"],
)
def test_what_is_removed_is_said(admin_client, make, field):
    row = make()

    answer = save(admin_client, row, **{field: DIRTY})

    row.refresh_from_db()
    assert getattr(row, field) == "<p>字</p>"
    said = "保存时去掉了不允许的内容：标签 script；属性 onclick（p）"
    assert said in messages_of(answer)


def test_names_of_tags_are_no_tags_on_the_page(admin_client):
    course = CourseFactory()

    save(admin_client, course, detail="<p>a</p><x&lt;img/src=x&gt;>b")
    html = admin_client.get(page(Course, "changelist")).content.decode()

    assert "<img/src" not in html


def test_markdown_is_kept_as_it_is_and_what_is_not_shown_is_said(admin_client):
    row = announcement()

    answer = save(admin_client, row, text="<b>x</b> ![](https://evil.example/a.png)")

    row.refresh_from_db()
    assert row.text == "<b>x</b> ![](https://evil.example/a.png)"
    assert messages_of(answer)[0] == "网站上不会显示文字里的这些内容：标签 img"


def test_a_text_that_nobody_changes_stays_as_it_is(admin_client):
    old = "旧的一行\r\n<div>另一行</div>"
    course = CourseFactory(detail=old)

    answer = save(admin_client, course, brief="新")

    course.refresh_from_db()
    assert (course.detail, course.brief) == (old, "新")
    assert not [each for each in messages_of(answer) if "去掉" in each]


def test_plain_lines_of_a_course_keep_their_breaks(admin_client, api):
    course = CourseFactory(detail="第一行\n第二行")
    detail = api.get(f"/api/v1/course/{course.pk}/").json()["data"]["detail"]
    assert detail == "<p>第一行<br>第二行</p>"

    save(admin_client, course, detail="一\r\n二\r\n\r\n三")

    course.refresh_from_db()
    assert course.detail == "<p>一<br>二</p>\n<p>三</p>"


def test_students_see_both_formats(student, student_api):
    section = document(content="## 题", answer="", content_format="markdown")
    EnrollmentFactory(user=student, course=section.chapter.course)
    course = CourseFactory(detail="## 题", content_format="markdown")
    shown = announcement(text="<h2>题</h2><script>x</script>", content_format="html")
    url = f"/api/v1/course/section/{section.pk}/content/"

    assert student_api.get(url).json()["data"]["html"] == "<h2>题</h2>"
    CourseSection.objects.update(content="<h2>新</h2><i>x</i>", content_format="html")
    assert student_api.get(url).json()["data"]["html"] == "<h2>新</h2><i>x</i>"
    for path, key in [
        (f"course/{course.pk}/", "detail"),
        (f"home/announcement/{shown.pk}/", "html"),
    ]:
        assert student_api.get(f"/api/v1/{path}").json()["data"][key] == "<h2>题</h2>"


@pytest.mark.parametrize("switch", [{}, {"content_format-switch": "x"}])
def test_another_format_asks_what_happens_to_the_text(admin_client, switch):
    row = announcement()

    answer = save(admin_client, row, content_format="html", **switch)

    assert "请选择" in errors_of(answer)["content_format"][0]
    row.refresh_from_db()
    assert (row.text, row.content_format) == ("**重**", "markdown")
    assert "data-text-switch" in answer.content.decode()


def test_a_text_may_be_kept_as_it_is(admin_client):
    row = announcement()

    save(admin_client, row, content_format="html", **{"content_format-switch": "keep"})

    row.refresh_from_db()
    assert (row.text, row.content_format) == ("<p>**重**</p>", "html")


def test_a_text_is_converted_shown_and_saved_only_then(admin_client):
    row = document(answer="*2*")

    answer = save(admin_client, row, content_format="html", **{"content_format-switch": "convert"})

    form = answer.context["adminform"].form
    assert (form["content"].value(), form["answer"].value()) == (
        "<p><strong>重</strong></p>",
        "<p><em>2</em></p>",
    )
    assert "还没有保存" in errors_of(answer)["content_format"][0]
    row.refresh_from_db()
    assert row.content_format == "markdown"

    shown = {name: form[name].value() for name in ("content", "answer", "content_format")}
    save(admin_client, row, **shown, **{"content_format-switch": "keep"})

    row.refresh_from_db()
    assert (row.content, row.content_format) == ("<p><strong>重</strong></p>", "html")


def test_what_a_conversion_loses_is_said(admin_client):
    row = announcement(text="", content_format="html")

    answer = save(
        admin_client,
        row,
        text=DIRTY,
        content_format="markdown",
        **{"content_format-switch": "convert"},
    )

    assert errors_of(answer)["text"] == ["转换时去掉了：标签 script；属性 onclick（p）"]
    assert answer.context["adminform"].form["text"].value() == "字"


def test_without_a_text_there_is_nothing_to_ask(admin_client):
    row = announcement(text="")

    save(admin_client, row, content_format="html")

    row.refresh_from_db()
    assert row.content_format == "html"


@pytest.mark.parametrize("content_format", ["", "rtf", "html\0", "HTML"])
def test_there_are_no_other_formats(admin_client, content_format):
    row = announcement()

    answer = save(admin_client, row, content_format=content_format)

    assert "content_format" in errors_of(answer)


@pytest.mark.every_database
def test_a_text_that_is_too_long_is_refused_in_words(admin_client):
    row = announcement()

    answer = save(admin_client, row, text="x" * 100_001)

    assert errors_of(answer)["text"] == ["文字不能超过 100000 个字符，现在有 100001 个"]


def test_two_people_who_change_text_and_format_are_asked(admin_client):
    row = announcement()
    url = page(Announcement, "change", row.pk)
    opened = form_of(admin_client, url)
    Announcement.objects.update(text="<p>别人</p>", content_format="html")

    answer = admin_client.post(url, {**opened, "text": "我的"})

    assert {"text", "content_format"} <= set(errors_of(answer))
    row.refresh_from_db()
    assert row.text == "<p>别人</p>"


def test_a_new_row_begins_with_the_editor(admin_client):
    for model in (Announcement, Course, CourseSection):
        form = admin_client.get(page(model, "add")).context["adminform"].form
        assert form["content_format"].value() == "html"

    data = form_of(admin_client, page(Announcement, "add"))
    answer = admin_client.post(
        page(Announcement, "add"), {**data, "title": "新", "text": "a\nb", "orders": 1}
    )

    assert answer.status_code == 302, errors_of(answer)
    row = Announcement.objects.get()
    assert (row.text, row.content_format) == ("<p>a<br>b</p>", "html")


def test_who_may_only_look_sees_the_format(client):
    row, user = announcement(), staff()
    user.user_permissions.set(Permission.objects.filter(codename="view_announcement"))
    client.force_login(user)

    html = client.get(page(Announcement, "change", row.pk)).content.decode()

    assert "Markdown" in html
    assert "data-rich-text" not in html


def test_the_page_loads_the_editor(admin_client):
    html = admin_client.get(page(Course, "add")).content.decode()

    assert 'src="/back-office/text.js"' in html
    assert "/back-office/text.css" in html
