"""Chapters and sections come in from tables."""

import pytest

from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.apps.dashboard.tests.sheets import COURSE, applied, changes, checked, errors, xlsx
from luffy_api.tests.factories import CategoryFactory, CourseFactory, SectionFactory, TeacherFactory

pytestmark = pytest.mark.django_db

OUTLINE = ["课程", "第几章", "章节标题", "课时标题", "课时种类", "可试看", "文字内容"]


def outline_file(*outline):
    row = ["入门", "Python", "林知夏", 99, None]
    return xlsx(课程=[COURSE, row], 大纲=[OUTLINE, *outline])


@pytest.mark.any_database
def test_texts_of_an_outline_have_their_format():
    CourseFactory(name="入门")
    heading = [*OUTLINE[:5], "文字格式", "文字内容", "参考答案"]
    rows = [
        ["入门", 1, "基础", "甲", "文档", "富文本", "<p>一</p><script>x</script>", None],
        ["入门", 1, None, "乙", "练习", None, "# <p>", "*2*"],
    ]

    applied("outline", xlsx(heading, *rows))

    found = CourseSection.objects.order_by("id").values_list("content_format", "content", "answer")
    assert [*found] == [("html", "<p>一</p>", ""), ("markdown", "# <p>", "*2*")]


@pytest.mark.any_database
def test_an_outline_changes_what_is_there():
    section = SectionFactory(name="变量")
    course = section.chapter.course

    row = [section.pk, course.pk, section.chapter.chapter, "新名", "变量与类型"]
    heading = ["课时编号", "课程", "第几章", "章节标题", "课时标题"]
    job = applied("outline", xlsx(heading, row))

    section.refresh_from_db()
    assert (section.name, section.chapter.name) == ("变量与类型", "新名")
    assert [each[0] for each in changes(job)[2]] == ["章节标题", "课时标题"]
    assert section.is_playable


@pytest.mark.any_database
def test_faults_of_an_outline_are_told():
    course = CourseFactory(name="入门")
    other = SectionFactory()
    rows = [
        ["入门", 1, None, "变量"],
        ["无名", 1, "基础", "变量"],
        ["入门", 2, "进阶", "类"],
        ["入门", 2, "别名", "函数"],
        ["入门", "一", "基础", "变量"],
        ["入门", 2, None, "类"],
    ]
    job = checked("outline", xlsx(["课程", "第几章", "章节标题", "课时标题"], *rows))
    foreign = [other.pk, "入门", 3, "三", "x"]
    second = checked("outline", xlsx(["编号", "课程", "第几章", "章节标题", "课时标题"], foreign))

    found = errors(job)
    assert {number: list(each) for number, each in found.items()} == {
        2: ["chapter_name"],
        3: ["course"],
        5: ["chapter_name"],
        6: ["chapter"],
        7: [""],
    }
    assert list(errors(second)[2]) == ["id"]
    assert not course.coursechapters.exists()


def test_courses_come_with_their_outlines_in_one_workbook():
    CategoryFactory(name="Python")
    TeacherFactory(name="林知夏")

    job = applied(
        "courses",
        outline_file(
            ["入门", 1, "基础", "变量", "视频", "是", None],
            ["入门", 1, None, "练习一", "练习", "否", "写一个函数"],
            ["入门", 2.0, "进阶", None, None, None, None],
        ),
    )

    course = Course.objects.get()
    outline = [
        (chapter.chapter, chapter.name, [each.name for each in chapter.coursesections.all()])
        for chapter in course.coursechapters.all()
    ]
    assert outline == [(1, "基础", ["变量", "练习一"]), (2, "进阶", [])]
    assert CourseSection.objects.get(name="变量").free_trail
    assert (course.sections, course.pub_sections) == (2, 1)
    assert job.summary["applied"] == 4


@pytest.mark.any_database
def test_every_wrong_cell_of_a_row_is_told():
    section = SectionFactory()
    row = [section.chapter.course.pk, 1.5, "基础", "甲", "电影", "随便", None]

    job = checked("outline", xlsx(OUTLINE, row))

    assert sorted(errors(job)[2]) == ["chapter", "free_trail", "section_type"]
