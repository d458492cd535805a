"""GET course/search/suggest/ and course/search/hot/: the lists below the search box."""

import time

import pytest

from luffy_api.apps.publishing import versions
from luffy_api.apps.search import indexing
from luffy_api.apps.search.models import SearchAlias
from luffy_api.tests.factories import CourseFactory, HotWordFactory

pytestmark = [pytest.mark.usefixtures("empty_index"), pytest.mark.any_database]
SUGGEST = "/api/v1/course/search/suggest/"
SEARCH = "/api/v1/course/search/"
HOT = "/api/v1/course/search/hot/"


def completions(api, typed):
    indexing.process_outbox()
    return api.get(SUGGEST, {"search": typed}).json()["data"]


def test_names_that_begin_with_what_was_typed_come_first(api):
    CourseFactory(name="学 Python", students=900)
    CourseFactory(name="Python 入门", students=5)
    CourseFactory(name="Linux")
    CourseFactory(name="python 进阶", students=50)
    assert completions(api, "ＰＹ") == ["python", "python 进阶", "Python 入门", "学 Python"]


def test_a_name_is_suggested_once_and_never_more_than_eight(api):
    CourseFactory.create_batch(3, name="Python 入门")
    for n in range(12):
        CourseFactory(name=f"Python {n}")
    names = completions(api, "python")
    assert len(names) == len(set(names)) == 8


def test_hidden_courses_are_not_suggested(api):
    CourseFactory(name="Python", is_show=False)
    CourseFactory(name="Python", status=1)
    assert completions(api, "py") == []


def test_what_completes_nothing(api):
    CourseFactory(name="Python")
    for typed in ("", " ", "　", "%", "_", "\\", "'", "🐍"):
        assert completions(api, typed) == [], typed


def test_hot_words_in_their_order(api):
    HotWordFactory(word="二", orders=2)
    HotWordFactory(word="一", orders=1)
    HotWordFactory(is_show=False)
    HotWordFactory(is_delete=True)
    assert api.get(HOT).json()["data"] == ["一", "二"]


def test_at_most_ten_hot_words(api):
    HotWordFactory.create_batch(11)
    assert len(api.get(HOT).json()["data"]) == 10


@pytest.mark.parametrize("size", [1, 9])
def test_few_queries_at_any_size(api, django_assert_num_queries, size, monkeypatch):
    CourseFactory.create_batch(size, brief="py")
    HotWordFactory.create_batch(size)
    indexing.process_outbox()
    # What is public has been read, as by any request before, and not over a second ago.
    monkeypatch.setattr(versions, "READ_AFTER", 60)
    api.get(HOT), api.get(SUGGEST, {"search": "别的"})
    for url, queries in ((f"{SUGGEST}?search=课程", 2), (HOT, 1)):
        with django_assert_num_queries(queries):
            assert api.get(url).json()["data"]


def kinds(api, typed):
    indexing.process_outbox()
    body = api.get(SUGGEST, {"search": typed}).json()
    return dict(zip(body["data"], body["kinds"], strict=True))


def test_a_row_says_what_it_is(api):
    HotWordFactory(word="爬虫入门")
    CourseFactory(name="爬虫实战", teacher__name="爬山虎", course_category__name="爬虫类")

    expected = {
        "爬虫入门": "word",
        "爬山虎": "teacher",
        "爬虫类": "category",
        "爬虫实战": "course",
    }
    assert kinds(api, "爬").items() >= expected.items()
    for typed in ("爬老师", "爬山虎老师"):
        assert kinds(api, typed)["爬山虎"] == "teacher", typed


def test_letters_that_are_nearly_pinyin_take_no_time(api):
    CourseFactory(name="Python")
    indexing.process_outbox()
    for letters in ("ang" * 14 + "v", "ang" * 32 + "v", "nang" * 24 + "x", "xian" * 24):
        for url in (SUGGEST, SEARCH):
            began = time.process_time()
            assert api.get(url, {"search": f"{letters} s"}).status_code == 200
            assert time.process_time() - began < 3, (url, letters)


def test_all_words_before_the_last_one_are_in_the_name(api):
    courses = ("Docker Swarm", "Docker 实战", "Scrapy", "5G 网络", "Git", "Vue 3 Store", "Router")
    for name in courses:
        CourseFactory(name=name)
    expected = {
        "docker s": {"Docker Swarm"},
        "docker sz": {"Docker 实战"},
        "shizhan d": {"Docker 实战"},
        "5g": {"5G 网络"},
        "vue3 s": {"Vue 3 Store"},
        "vue3 r": set(),
    }

    for typed, wanted in expected.items():
        found = kinds(api, typed)

        assert wanted <= {text for text, kind in found.items() if kind == "course"}, typed
        assert not {"Scrapy", "Git", "Router"} & set(found), typed


def test_another_name_is_completed_as_what_it_means(api):
    SearchAlias.objects.create(alias="小鲸鱼", meaning="Docker")
    CourseFactory(name="Docker 部署")

    assert "Docker 部署" in kinds(api, "小鲸鱼")
    assert "Docker 部署" in kinds(api, "bushu")
    assert kinds(api, "小鲸鱼")["docker"] == "word"
    # What is begun behind it narrows that.
    CourseFactory(name="Docker 监控")
    assert {text for text, kind in kinds(api, "小鲸鱼 b").items() if kind == "course"} <= {
        "Docker 部署"
    }
    assert "Docker 部署" in kinds(api, "小鲸鱼 bu")
