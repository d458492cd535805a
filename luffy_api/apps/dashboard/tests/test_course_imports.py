"""Courses come in from tables: drafts, prices, texts with their format, and their outlines."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry

from luffy_api.apps.course import on_sale
from luffy_api.apps.course.models import CatalogueEvent, Course
from luffy_api.apps.dashboard.tests.sheets import COURSE, applied, changes, checked, errors, xlsx
from luffy_api.tests.factories import (
    CategoryFactory,
    CourseFactory,
    SectionFactory,
    TeacherFactory,
)

pytestmark = pytest.mark.django_db

COURSE_TEXT = ["编号", "课程名称", "分类", "讲师", "文字格式", "详情介绍"]


def text_row(course, *texts):
    return [course.pk, course.name, course.course_category.pk, course.teacher.pk, *texts]


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
