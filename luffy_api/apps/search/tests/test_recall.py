"""Fewer words before silence, another word before none, and what the answer says of it."""

import pytest

from luffy_api.apps.course.models import Course
from luffy_api.apps.search import indexing, search_log
from luffy_api.apps.search.fillers import side_by_side
from luffy_api.tests.factories import CourseFactory, SectionFactory, TeacherFactory

URL = "/api/v1/course/search/"
PYTHON = {"Python 爬虫实战", "Python 数据分析", "Python 语法"}


@pytest.fixture
def catalogue(empty_index):
    CourseFactory(name="Python 爬虫实战", students=5)
    CourseFactory(name="Python 数据分析", students=4)
    CourseFactory(name="Python 语法", brief="讲解释器", students=3)
    CourseFactory(name="Linux 运维")
    CourseFactory(name="JavaScript", brief="解释型语言，小程序，便宜")
    indexing.process_outbox()


def ask(api, text, **query):
    return api.get(URL, {"search": text, **query}).json()


def names(body):
    return [row["name"] for row in body["data"]["results"]]


# What is typed, the courses it finds, and the words that were given up for them.
WEAK = {
    "我想学python": (PYTHON, ["我想学"]),
    "python怎么学": (PYTHON, ["怎么", "学"]),
    "爬虫教程": ({"Python 爬虫实战"}, ["教程"]),
    "爬虫 高数": ({"Python 爬虫实战"}, ["高数"]),
    "linux工程师": ({"Linux 运维"}, ["工程师"]),
    "便宜的教程": (set(), []),
    "how to learn linux": ({"Linux 运维"}, ["how", "to", "learn"]),
}


@pytest.mark.any_database
@pytest.mark.usefixtures("catalogue")
def test_weak_words_are_given_up(api):
    answers = {text: ask(api, text) for text in WEAK}

    assert {text: ({*names(body)}, body["dropped"]) for text, body in answers.items()} == WEAK


@pytest.mark.any_database
def test_words_that_no_text_has_are_not_glued_together():
    assert (
        side_by_side("我想学 陈墨白的课", ["我想学", "陈", "墨白", "课"], ["陈", "墨白"])
        == "陈墨白"
    )
    # Other names of what was typed do not stand in it, and do not move the place.
    words = ["容器", "编排", "docker", "k8s"]
    assert side_by_side("docker k8s", words, words) == "容器 编排 docker k8s"


@pytest.mark.usefixtures("catalogue")
def test_what_has_all_words_stays_first(api):
    body = ask(api, "python linux 爬虫")
    assert names(body)[:1] == ["Python 爬虫实战"] or "Linux 运维" in names(body)

    body = ask(api, "python 爬虫")
    assert names(body)[0] == "Python 爬虫实战"


@pytest.mark.any_database
@pytest.mark.usefixtures("catalogue")
def test_nothing_is_found_for_what_no_course_has(api):
    for text in ("火星土豆泥", "高数 土豆", "教程", "我想学"):
        assert names(ask(api, text)) == [], text


@pytest.mark.usefixtures("catalogue")
def test_another_word_is_searched_at_once_unless_that_is_refused(api):
    body = ask(api, "pyhton")
    assert (body["corrected_to"], body["did_you_mean"]) == ("python", None)
    assert len(names(body)) == 3

    body = ask(api, "pyhton", exact="true")
    assert (names(body), body["corrected_to"], body["did_you_mean"]) == ([], None, "python")
    assert api.get(URL, {"search": "a", "exact": "perhaps"}).status_code == 400


@pytest.mark.any_database
@pytest.mark.usefixtures("catalogue")
def test_words_that_only_sound_alike_replace_none(api):
    for text in ("教程", "数据分析师", "js", "解释", "是", "linux", "课程"):
        body = ask(api, text)

        assert (body["corrected_to"], body["did_you_mean"]) == (None, None), text


PINYIN = {
    "minglinghang": "命令行",
    "minglingxing": "命令行",
    "celue": "策略",
    "celve": "策略",
    "chonggou": "重构",
    "changlianjie": "长连接",
    "tiaocan": "调参",
    "zengxiaoxian": "曾小贤",
}


@pytest.mark.any_database
def test_pinyin_is_known_as_it_is_said(api, empty_index):
    for name in ("命令行", "重构", "长连接", "调参", "策略"):
        CourseFactory(name=f"Linux {name}")
    CourseFactory(teacher=TeacherFactory(name="曾小贤"))
    indexing.process_outbox()

    answers = {typed: ask(api, typed) for typed in PINYIN}

    assert {typed: body["corrected_to"] for typed, body in answers.items()} == PINYIN
    assert [typed for typed, body in answers.items() if not names(body)] == []


def test_a_card_without_a_mark_says_where_it_was_found(api, empty_index):
    course = CourseFactory(
        name="目标", brief="", teacher__name="陈墨白", course_category__name="编程"
    )
    SectionFactory(course=course, name="综合项目实战")
    indexing.process_outbox()

    def place(text):
        [row] = ask(api, text)["data"]["results"]
        return row["found_in"]

    assert place("项目实战") == {"field": "outline", "text": "综合项目实战", "ranges": [[2, 6]]}
    assert place("陈墨白") == {"field": "teacher", "text": "陈墨白", "ranges": [[0, 3]]}
    assert place("编程") == {"field": "category", "text": "编程", "ranges": [[0, 2]]}
    assert place("目标")["field"] == "name"


@pytest.mark.usefixtures("catalogue")
def test_a_search_that_another_word_answered_counts_as_one_without_result(api):
    ask(api, "pyhton"), ask(api, "python怎么学")

    assert [found for *_, found, _ in search_log._noted] == [0, 3]


@pytest.mark.usefixtures("catalogue")
def test_a_number_that_nothing_costs_is_given_up(api):
    body = ask(api, "python 2024")
    assert ({*names(body)}, body["dropped"]) == (PYTHON, ["2024"])

    # What is a price and nothing else is not.
    assert names(ask(api, "python 2024元")) == []


@pytest.mark.usefixtures("catalogue")
def test_pages_stay_right_when_a_course_is_hidden_or_moves_meanwhile(api):
    first = ask(api, "python", page_size=2)
    assert (first["data"]["count"], len(names(first))) == (3, 2)

    # given one of the first page gone, of which the index knows nothing yet
    Course.objects.filter(name=names(first)[0]).update(is_show=False)
    again = [ask(api, "python", page_size=2), ask(api, "python", page_size=1, page=2)]
    assert [body["data"]["count"] for body in again] == [2, 2]
    assert [*names(again[0])][1:] == names(again[1])
    assert api.get(URL, {"search": "python", "page_size": 1, "page": 3}).status_code == 404

    # and the last one the most popular
    Course.objects.filter(name=names(again[1])[0]).update(students=9000)
    indexing.verify_index()
    assert {*names(ask(api, "python", page_size=2))} == {*names(again[0])}
