"""Prices in a query mean what a course costs at this very moment; nothing of it is indexed."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.course.course_list import CourseList
from luffy_api.apps.course.models import Course
from luffy_api.apps.search import amounts, indexing, prices, selectors, visibility
from luffy_api.apps.search.query import parse
from luffy_api.apps.search.visibility import SearchFilters
from luffy_api.tests.factories import CourseFactory, DiscountFactory

pytestmark = pytest.mark.usefixtures("empty_index")


def names(text, **filters):
    found = selectors.search(text=text, **filters)
    rows = Course.objects.in_bulk(found.ids)
    return [rows[pk].name for pk in found.ids]


@pytest.fixture
def catalogue():
    """Courses for 0, 49.90, 99 and 150 yuan, the last one for 99 now."""
    CourseFactory(name="甲", price="0", students=4)
    CourseFactory(name="乙 爬虫", price="49.90", students=3)
    CourseFactory(name="丙 爬虫", price="99", students=2)
    reduced = CourseFactory(name="丁", price="150", students=1)
    DiscountFactory(courses=[reduced], discount_type=3, value="51.00")
    indexing.process_outbox()


COSTING = [
    ("99", ["丙 爬虫", "丁"]),
    ("99元", ["丙 爬虫", "丁"]),
    ("￥99", ["丙 爬虫", "丁"]),
    ("99.00块", ["丙 爬虫", "丁"]),
    ("150", ["丁"]),
    ("150元", ["丁"]),
    ("49.9", ["乙 爬虫"]),
    ("0元", ["甲"]),
    ("50以内", ["甲", "乙 爬虫"]),
    ("50元以下", ["甲", "乙 爬虫"]),
    ("98以上", ["丙 爬虫", "丁"]),
    ("49-99", ["乙 爬虫", "丙 爬虫", "丁"]),
    ("99到49元", ["乙 爬虫", "丙 爬虫", "丁"]),
    ("爬虫 50以内", ["乙 爬虫"]),
    ("99 爬虫", ["丙 爬虫"]),
    ("爬虫50元以内", ["乙 爬虫"]),
    ("50 以下", ["甲", "乙 爬虫"]),
    ("100左右", ["丙 爬虫", "丁"]),
    ("低于99", ["甲", "乙 爬虫"]),
    ("大于 49.90", ["丙 爬虫", "丁"]),
    ("一百元以内的爬虫", ["乙 爬虫", "丙 爬虫"]),
    ("¥40-¥100", ["乙 爬虫", "丙 爬虫", "丁"]),
    ("40—100", ["乙 爬虫", "丙 爬虫", "丁"]),
]


def test_a_price_finds_what_costs_so_much_now(catalogue):
    assert [(text, names(text)) for text, _ in COSTING] == COSTING


# What is written, and the range it means; None is no price.
WRITTEN = {
    "300 以下": ("0", "300"),
    "python100元以内": ("0", "100"),
    "低于300": ("0", "299.99"),
    "RMB 69": ("69", "69"),
    "人民币49元": ("49", "49"),
    "69 yuan": ("69", "69"),
    "120 kuaisu": ("120", "120"),
    "壹佰贰拾元": ("120", "120"),
    "3百以下": ("0", "300"),
    "500元起的课": ("500", "999999.99"),
    "五百来块": ("400", "600"),
    "价格：39": ("39", "39"),
    "价格100-200": ("100", "200"),
    "不要超过五十块": ("0", "50"),
    "没有低于100的": ("100", "999999.99"),
    "大于100小于300": ("100.01", "299.99"),
    "100元以上，300元以下": ("100", "300"),
    "大于100，300以下": ("100.01", "300"),
    "大于1,000小于2,000": ("1000.01", "1999.99"),
    "大于1,000元": ("1000.01", "999999.99"),
    "价格弹性": None,
    "从0到1": None,
    "不到100元": ("0", "99.99"),
    "不超过100": ("0", "100"),
    "大于 200": ("200.01", "999999.99"),
    "超过500块": ("500.01", "999999.99"),
    "99元起": ("99", "999999.99"),
    "100元左右": ("80", "120"),
    "一百元以内": ("0", "100"),
    "一百五十元": ("150", "150"),
    "一千二百块以内": ("0", "1200"),
    "两千以下": ("0", "2000"),
    "八十块": ("80", "80"),
    "三十块钱": ("30", "30"),
    "二十到五十元": ("20", "50"),
    "¥100-¥300": ("100", "300"),
    "100—300": ("100", "300"),
    "50 到 100 元": ("50", "100"),
    "1,000元": ("1000", "1000"),
    "python 100 以内": ("0", "100"),
    "不高于50": ("0", "50"),
    "不小于500元": ("500", "999999.99"),
    "python<100": ("0", "99.99"),
    "99¥": ("99", "99"),
    "100¥-300¥": ("100", "300"),
    "小于等于100": ("0", "100"),
    "大于等于 200": ("200", "999999.99"),
    "100及以下": ("0", "100"),
    "300元及以上": ("300", "999999.99"),
    "100元起步": ("100", "999999.99"),
    "300+": ("300", "999999.99"),
    "100出头": ("80", "120"),
    "万元以内": ("0", "10000"),
    "五十以内的课": ("0", "50"),
    ">=500": ("500", "999999.99"),
    "预算300": ("0", "300"),
    "最多50元以内": ("0", "50"),
    "大约300元": ("240", "360"),
    "差不多300块左右": ("240", "360"),
    "大约300以内": ("0", "300"),
    "1k以内": ("0", "1000"),
    "1.5k元": ("1500", "1500"),
    "百元以内": ("0", "100"),
    "两三百块": ("200", "300"),
    "几十块": ("10", "99.99"),
    "三百多块": ("300", "399.99"),
    "150多元": ("150", "159.99"),
    "50和80之间": ("50", "80"),
    "从50到80元": ("50", "80"),
    "五十到一百的": ("50", "100"),
    "九块九": ("9.9", "9.9"),
    "9块9": ("9.9", "9.9"),
    "99块钱的爬虫": ("99", "99"),
    "99元的课": ("99", "99"),
    "六百九十九": ("699", "699"),
    "300+的课": ("300", "999999.99"),
    "价格300+": ("300", "999999.99"),
    "300元+": ("300", "999999.99"),
    "python 300元+": ("300", "999999.99"),
    "python 300+元": ("300", "999999.99"),
    "300+ 块的": ("300", "999999.99"),
    "不超过100+": ("0", "100"),
    "大于等于10": ("10", "999999.99"),
    "python 大于10小于50": ("10.01", "49.99"),
    "python大于3.8 100元以内": ("0", "100"),
    "python 大于等于 38": ("38", "999999.99"),
    # Of a budget it is the least.
    "预算300+": ("300", "999999.99"),
    "预算 300元+": ("300", "999999.99"),
    "预算300+的课": ("300", "999999.99"),
    "预算300以上": ("300", "999999.99"),
    "预算500左右": ("400", "600"),
    "预算300 + python": ("0", "300"),
    "工程预算2020-2021版": ("0", "2020"),
    "预算300-500": ("300", "500"),
    "预算 300到500元": ("300", "500"),
    "python 预算在300-500": ("300", "500"),
    # What is compared is a price where no program stands before it, or no version is so high.
    "爬虫 大于 20": ("20.01", "999999.99"),
    "爬虫 20元以上": ("20", "999999.99"),
    "node 大于等于20元": ("20", "999999.99"),
    "node 低于20": ("0", "19.99"),
    "node 30以内": ("0", "30"),
    "node>=120": ("120", "999999.99"),
    "大于等于 22.04": ("22.04", "999999.99"),
    # The + counts something else.
    **dict.fromkeys(
        [
            *["java 21+", "node 20+", "c++ 20+", "ubuntu 22.04+", "office 2019+", "2025+"],
            *["1000+ 面试题", "面试题300+", "leetcode 100+", "python 100+ 实例", "30+ 项目"],
            *[
                "10000+ 并发",
                "10000+",
                "qps 1w+",
                "月薪20k+",
                "年薪50万+",
                "35+ 转行",
                "一百+ 实例",
            ],
        ]
    ),
    # Versions that are compared.
    **dict.fromkeys(["python版本大于等于3.8", "python大于等于3.8", "python 大于等于 3.8"]),
    **dict.fromkeys(["python 不低于 3.8", "python 3.8以上", "vue > 3"]),
    **dict.fromkeys(["ubuntu 大于等于 22.04", "ubuntu>=24.04", "ubuntu 22.04以上", "node>=20"]),
    **dict.fromkeys(["node >= 20", "node 大于20", "java 不低于 21", "jdk21以上", "node<=22"]),
    **dict.fromkeys(["c++ 大于 20", "python 爬虫 node>=20"]),
    "从0起步": None,
    "十二": None,
    "三": None,
    "vue>3": None,
    "预约100": None,
    "300多人": None,
    "50和80": None,
    "9块9包邮": None,
    "几百人": None,
    "一元函数": None,
    "十以内加减法": None,
    "五十以内加减法": None,
    "python 3+": None,
    "c++": None,
    "es2015以上": None,
    "vue3以上": None,
    "python3.11": None,
    "2020-2021版": None,
    "3块板": None,
    "5g": None,
    "100.5.2": None,
    "9999999999元": None,
    "¥": None,
    "元以内": None,
}


def test_prices_as_people_write_them():
    found = {text: prices.find(parse(text).text) for text in WRITTEN}

    assert {
        text: price and (price.price.low, price.price.high) for text, price in found.items()
    } == {text: limits and tuple(map(Decimal, limits)) for text, limits in WRITTEN.items()}


@pytest.mark.parametrize(
    ("text", "value"),
    [("一百五", 150), ("一百零五", 105), ("十", 10), ("两万三千", 23000), ("1,200", 1200)],
)
def test_numbers_as_they_are_said(text, value):
    assert amounts.number(text) == value


def test_a_single_amount_is_the_charged_price_first_and_then_the_one_crossed_out():
    reduced = CourseFactory(name="课程", price="399", students=9)
    DiscountFactory(courses=[reduced], discount_type=3, value="50")
    charged = CourseFactory(name="课程", price="399", students=1)
    indexing.process_outbox()

    assert selectors.search(text="399").ids == [charged.pk, reduced.pk]
    assert selectors.search(text="课程 399元").ids == [charged.pk, reduced.pk]
    assert selectors.search(text="349").ids == [reduced.pk]
    # A range is one of what is charged.
    assert selectors.search(text="390-400").ids == [charged.pk]


def test_free_leaves_only_what_costs_nothing_now(catalogue):
    gift = CourseFactory(name="戊", price="20")
    DiscountFactory(courses=[gift], discount_type=1, value="0")
    indexing.process_outbox()

    assert names("爬虫 500以内", free=True) == []
    assert set(names("500以内", free=True)) == {"甲", "戊"}


def test_one_cheap_course_of_a_discount_does_not_make_the_others_cheap():
    cheap, dear = CourseFactory(price="60"), CourseFactory(price="399")
    DiscountFactory(courses=[cheap, dear], discount_type=3, value="50")
    indexing.process_outbox()

    assert selectors.search(text="349").ids == [dear.pk]
    assert selectors.search(text="100以内").ids == [cheap.pk]


def test_a_discount_that_begins_and_ends_needs_no_index():
    course = CourseFactory(name="爬虫", price="100")
    now = timezone.now()
    DiscountFactory(
        courses=[course], starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2)
    )
    indexing.process_outbox()

    def costs_80(moment):
        with time_machine.travel(moment, tick=False):
            return selectors.search(text="80").ids == [course.pk]

    assert not costs_80(now)
    assert costs_80(now + timedelta(hours=1))
    assert not costs_80(now + timedelta(hours=2))


@pytest.mark.parametrize("ordering", ["price", "-price", "-students"])
def test_orderings_follow_the_price_of_this_moment(catalogue, ordering):
    expected = {
        "price": ["甲", "乙 爬虫", "丙 爬虫", "丁"],
        "-price": ["丁", "丙 爬虫", "乙 爬虫", "甲"],
        "-students": ["甲", "乙 爬虫", "丙 爬虫", "丁"],
    }
    assert names("500以内", ordering=ordering) == expected[ordering]


@pytest.mark.parametrize(
    ("text", "expected"), [("500以内", ["甲", "乙 爬虫"]), ("99", ["丙 爬虫", "丁"])]
)
def test_of_more_than_are_listed_the_popular_ones_are(catalogue, monkeypatch, text, expected):
    CourseFactory(name="戊", price="99", students=0)
    monkeypatch.setattr(visibility, "MAX_HITS", 2)

    assert names(text) == expected


def test_equals_stand_as_in_the_list_of_courses(catalogue):
    CourseFactory.create_batch(2, price="7")

    for ordering in ("price", "-price", "-students", "-rating"):
        listed = CourseList(ordering=ordering)[:50]
        found = selectors.search(text="500以内", ordering=ordering).ids
        assert found == [course.pk for course in listed], ordering


@pytest.mark.parametrize("filters", [{}, {"ordering": "price"}, {"free": True}, {"kind": 2}])
def test_courses_that_were_found_are_read_by_their_ids(catalogue, filters):
    filters = SearchFilters(kind=filters.pop("kind", None), **filters)
    with CaptureQueriesContext(connection) as captured:
        visibility.filter_visible([1, 2, 3], filters)

    # Databases would read all courses that are listed, by one of the indexes that begin with that.
    [sql] = [each["sql"] for each in captured if "IN (1, 2, 3)" in each["sql"]]
    condition = sql.partition("WHERE")[2]
    assert "is_listed" not in condition
    assert "kind" not in condition
