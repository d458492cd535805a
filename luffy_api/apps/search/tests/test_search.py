"""GET course/search/: one box finds every kind of course."""

import pytest

from luffy_api.apps.course.models import Course
from luffy_api.apps.course.tests.test_list import CARD
from luffy_api.apps.publishing import versions
from luffy_api.apps.search import indexing
from luffy_api.tests.factories import CategoryFactory, CourseFactory, SectionFactory

pytestmark = pytest.mark.usefixtures("empty_index")
URL = "/api/v1/course/search/"


def ask(api, text, **query):
    indexing.process_outbox()
    return api.get(URL, {"search": text, **query})


def found(api, text, **query):
    """Names, the best first."""
    answer = ask(api, text, **query)
    assert answer.status_code == 200, answer.json()
    return [row["name"] for row in answer.json()["data"]["results"]]


def test_a_hit_is_a_card_with_highlights(api):
    CourseFactory(name="Python 爬虫", brief="学会 python")
    body = ask(api, "python").json()
    beside = {"did_you_mean", "corrected_to", "dropped", "filters"}
    assert body.keys() == {"code", "msg", "data", *beside}
    [row] = body["data"]["results"]
    assert row.keys() == {*CARD, "marks", "found_in"}
    assert row["marks"] == {"name": [[0, 6]], "brief": [[3, 9]]}


def test_a_course_is_found_by_what_its_card_says(api):
    CourseFactory(name="别的")
    CourseFactory(name="学爬虫吧")
    CourseFactory(name="甲", brief="讲爬虫的")
    CourseFactory(name="乙", teacher__name="爬虫老师")
    CourseFactory(name="丙", course_category__name="爬虫类")
    assert {*found(api, "爬虫")} == {"学爬虫吧", "甲", "乙", "丙"}


def test_a_course_is_found_by_its_chapters_and_sections(api):
    by_section, by_chapter = CourseFactory(name="甲"), CourseFactory(name="乙")
    SectionFactory.create_batch(2, course=by_section, name="写爬虫")
    SectionFactory.create_batch(2, course=by_chapter, chapter__name="爬虫一章")
    CourseFactory(name="别的")
    assert sorted(found(api, "爬虫")) == ["乙", "甲"]


def test_hidden_sections_give_nothing_away(api):
    for hidden in ({"is_show": False}, {"chapter__is_show": False}):
        SectionFactory(name="爬虫", **hidden)
    assert found(api, "爬虫") == []


def test_only_listed_courses_are_found(api):
    CourseFactory(name="爬虫甲", is_show=False)
    CourseFactory(name="爬虫乙", is_delete=True)
    CourseFactory(name="爬虫丙", status=Course.Status.OFFLINE)
    CourseFactory(name="爬虫丁", course_category__is_show=False)
    CourseFactory(name="爬虫")
    assert found(api, "爬虫") == ["爬虫"]


# What is typed, and the courses of that price.
BY_PRICE = {
    "99": ["九十九"],
    "99.00": ["九十九"],
    "99.9": ["九十九元九"],
    "0": ["免费"],
    "9": [],
    "1e2": [],
    "99.999": [],
    "9_9": [],
    "-99": [],
    "nan": [],
    "999999.99": [],
    "9999999999": [],
    "９９": ["九十九"],
}


def test_a_course_is_found_by_its_price(api):
    prices = {"九十九": "99", "九十九元九": "99.90", "免费": "0", "一百": "100"}
    texts = {"teacher__name": "老师", "course_category": CategoryFactory(name="分类")}
    for name, price in prices.items():
        CourseFactory(name=name, price=price, **texts)
    assert {text: found(api, text) for text in BY_PRICE} == BY_PRICE


def test_every_word_must_occur_somewhere(api):
    CourseFactory(name="Python 入门", brief="零基础")
    CourseFactory(name="Linux 入门")
    assert found(api, "入门 python") == ["Python 入门"]
    assert found(api, "零基础　python") == ["Python 入门"]
    # Where no course has all words, the more frequent ones are given up.
    answer = ask(api, "python 高数").json()
    assert (len(answer["data"]["results"]), answer["dropped"]) == (1, ["高数"])


def test_case_and_full_width_are_the_same(api):
    CourseFactory(name="Python 入门")
    for text in ("PYTHON", "python", "ＰＹＴＨＯＮ", "ｐｙＴｈｏｎ", "  Python\t"):
        assert found(api, text) == ["Python 入门"], text


def test_the_exact_name_then_names_then_the_rest_and_the_popular_first(api):
    CourseFactory(name="甲", brief="爬虫", students=9000)
    CourseFactory(name="爬虫进阶", students=10)
    CourseFactory(name="实战爬虫", students=500)
    CourseFactory(name="爬虫", students=1)
    assert found(api, "爬虫") == ["爬虫", "实战爬虫", "爬虫进阶", "甲"]


def test_kind_narrows_and_without_it_all_kinds_are_found(api):
    CourseFactory(name="爬虫一", kind=1, price=0)
    CourseFactory(name="爬虫二", kind=2)
    CourseFactory(name="爬虫三", kind=3)
    assert len(found(api, "爬虫")) == 3
    assert found(api, "爬虫", kind=3) == ["爬虫三"]


@pytest.mark.any_database
def test_wildcards_are_letters_like_any_other(api):
    CourseFactory(name="打折 50% 起"), CourseFactory(name="snake_case"), CourseFactory(name="50 元")
    named = {"%": "打折 50% 起", "_": "snake_case", "50%": "打折 50% 起", "e_c": "snake_case"}
    assert {text: found(api, text) for text in named} == {t: [n] for t, n in named.items()}


HOSTILE = [
    "'",
    '"',
    "' OR '1'='1",
    "\\",
    "\\%",
    "%_%",
    "%%%%",
    "--",
    "*",
    '"a" OR "b"',
    "<script>alert(1)</script>",
    "🐍",
    "👨‍👩‍👧‍👦",
    "\u202e",
    "ﷺ" * 30,
    "a " * 50,
    "İ",
    "ß",
]


def test_hostile_words_find_nothing_and_break_nothing(api):
    CourseFactory(name="课程", brief="简介")
    for text in HOSTILE:
        answer = ask(api, text)
        assert answer.status_code == 200, text
        assert answer.json()["data"]["results"] == [], text


@pytest.mark.any_database
def test_no_words_find_nothing(api):
    CourseFactory()
    for text in ("", " ", "　", "\t\n"):
        assert found(api, text) == [], repr(text)


def test_an_emoji_is_found(api):
    CourseFactory(name="学 🐍 吧")
    row = ask(api, "🐍").json()["data"]["results"][0]
    assert row["marks"]["name"] == [[2, 3]]


REFUSED = [
    {"search": "a", "kind": 9},
    {"search": "a", "course_category": "0"},
    {"search": "a", "free": "yes"},
    {"search": "a", "ordering": "teacher"},
    {"search": "a", "kind": "x"},
    {"search": "a", "page": 0},
    {"search": "a", "page_size": 51},
]


@pytest.mark.any_database
def test_what_cannot_be_searched_is_refused(api):
    for query in REFUSED:
        answer = api.get(URL, query)
        assert (answer.status_code, answer.json()["code"]) == (400, 1000), query
        assert len(answer.json()["errors"]) == 1, query


def test_a_hundred_characters_are_allowed(api):
    assert ask(api, "爬" * 100).status_code == 200


def test_pages_do_not_repeat_a_course(api):
    CourseFactory.create_batch(5, brief="爬虫")
    names = [name for page in (1, 2, 3) for name in found(api, "爬虫", page=page, page_size=2)]
    assert len(set(names)) == len(names) == 5
    assert ask(api, "爬虫", page=4, page_size=2).status_code == 404


@pytest.mark.parametrize("size", [3, 10])
def test_four_queries_at_any_size(api, django_assert_num_queries, size, monkeypatch):
    for course in CourseFactory.create_batch(size, brief="爬虫"):
        SectionFactory(course=course)
    indexing.process_outbox()
    # What is public has been read, as by any request before, and not over a second ago.
    monkeypatch.setattr(versions, "READ_AFTER", 60)
    api.get(URL, {"search": "别的"})
    with django_assert_num_queries(4):
        api.get(URL, {"search": "爬虫"})
