"""GET course/search/suggest/ and course/search/hot/: the lists below the search box."""

import pytest

from luffy_api.apps.search import indexing
from luffy_api.tests.factories import CourseFactory, HotWordFactory

pytestmark = pytest.mark.usefixtures("empty_index")
SUGGEST = "/api/v1/course/search/suggest/"
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


@pytest.mark.parametrize("typed", ["", " ", "　", "%", "_", "\\", "'", "🐍"])
def test_what_completes_nothing(api, typed):
    CourseFactory(name="Python")
    assert completions(api, typed) == []


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
def test_few_queries_at_any_size(api, django_assert_num_queries, size):
    CourseFactory.create_batch(size, brief="py")
    HotWordFactory.create_batch(size)
    indexing.process_outbox()
    api.get(HOT)
    for url, queries in ((f"{SUGGEST}?search=课程", 2), (HOT, 1)):
        with django_assert_num_queries(queries):
            assert api.get(url).json()["data"]
