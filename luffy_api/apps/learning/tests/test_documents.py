"""GET course/section/{id}/content/ and course/{id}/attachment/."""

import time
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from luffy_api.libs.markdown import document_to_html, to_html
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, SectionFactory
from luffy_api.tests.private_files import store

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DOCUMENT, EXERCISE = 0, 1


def read(client, section):
    return client.get(f"/api/v1/course/section/{section.pk}/content/")


@pytest.mark.every_database
def test_a_document_of_a_trial_is_for_everyone(api):
    section = SectionFactory(
        section_type=DOCUMENT, video="", content="# 题\n\n**重点** `x`", free_trail=True
    )
    data = read(api, section).json()["data"]
    assert data == {
        "section_type": 0,
        "html": "<h2>题</h2>\n<p><strong>重点</strong> <code>x</code></p>",
        "answer_html": "",
        "own_answer": "",
    }


@pytest.mark.every_database
def test_an_exercise_comes_with_its_answer_apart(student, student_api):
    section = SectionFactory(section_type=EXERCISE, video="", content="1+1?", answer="*2*")
    EnrollmentFactory(user=student, course=section.chapter.course)
    data = read(student_api, section).json()["data"]
    assert (data["html"], data["answer_html"]) == ("<p>1+1?</p>", "<p><em>2</em></p>")


@pytest.mark.every_database
def test_who_has_not_bought_reads_nothing(api, stranger_api):
    section = SectionFactory(section_type=DOCUMENT, video="", content="秘密")
    assert read(api, section).status_code == 401
    answer = read(stranger_api, section)
    assert (answer.status_code, answer.json()["code"]) == (403, 3001)
    assert "秘密" not in answer.content.decode()


@pytest.mark.parametrize("fields", [{"section_type": 2}, {"content": "  \n"}])
def test_a_video_and_an_empty_document_have_no_text(api, fields):
    section = SectionFactory(
        **{"section_type": DOCUMENT, "video": "", "content": "x", "free_trail": True, **fields}
    )
    answer = read(api, section)
    assert (answer.status_code, answer.json()["code"]) == (404, 3003)


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "![x](https://evil.example/pixel.png)",
        "![x](//evil.example/pixel.png)",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "<iframe src='https://evil.example'></iframe>",
        "<style>body{display:none}</style>",
        '```"><script>alert(1)</script>\nx\n```',
        "<a href='x' onclick='y'>z</a>",
    ],
)
def test_nothing_in_it_runs_or_calls_another_site(markdown):
    seen = Tags()
    seen.feed(to_html(markdown))
    assert seen.tags <= {"p", "a", "img", "pre", "code"}
    assert seen.attributes <= {("a", "rel"), ("img", "alt")}


class Tags(HTMLParser):
    """What a browser would make of a text."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}


def test_links_pictures_of_ours_tables_and_code_stay():
    html = to_html(
        "[站](https://example.com) ![图](/media/a.png)\n\n|a|b|\n|-|-|\n|1|2|\n\n```python\nx\n```"
    )
    assert '<a href="https://example.com" rel="noopener noreferrer nofollow">站</a>' in html
    assert '<img src="/media/a.png" alt="图">' in html
    assert "<td>1</td>" in html
    assert '<code class="language-python">' in html


def attachment(client, course):
    return client.get(f"/api/v1/course/{course.pk}/attachment/")


@pytest.mark.every_database
def test_who_bought_downloads_the_attachment(student, student_api, folders):
    store(folders, "course/attachments/路飞 课件.png", b"PNG")
    course = CourseFactory(attachment_path="course/attachments/路飞 课件.png")
    EnrollmentFactory(user=student, course=course)
    data = attachment(student_api, course).json()["data"]
    assert data["name"] == "路飞 课件.png"
    served = student_api.get(data["url"])
    assert b"".join(served.streaming_content) == b"PNG"
    # A picture, too, is saved and not shown at the shop's own address.
    name = quote("路飞 课件.png")
    assert served["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"


@pytest.mark.every_database
def test_after_a_refund_nothing_is_downloaded(student, student_api, folders):
    store(folders, "a.zip")
    enrollment = EnrollmentFactory(user=student, course__attachment_path="a.zip")
    assert attachment(student_api, enrollment.course).status_code == 200
    enrollment.delete()
    answer = attachment(student_api, enrollment.course)
    assert (answer.status_code, answer.json()["code"]) == (403, 3001)


@pytest.mark.every_database
def test_who_has_not_bought_does_not(api, stranger_api, folders):
    store(folders, "a.zip")
    course = CourseFactory(attachment_path="a.zip")
    assert attachment(api, course).status_code == 401
    assert attachment(stranger_api, course).status_code == 403


@pytest.mark.parametrize("name", ["", "gone.zip"])
def test_a_course_without_an_attachment(student, student_api, folders, name):
    course = EnrollmentFactory(user=student, course__attachment_path=name).course
    answer = attachment(student_api, course)
    assert (answer.status_code, answer.json()["msg"]) == (404, "该课程没有课件")
    assert attachment(student_api, CourseFactory(is_show=False)).status_code == 404


def lesson(markdown):
    return document_to_html(markdown, part="text")


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**重点：**请看", "<strong>重点：</strong>请看"),
        ("请看**“重点”**部分", "请看<strong>“重点”</strong>部分"),
        ("这是**API（接口）**的用法", "这是<strong>API（接口）</strong>的用法"),
        ("这是**API(接口)**的用法", "这是<strong>API(接口)</strong>的用法"),
        ("使用**`print`**输出", "使用<strong><code>print</code></strong>输出"),
        ("*强调，*然后", "<em>强调，</em>然后"),
        ("~~旧价：~~新价", "<s>旧价：</s>新价"),
        ("2 ** 3 ** 2", "2 ** 3 ** 2"),
        ("snake_case_name", "snake_case_name"),
        ("**bold**text", "<strong>bold</strong>text"),
        ("a**(b)**c", "a**(b)**c"),
    ],
)
def test_bold_stands_beside_chinese_punctuation(markdown, html):
    assert to_html(markdown) == lesson(markdown) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("　　一\n　　二", "<p>　　一<br>\n　　二</p>"),
        ("　　**一**  \n　　二", "<p>　　<strong>一</strong><br>\n　　二</p>"),
        ("> 　　一", "<blockquote>\n<p>　　一</p>\n</blockquote>"),
        ("- 一\n\n  　　二", "<ul>\n<li>\n<p>一</p>\n<p>　　二</p>\n</li>\n</ul>"),
        ("一　　一", "<p>一　　一</p>"),
        ("　　", "<p></p>"),
    ],
)
def test_paragraphs_keep_their_wide_blanks(markdown, html):
    assert to_html(markdown) == lesson(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("设$a*b*c$为", '<p>设<span class="math">a*b*c</span>为</p>'),
        (r"$\frac{a}{b} \\ c$", r'<p><span class="math">\frac{a}{b} \\ c</span></p>'),
        ("设$$x$$为", '<p>设<span class="math">x</span>为</p>'),
        ("原价 $$6 和 $5", "<p>原价 $$6 和 $5</p>"),
        ("$a<b>c$", '<p><span class="math">a&lt;b&gt;c</span></p>'),
        ("$$\na \\\\\nb\n$$", '<div class="math math--block">a \\\\\nb</div>'),
        ("从 $5 到 $10，或 $20", "<p>从 $5 到 $10，或 $20</p>"),
        (r"\$a$", "<p>$a$</p>"),
        ("`$a$`", "<p><code>$a$</code></p>"),
    ],
)
def test_formulas_stay_as_they_were_written(markdown, html):
    assert lesson(markdown) == html


def test_texts_of_the_school_know_no_formulas():
    assert to_html("$a$ 与 $b$") == "<p>$a$ 与 $b$</p>"


def test_tasks_have_boxes_that_nobody_ticks():
    html = lesson("- [x] 看视频\n- [ ] 做练习")
    assert html.count('disabled="disabled" type="checkbox"') == 2
    assert html.count('checked="checked"') == 1
    assert '<ul class="contains-task-list">' in html


def test_footnotes_of_text_and_answer_are_told_apart(api):
    section = SectionFactory(
        section_type=EXERCISE,
        video="",
        content="题[^1]\n\n[^1]: 出处",
        answer="答[^1]\n\n[^1]: 说明",
        free_trail=True,
    )
    data = read(api, section).json()["data"]
    assert 'href="#fn-text-1"' in data["html"]
    assert 'id="fn-text-1"' in data["html"]
    assert 'href="#fnref-answer-1"' in data["answer_html"]


FOOTNOTES = {"a", "sup", "hr", "section", "ol"}


@pytest.mark.parametrize(
    "markdown",
    [
        "$<script>alert(1)</script>$",
        "$$\n<img src=x onerror=alert(1)>\n$$",
        '[^"><script>]: x\n\nx[^"><script>]',
        "- [x] <input type=text autofocus onfocus=alert(1)>",
        '```math"><script>alert(1)</script>\nx\n```',
    ],
)
def test_nothing_runs_in_what_lessons_have_besides(markdown):
    seen = Tags()
    seen.feed(lesson(markdown))
    assert seen.tags <= {"p", "span", "div", "ul", "li", "input", "pre", "code"} | FOOTNOTES
    names = {name for _, name in seen.attributes}
    assert names <= {"class", "id", "href", "rel", "type", "disabled", "checked"}


@pytest.mark.parametrize(
    "markdown", ["$" * 5000, "*" * 5000, "[^" * 3000, "**：" * 3000, "- [ ] " * 500]
)
def test_a_text_of_nothing_but_marks_is_read_in_time(markdown):
    began = time.monotonic()
    lesson(markdown)
    assert time.monotonic() - began < 5
