"""The words of the page in a query are filters, shown as chips that one can take away."""

import pytest

from luffy_api.apps.course.models import Course
from luffy_api.apps.search import indexing
from luffy_api.tests.factories import (
    CategoryFactory,
    CourseFactory,
    DiscountFactory,
    TeacherFactory,
)

URL = "/api/v1/course/search/"
pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def catalogue(empty_index):
    front = CategoryFactory(name="前端")
    lin, chen = TeacherFactory(name="林知夏"), TeacherFactory(name="陈墨白")
    course = {"course_category": front, "teacher": chen, "kind": 2, "level": 1, "price": 99}
    CourseFactory(**course | {"name": "Python 甲", "kind": 1, "price": 0, "level": 0})
    reduced = CourseFactory(**course | {"name": "Python 乙", "teacher": lin, "price": 199})
    CourseFactory(**course | {"name": "Python 丙", "course_type": 1, "level": 2, "kind": 3})
    CourseFactory(
        **course | {"name": "Linux 丁", "course_type": 2, "course_category__name": "运维"}
    )
    DiscountFactory(courses=[reduced], discount_type=3, value="20")
    indexing.process_outbox()


def ask(api, text, **query):
    answer = api.get(URL, {"search": text, **query})
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(body):
    return {row["name"][-1] for row in body["data"]["results"]}


# What is typed, the last letters of the courses it finds, and the chips.
FILTERS = {
    "免费 python": ("甲", {"free": "免费"}),
    "免费python": ("甲", {"free": "免费"}),
    "免费课": ("甲", {"kind": "种类：免费课"}),
    "python 实战课": ("乙", {"kind": "种类：实战课"}),
    "轻课": ("丙", {"kind": "种类：轻课"}),
    "初级 python": ("甲", {"level": "难度：初级"}),
    "python入门": ("甲", {"level": "难度：初级"}),
    "零基础入门": ("甲", {"level": "难度：初级"}),
    "入门级python": ("甲", {"level": "难度：初级"}),
    "中高级 python": ("乙丙", {"level": "难度：中级、高级"}),
    "限时特价 python": ("乙", {"discount": "限时折扣"}),
    "高级": ("丙", {"level": "难度：高级"}),
    "进阶 python": ("乙丙", {"level": "难度：中级、高级"}),
    "会员课": ("丙", {"course_type": "VIP专享"}),
    "会员 python": ("丙", {"course_type": "VIP专享"}),
    "free python": ("甲", {"free": "免费"}),
    "优惠课程": ("乙", {"discount": "限时折扣"}),
    "限时折扣": ("乙", {"discount": "限时折扣"}),
    "VIP python": ("丙", {"course_type": "VIP专享"}),
    "学位课": ("丁", {"course_type": "学位课程"}),
    "林老师": ("乙", {"teacher": "老师：林知夏"}),
    "林知夏老师的课": ("乙", {"teacher": "老师：林知夏"}),
    "前端 免费": ("甲", {"category": "分类：前端", "free": "免费"}),
    "python 100元以内": ("甲丙", {"price": "100 元以内"}),
    "python 100-200元": ("乙", {"price": "100–200 元"}),
    "python": ("甲乙丙", {}),
}


@pytest.mark.any_database
def test_words_of_the_page_are_filters(api):
    answers = {text: ask(api, text) for text in FILTERS}

    assert {
        text: (names(body), {chip["name"]: chip["label"] for chip in body["filters"]})
        for text, body in answers.items()
    } == {text: (set(found), chips) for text, (found, chips) in FILTERS.items()}


def test_a_chip_of_prices_says_the_amounts_that_were_typed(api):
    said = {
        "低于300": "不到 300 元",
        "大于100小于300": "超过 100、不到 300 元",
        "大于100，300以下": "超过 100、300 元以内",
        "超过500块": "超过 500 元",
        "99元起": "99 元以上",
        "三百多块": "300 元起、不到 400 元",
        "9块9": "9.9 元",
        "一百到两百块": "100–200 元",
    }

    assert {text: ask(api, text)["filters"][0]["label"] for text in said} == said


def test_a_chip_says_what_the_query_is_without_it(api):
    [chip] = ask(api, "免费 python")["filters"]

    assert chip == {
        "name": "free",
        "value": True,
        "label": "免费",
        "text": "免费",
        "search": "python",
    }
    # Two words that say the same go together.
    assert [chip["search"] for chip in ask(api, "零基础 python 入门")["filters"]] == ["python"]


def searches(body):
    return {chip["label"]: chip["search"] for chip in body["filters"]}


def test_they_are_known_by_their_pinyin(api):
    asked = {
        "mianfei python": ("甲", "免费 python", {"免费": "python"}),
        "lin laoshi": ("乙", "林老师", {"老师：林知夏": ""}),
        "chen mo bai laoshi": ("甲丙丁", "陈墨白老师", {"老师：陈墨白": ""}),
        "gaoji pyhton": ("丙", "高级 python", {"难度：高级": "python"}),
        # No such course has the kind.
        "实战课 gaoji pyhton": ("丙", "高级 python", {"难度：高级": "python"}),
        "免费 rumen": ("甲", "入门", {"免费": "rumen", "难度：初级": "免费"}),
        "pyhton jiaocheng": ("甲乙丙", "python 教程", {}),
    }

    answers = {text: ask(api, text) for text in asked}

    assert {
        text: (
            names(body),
            body["corrected_to"],
            {c["label"]: c["search"] for c in body["filters"]},
        )
        for text, body in answers.items()
    } == {text: (set(found), *rest) for text, (found, *rest) in asked.items()}


def test_a_correction_says_something(api):
    # `women` is 我们, which would leave every course.
    assert names(ask(api, "women")) == set()


def test_a_name_that_has_such_words_is_found(api):
    CourseFactory(name="免费课怎么做", price=10, kind=2)
    CourseFactory(name="入门", price=10, level=2)
    indexing.process_outbox()

    assert ask(api, "免费课怎么做")["data"]["results"][0]["name"] == "免费课怎么做"
    assert ask(api, "入门")["data"]["results"][0]["name"] == "入门"


def test_part_of_another_word_is_no_filter(api):
    CourseFactory(name="新手机评测", level=2)
    indexing.process_outbox()

    body = ask(api, "新手机")
    assert (body["filters"], names(body)) == ([], {"测"})


def test_a_level_that_has_changed_is_found(api):
    for course in Course.objects.filter(name__in=["Python 甲", "Python 乙"]):
        course.level = 2
        course.save()
    indexing.process_outbox()

    assert names(ask(api, "高级 python")) == {*"甲乙丙"}
    assert names(ask(api, "初级 python")) == {*"甲乙丙"}
    assert ask(api, "初级 python")["dropped"] == ["初级"]


def test_who_begins_and_goes_to_the_end_names_no_level(api):
    for text in ("python入门到精通", "python从零基础到高级"):
        body = ask(api, text)
        assert (body["filters"], names(body)) == ([], {*"甲乙丙"}), text


def test_reduced_to_nothing_is_two_filters(api):
    DiscountFactory(courses=[CourseFactory(name="送", price=10)], discount_type=1, value="0")
    indexing.process_outbox()

    body = ask(api, "限时免费")
    assert names(body) == {"送"}
    assert {chip["name"] for chip in body["filters"]} == {"free", "discount"}


def test_what_is_told_of_members_is_no_filter(api):
    CourseFactory(name="会员系统设", course_type=0)
    indexing.process_outbox()

    body = ask(api, "会员系统")
    assert (body["filters"], names(body)) == ([], {"设"})


def test_a_topic_beside_a_filter_is_looked_for_and_given_up_aloud(api):
    CourseFactory(name="开发 戊", price=0, level=1)
    indexing.process_outbox()

    body = ask(api, "开发 免费")
    assert (names(body), body["dropped"]) == ({*"甲戊"}, ["开发"])
    assert body["data"]["results"][0]["name"] == "开发 戊"
    body = ask(api, "转行 100元以内")
    assert (names(body), body["dropped"]) == ({*"甲丙丁戊"}, ["转行"])
    assert ask(api, "程序员 免费课")["dropped"] == ["程序员"]
    # What says nothing at all is no loss.
    assert ask(api, "免费的课程")["dropped"] == []

    CourseFactory.create_batch(2, name="开发 己", price=0)
    indexing.process_outbox()
    body = ask(api, "开发 免费")
    assert (names(body), body["dropped"]) == ({*"戊己"}, [])


def test_filters_of_the_page_win_over_the_text(api):
    assert names(ask(api, "实战课 python", kind=3)) == {"丙"}


def test_what_no_filter_leaves_is_looked_for_as_words(api):
    Course.objects.filter(kind=3).update(kind=2)
    CourseFactory(name="轻课与重课", kind=2)
    indexing.process_outbox()

    assert "课" in names(ask(api, "轻课"))


def test_a_teacher_who_is_nobody_is_a_word(api):
    body = ask(api, "王老师")

    assert (body["filters"], names(body)) == ([], set())
