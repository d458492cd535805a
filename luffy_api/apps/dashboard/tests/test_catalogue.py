"""Categories, teachers, courses with outlines, and discounts come in and go out."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from luffy_api.apps.course import on_sale
from luffy_api.apps.course.models import (
    CatalogueEvent,
    Course,
    CourseCategory,
    CourseChapter,
    CourseDiscount,
    CourseSection,
    Teacher,
)
from luffy_api.apps.dashboard.imports import widgets
from luffy_api.apps.dashboard.models import Import
from luffy_api.apps.dashboard.tests import sheets
from luffy_api.apps.dashboard.tests.sheets import applied, changes, checked, errors, xlsx
from luffy_api.tests.factories import (
    CategoryFactory,
    ChapterFactory,
    CourseFactory,
    DiscountFactory,
    SectionFactory,
    TeacherFactory,
)

pytestmark = pytest.mark.django_db

COURSE = ["课程名称", "分类", "讲师", "价格", "发布日期"]
OUTLINE = ["课程", "第几章", "章节标题", "课时标题", "课时种类", "可试看", "文字内容"]


def test_rows_are_added_changed_and_left_as_they_are():
    old = CategoryFactory(name="Python", orders=5)
    same = CategoryFactory(name="Linux", orders=7)

    rows = [[None, "Python", 1], [same.pk, "Linux", 7.0], [None, "前端", None]]
    job = applied("categories", xlsx(["编号", "名称", "排序"], *rows))

    assert (job.summary["added"], job.summary["changed"], job.summary["same"]) == (1, 1, 1)
    assert changes(job)[2] == [["排序", "5", "1"]]
    old.refresh_from_db()
    assert old.orders == 1
    assert CourseCategory.objects.get(name="前端").orders == 100


def test_an_id_renames_and_an_unknown_one_is_told():
    row = CategoryFactory(name="Pyton")

    applied("categories", xlsx(["编号", "名称"], [row.pk, "Python"]))
    job = checked("categories", xlsx(["编号", "名称"], [row.pk + 1, "Linux"], ["x", "Go"]))

    row.refresh_from_db()
    assert row.name == "Python"
    assert [list(each) for each in errors(job).values()] == [["id"], ["id"]]


def test_a_name_that_another_category_has_is_told():
    first, _ = CategoryFactory(name="Python"), CategoryFactory(name="Linux")

    job = checked("categories", xlsx(["编号", "名称"], [first.pk, "Linux"]))

    assert "已有分类“Linux”" in errors(job)[2]["name"][0]


def test_of_two_teachers_of_one_name_the_id_says_which():
    TeacherFactory.create_batch(2, name="王伟")

    job = checked("teachers", xlsx(["姓名", "职位"], ["王伟", "讲师"]))

    assert "请填写编号" in errors(job)[2]["name"][0]


def test_history_events_and_listing_follow():
    CategoryFactory(name="Python")
    TeacherFactory(name="林知夏")
    CatalogueEvent.objects.all().delete()

    row = ["入门", "Python", "林知夏", 99.0, date(2026, 1, 5)]
    job = applied("courses", xlsx([*COURSE, "状态"], [*row, "预上线"]))

    course = Course.objects.get()
    assert course.is_listed
    assert str(course.current_price) == "99.00"
    events = CatalogueEvent.objects.filter(subject=CatalogueEvent.Subject.COURSE)
    assert set(events.values_list("object_id", flat=True)) == {course.pk}
    entry = LogEntry.objects.get(content_type__model="course")
    assert (entry.object_id, entry.is_addition()) == (str(course.pk), True)
    assert entry.change_message.startswith(f"导入 #{job.pk}：课程名称 入门")


def test_a_new_course_is_a_draft_and_cannot_be_put_on_sale_at_once():
    CategoryFactory(name="Python")
    TeacherFactory(name="林知夏")
    row = ["入门", "Python", "林知夏", 99, None]

    job = checked("courses", xlsx([*COURSE, "状态"], [*row, "上线"]))
    applied("courses", xlsx(COURSE, row))

    assert errors(job)[2] == {"status": [on_sale.NOTHING_TO_LEARN, on_sale.NO_COVER]}
    assert Course.objects.get().status == Course.Status.OFFLINE


@pytest.mark.any_database
def test_a_course_that_can_be_sold_is_put_on_sale():
    course = CourseFactory(course_img="course/covers/a.webp", status=Course.Status.OFFLINE)
    SectionFactory(course=course)
    row = [course.pk, course.name, course.course_category.pk, course.teacher.pk]

    applied("courses", xlsx(["编号", *COURSE[:3], "状态"], [*row, "上线"]))
    free = checked("courses", xlsx(["编号", *COURSE[:3], "价格"], [*row, 0]))

    course.refresh_from_db()
    assert course.status == Course.Status.ONLINE
    assert errors(free)[2] == {"price": [on_sale.NOT_CONFIRMED]}


def test_a_free_course_costs_nothing_and_unknown_names_are_told():
    CategoryFactory(name="Python")
    row = ["入门", "Python", "无名", 99, None]

    job = checked("courses", xlsx([*COURSE, "课程种类"], [*row, "免费课"]))
    TeacherFactory(name="无名")
    later = checked("courses", xlsx([*COURSE, "课程种类"], [*row, "免费课"]))

    assert errors(job) == {2: {"teacher": ["没有讲师“无名”"]}}
    assert errors(later) == {2: {"price": ["免费课的价格必须为 0"]}}


def test_a_price_for_members_comes_and_goes():
    course = CourseFactory(price="99.00", vip_price="59.00")
    row = [course.pk, course.name, course.course_category.pk, course.teacher.pk]
    heads = ["编号", *COURSE[:3], "价格", "会员价"]

    for price, wrong in ((99, 99), (99, 0), (50, 59)):
        job = checked("courses", xlsx(heads, [*row, price, wrong]))
        assert "vip_price" in errors(job)[2], (price, wrong)
    applied("courses", xlsx(heads, [*row, 99, "49.50"]))
    course.refresh_from_db()
    assert course.vip_price == Decimal("49.50")
    applied("courses", xlsx(heads, [*row, 99, None]))

    course.refresh_from_db()
    assert course.vip_price is None


def test_a_study_period_comes_and_goes():
    course = CourseFactory()
    row = [course.pk, course.name, course.course_category.pk, course.teacher.pk]
    heads = ["编号", *COURSE[:3], "学习期限"]

    for wrong in (0, 121, "半年", "1.5"):
        assert "study_months" in errors(checked("courses", xlsx(heads, [*row, wrong])))[2], wrong
    for months in (6, None):
        applied("courses", xlsx(heads, [*row, months]))
        course.refresh_from_db()
        assert course.study_months == months


@pytest.mark.any_database
def test_html_is_cleaned_and_an_old_price_rule_spares_rows_that_stay():
    course = CourseFactory()
    heading = ["编号", "课程名称", "分类", "讲师", "详情介绍"]
    row = [course.pk, course.name, course.course_category.name, course.teacher.name]

    applied("courses", xlsx(heading, [*row, "<p>好</p><script>x()</script>"]))

    course.refresh_from_db()
    assert course.detail == "<p>好</p>"


COURSE_TEXT = ["编号", "课程名称", "分类", "讲师", "文字格式", "详情介绍"]


def text_row(course, *texts):
    return [course.pk, course.name, course.course_category.pk, course.teacher.pk, *texts]


@pytest.mark.any_database
def test_what_cleaning_removes_stands_among_the_changes():
    course = CourseFactory()

    job = checked("courses", xlsx(COURSE_TEXT, text_row(course, None, "<p onclick=x>好</p>")))

    assert changes(job)[2] == [
        ["详情介绍", course.detail, "<p>好</p>"],
        ["不允许而去掉的内容", "", "属性 onclick（p）"],
    ]


@pytest.mark.any_database
def test_a_format_comes_with_its_text_and_never_alone():
    course = CourseFactory(detail="<p>旧</p>")

    alone = checked("courses", xlsx(COURSE_TEXT, text_row(course, "markdown", "<p>旧</p>")))
    applied("courses", xlsx(COURSE_TEXT, text_row(course, "Markdown", "# <b>新</b>")))
    unknown = checked("courses", xlsx(COURSE_TEXT, text_row(course, "rtf", "x")))

    assert list(errors(alone)[2]) == ["content_format"]
    assert list(errors(unknown)[2]) == ["content_format"]
    course.refresh_from_db()
    assert (course.detail, course.content_format) == ("# <b>新</b>", "markdown")


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


def outline_file(*outline):
    row = ["入门", "Python", "林知夏", 99, None]
    return xlsx(课程=[COURSE, row], 大纲=[OUTLINE, *outline])


@pytest.mark.any_database
def test_every_wrong_cell_of_a_row_is_told():
    section = SectionFactory()
    row = [section.chapter.course.pk, 1.5, "基础", "甲", "电影", "随便", None]

    job = checked("outline", xlsx(OUTLINE, row))

    assert sorted(errors(job)[2]) == ["chapter", "free_trail", "section_type"]


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


@pytest.mark.any_database
def test_a_discount_takes_its_courses_and_prices_follow():
    first, second = CourseFactory(name="甲、乙", price=100), CourseFactory(name="丙", price=100)
    now = timezone.localtime()
    heading = ["活动名称", "优惠类型", "优惠值", "开始时间", "结束时间", "参与课程"]
    start, end = (now - timezone.timedelta(days=1)), (now + timezone.timedelta(days=1))
    times = [each.replace(tzinfo=None, microsecond=0) for each in (start, end)]

    applied("discounts", xlsx(heading, ["八折", "限时折扣", "8折", *times, "甲、乙\n丙"]))

    discount = CourseDiscount.objects.get()
    assert str(discount.value) == "0.80"
    assert set(discount.courses.all()) == {first, second}
    first.refresh_from_db()
    assert str(first.current_price) == "80.00"


def test_a_discount_with_more_courses_than_a_query_takes_is_applied_all_the_same(monkeypatch):
    monkeypatch.setattr(widgets, "WORDS", 2)
    courses = CourseFactory.create_batch(5)
    heading = ["活动名称", "优惠类型", "优惠值", "开始时间", "结束时间", "参与课程"]
    times = ["2030-01-01", "2030-02-01"]
    named = [str(courses[0].pk), *(course.name for course in courses[1:])]

    applied("discounts", xlsx(heading, ["八折", "限时折扣", "8折", *times, "\n".join(named)]))

    assert set(CourseDiscount.objects.get().courses.all()) == set(courses)


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("typed", "value"),
    [(8, "0.80"), (8.5, "0.85"), (85, "0.85"), ("0.8", "0.80"), ("８折", "0.80"), (0.75, "0.75")],
)
def test_a_rate_is_read_as_the_form_reads_it(typed, value):
    heading = ["活动名称", "优惠类型", "优惠值", "开始时间", "结束时间"]
    applied("discounts", xlsx(heading, ["八折", "限时折扣", typed, "2030-01-01", "2030-02-01"]))
    assert str(CourseDiscount.objects.get().value) == value


@pytest.mark.any_database
def test_an_amount_stays_an_amount_and_what_is_no_rate_is_told_with_examples():
    heading = ["活动名称", "优惠类型", "优惠值", "开始时间", "结束时间"]
    times = ["2030-01-01", "2030-02-01"]
    applied("discounts", xlsx(heading, ["减", "限时减免", 8, *times]))
    assert str(CourseDiscount.objects.get().value) == "8.00"
    typed = ["80%", "八折", 10, 0, "8元", 0.001]

    rows = [[f"a{number}", "限时折扣", each, *times] for number, each in enumerate(typed)]
    found = errors(checked("discounts", xlsx(heading, *rows)))

    said = [" ".join(each["value"]) for each in found.values()]
    assert len(said) == len(typed)
    for sentence in said[:4]:
        assert "8折" in sentence, sentence
    assert "是金额，这里要填折扣" in said[4]


@pytest.mark.any_database
def test_numbers_are_refused_with_what_is_wrong_about_them():
    rows = [["甲", -1], ["乙", "99999999999999"], ["丙", "x"], ["丁", "1.5"]]
    found = errors(checked("categories", xlsx(["名称", "排序"], *rows)))
    assert [each["orders"] for each in found.values()] == [
        ["“-1”小于 0"],
        ["“99999999999999”太大"],
        ["“x”不是整数"],
        ["“1.5”不是整数"],
    ]


@pytest.mark.any_database
def test_faults_of_a_discount_are_told():
    heading = ["活动名称", "优惠类型", "优惠值", "开始时间", "结束时间", "参与课程"]
    rows = [
        ["a", "限时折扣", 10, "2026-01-01", "2026-02-01", None],
        ["b", "限时免费", 0, "2026-02-01", "2026-01-01", None],
        ["c", "限时减免", 10, "2026-01-01", "2026-02-01", "无名"],
        ["d", "打折", 10, None, "2026-02-01", None],
    ]

    found = errors(checked("discounts", xlsx(heading, *rows)))

    fields = {number: sorted(each) for number, each in found.items()}
    assert fields == {
        2: ["value"],
        3: ["ends_at"],
        4: ["courses"],
        5: ["discount_type", "starts_at"],
    }


@pytest.mark.any_database
@pytest.mark.parametrize("format", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", ["categories", "teachers", "courses", "outline", "discounts"])
def test_an_export_imports_again_without_a_change(admin_client, kind, format):
    teacher = TeacherFactory(name="王伟", brief=" 两行\r\n介绍 ")
    TeacherFactory(name="王伟")
    courses = [
        CourseFactory(name="同名", teacher=teacher, detail="<p>a</p>\r\n"),
        CourseFactory(name="同名", free=True, pub_date=date(2026, 1, 5)),
        CourseFactory(name="123"),
    ]
    for course in courses:
        SectionFactory(course=course, content="# 标题\r\n\r\n=1+1", section_type=0)
    ChapterFactory(course=courses[0], chapter=2)
    third = ChapterFactory(course=courses[0], chapter=3)
    SectionFactory(chapter=third, content="<p>a</p>", content_format="html", section_type=0)
    DiscountFactory(courses=courses)

    job = checked(kind, sheets.export(admin_client, kind, format))

    assert job.state == Import.State.READY, errors(job)
    assert job.summary["same"] == job.summary["total"] > 0, changes(job)


def test_models_have_no_field_that_was_forgotten():
    # A new column is either in the table, or here with the reason.
    ours = {"id", "created_time", "updated_time", "is_delete"}
    elsewhere = {
        CourseCategory: set(),
        Teacher: {"image", "account"},
        CourseDiscount: {"next_change_at"},
        Course: {
            *("course_img", "course_img_set", "attachment_path", "students", "sections"),
            *("pub_sections", "length", "is_listed", "current_price"),
            *("zero_price_confirmed_at", "zero_price_confirmed_by"),
            *("rating_count", "rating_average", "rating_score"),  # counted from ratings
        },
        CourseChapter: {"course", "orders", "is_show"},
        CourseSection: {"chapter", "duration", "is_playable", "question_count"},
    }
    from luffy_api.apps.dashboard.imports.kinds import KINDS

    columns = {
        cell.attribute.rpartition("__")[2]
        for kind in KINDS.values()
        for part in kind.parts
        for cell in part().cells
    }
    for model, others in elsewhere.items():
        names = {field.name for field in model._meta.concrete_fields} - ours - others
        assert names <= columns, model
