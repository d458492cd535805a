"""Activities come in from tables: their courses, moments, rates and amounts."""

import pytest
from django.utils import timezone

from luffy_api.apps.course.models import CourseDiscount
from luffy_api.apps.dashboard.imports import widgets
from luffy_api.apps.dashboard.tests.sheets import applied, checked, errors, xlsx
from luffy_api.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db


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
