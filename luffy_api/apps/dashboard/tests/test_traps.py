"""What django-import-export and spreadsheet programs do in silence is refused or understood."""

import pytest

from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    CourseDiscount,
    CourseSection,
    Teacher,
)
from luffy_api.apps.dashboard.exceptions import ImportRefused
from luffy_api.apps.dashboard.models import Import, ImportRow
from luffy_api.apps.dashboard.tests import sheets
from luffy_api.apps.dashboard.tests.sheets import applied, checked, csv, errors, xlsx
from luffy_api.tests.factories import CategoryFactory, CourseFactory, SectionFactory, TeacherFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (["名称", "排行"], "不认识的表头“排行”（B 列）"),
        (["排序"], "缺少表头“名称”"),
        (["名称", "NAME"], "重复的表头“NAME”（B 列）"),
        (["名称|排序"], "不认识的表头“名称|排序”"),
    ],
)
def test_headings_that_fit_no_field_are_refused_by_name(headings, said):
    with pytest.raises(ImportRefused) as refused:
        sheets.staged("categories", xlsx(headings, ["Python"]))

    assert said in str(refused.value)
    assert not Import.objects.exists()
    assert not ImportRow.objects.exists()


@pytest.mark.every_database
def test_headings_may_be_english_in_any_case_and_width():
    applied("categories", csv("ＮＡＭＥ,Orders", "Python,3"))

    assert CourseCategory.objects.get().orders == 3


def test_semicolons_and_blank_lines_make_no_nameless_rows():
    job = applied("categories", csv("名称;排序", "Python;1", ";", "", "  ;  ", encoding="gb18030"))

    assert job.summary["total"] == 1
    assert [row.name for row in CourseCategory.objects.all()] == ["Python"]


def test_a_cell_under_no_heading_is_told():
    job = checked("categories", csv("名称,排序", "Python,1,99"))

    assert errors(job) == {2: {"": ["C 列有内容，但没有表头"]}}


@pytest.mark.parametrize("word", ["是", "TRUE", "1", True])
def test_yes_is_yes(word):
    applied("categories", xlsx(["名称", "是否展示"], ["Python", word]))

    assert CourseCategory.objects.get().is_show is True


@pytest.mark.parametrize("word", ["否", "no", 0, False])
def test_no_is_no(word):
    applied("categories", xlsx(["名称", "是否展示"], ["Python", word]))

    assert CourseCategory.objects.get().is_show is False


def test_another_word_is_neither():
    job = checked("categories", xlsx(["名称", "是否展示"], ["Python", "也许"]))

    assert errors(job) == {2: {"is_show": ["“也许”不是“是”或“否”"]}}


@pytest.fixture
def course():
    """course(heading, value): the import of one course with this cell."""
    CategoryFactory(name="Python")
    TeacherFactory(name="林知夏")

    def content(heading, value):
        return xlsx(["课程名称", "分类", "讲师", heading], ["入门", "Python", "林知夏", value])

    return content


@pytest.mark.parametrize("price", [99, 99.0, "99.00", "￥99", "99 元", "９９"])
def test_prices_as_excel_and_people_write_them(course, price):
    applied("courses", course("价格", price))

    assert str(Course.objects.get().price) == "99.00"


def test_a_price_with_separators_of_thousands(course):
    applied("courses", course("价格（元）", "1,299.00"))

    assert str(Course.objects.get().price) == "1299.00"


@pytest.mark.parametrize("price", ["1,29", "-1", "1e3", "9.999", "免费", "99.00.00", "1_000"])
def test_a_price_that_is_none_is_told_by_cell(course, price):
    job = checked("courses", course("价格", price))

    assert list(errors(job)[2]) == ["price"]


@pytest.mark.parametrize("day", ["2026-01-05", "2026/1/5", "2026.1.5", "2026年1月5日"])
def test_days_in_every_notation(course, day):
    applied("courses", course("发布日期", day))

    assert Course.objects.get().pub_date.isoformat() == "2026-01-05"


@pytest.mark.parametrize("day", ["2026-13-01", "1/5/2026", "46027", "2026-02-30", "0026-01-05"])
def test_a_day_that_is_none_is_told_by_cell(course, day):
    job = checked("courses", course("发布日期", day))

    assert list(errors(job)[2]) == ["pub_date"]


@pytest.mark.parametrize(
    ("word", "status"), [("下线", Course.Status.OFFLINE), ("预上线", Course.Status.ANNOUNCED)]
)
def test_states_by_their_chinese_names(course, word, status):
    applied("courses", course("状态", word))

    assert Course.objects.get().status == status


def test_formulas_are_escaped_on_export_and_come_back(admin_client):
    for name in ("=1+1", "'=2", "@SUM(A1)"):
        TeacherFactory(name=name, brief="=HYPERLINK()")

    for format in ("xlsx", "csv"):
        content = sheets.export(admin_client, "teachers", format)
        if format == "csv":
            assert "'=1+1" in content.decode()
        job = checked("teachers", content)
        assert job.summary["same"] == job.summary["total"] == 3


def test_nothing_is_applied_unless_every_row_validates():
    job = checked("teachers", xlsx(["姓名", "职位"], ["林知夏", "工程师"], ["陈墨白", None]))

    assert job.state == Import.State.INVALID
    assert errors(job) == {3: {"title": ["必填"]}}
    assert not Teacher.objects.exists()


@pytest.mark.every_database
def test_a_row_that_stands_twice_is_told():
    job = checked("categories", csv("名称", "Python", "Linux", "python"))

    assert errors(job) == {4: {"": ["与第 2 行重复"]}}


@pytest.mark.parametrize(
    ("kind", "headings", "row"),
    [
        ("categories", ["编号", "名称"], ["Python"]),
        ("outline", ["课时编号", "课程", "第几章", "章节标题"], ["入门", 1, "一"]),
        ("quizzes", ["题目编号", "测验", "题型", "题目", "答案"], ["测", "判断题", "对？", "对"]),
    ],
)
def test_an_id_of_thousands_of_digits_is_told_by_cell(kind, headings, row):
    CourseFactory(name="入门")
    SectionFactory(name="测", section_type=CourseSection.SectionType.QUIZ)

    job = checked(kind, xlsx(headings, ["9" * 5000, *row]))

    assert list(errors(job)[2]) == ["id"], job.problem


OFF = ["活动名称", "优惠类型", "优惠值", "开始时间", "结束时间"]


@pytest.mark.parametrize("rate", ["8.5折", "８.５ 折", "85折", "0.85", 0.85])
def test_rates_as_excel_and_people_write_them(rate):
    applied("discounts", xlsx(OFF, ["春", "限时折扣", rate, "2026-01-05", "2026/2/5 10:00"]))

    assert str(CourseDiscount.objects.get().value) == "0.85"


@pytest.mark.parametrize("rate", ["80折", "0折", "八折", "8.123折", "80%"])
def test_a_rate_that_is_none_is_told_by_cell(rate):
    job = checked("discounts", xlsx(OFF, ["春", "限时折扣", rate, "2026-01-05", "2026-02-05"]))

    assert list(errors(job)[2]) == ["value"]


def test_a_chapter_has_one_title_however_course_and_number_are_written():
    course = CourseFactory(name="入门")
    rows = [("入门", "1", "一"), (str(course.pk), "1", "二"), ("入门", "０1", "三")]

    job = checked(
        "outline",
        xlsx(
            ["课程", "第几章", "章节标题", "课时标题"],
            *([*place, f"课时{n}"] for n, place in enumerate(rows)),
        ),
    )

    said = {"chapter_name": ["与前面的行对这一章填写的标题不同"]}
    assert errors(job) == {3: said, 4: said}


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("限时减免", "8折", "是折扣"),
        ("限时减免", "８折", "是折扣"),
        ("限时折扣", "0.8元", "是金额"),
    ],
)
def test_a_unit_of_another_kind_is_told(kind, value, said):
    job = checked("discounts", xlsx(OFF, ["春", kind, value, "2026-01-05", "2026-02-05"]))

    [sentence] = errors(job)[2]["value"]
    assert said in sentence
