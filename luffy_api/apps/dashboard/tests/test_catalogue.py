"""Categories and teachers come in from tables; what goes out comes in again without a change."""

from datetime import date

import pytest

from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    CourseChapter,
    CourseDiscount,
    CourseSection,
    Teacher,
)
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
