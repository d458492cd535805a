"""What is kept of searches, cards and completions follows the catalogue and the index."""

import pytest
from django.core.cache import cache
from django.test import Client

from luffy_api.apps.course import card_fragments
from luffy_api.apps.course.models import Course
from luffy_api.apps.search import circuit_breaker, indexing, result_cache, search_log, visibility
from luffy_api.apps.search.models import HotWord, SearchAlias
from luffy_api.common import replica
from luffy_api.tests.factories import (
    CategoryFactory,
    CourseFactory,
    DiscountFactory,
    TeacherFactory,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]

SEARCH = "/api/v1/course/search/"
SUGGEST = "/api/v1/course/search/suggest/"


@pytest.fixture
def shop(publishing, settings, tmp_path):
    """An index, and nothing that is kept yet."""
    settings.SEARCH_URL = f"sqlite:///{tmp_path / 'search.sqlite3'}"
    stores = (card_fragments._store_of, result_cache._store_of)
    for store in stores:
        store.cache_clear()
    circuit_breaker.reset_circuit()
    search_log.forget()
    cache.clear()
    indexing.rebuild()
    yield
    for store in stores:
        store.cache_clear()
    search_log.forget()


# Who asks is nothing to the database.
@pytest.fixture(params=["visitor", pytest.param("student", marks=pytest.mark.any_database)])
def client(request) -> Client:
    """Published bytes are for visitors; what a token sends passes by them."""
    headers = {"authorization": "jwt of-somebody"} if request.param == "student" else {}
    return Client(headers={"accept": "application/json", **headers})


def course(**values):
    """In the catalogue and in the index."""
    made = CourseFactory(**values)
    indexing.process_outbox()
    return made


def found(client, text, **query):
    answer = client.get(SEARCH, {"search": text, **query})
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def names(client, text, **query):
    return [row["name"] for row in found(client, text, **query)["results"]]


def test_the_second_search_asks_nothing_and_is_counted(client, django_assert_num_queries):
    course(name="爬虫"), course(name="爬虫"), course(name="爬虫")
    first = found(client, "爬虫")

    with django_assert_num_queries(0):
        second = found(client, "爬虫")

    assert second == first
    assert len(search_log._noted) == 2


def test_turning_pages_of_kept_results_is_no_search(client):
    course(name="爬虫"), course(name="爬虫"), course(name="爬虫")
    for _ in range(2):
        for page in (1, 2, 3):
            assert len(names(client, "爬虫", page=page, page_size=1)) == 1

    assert len(search_log._noted) == 2


def test_a_change_is_seen_at_once(client):
    first = course(name="爬虫", price="100", students=1)
    other = course(name="爬虫", students=0)
    assert found(client, "爬虫")["count"] == 2

    # without the models, of which the index knows nothing
    Course.objects.filter(pk=first.pk).update(brief="新的简介")
    assert found(client, "爬虫")["results"][0]["brief"] == "新的简介"
    DiscountFactory(courses=[first], discount_type=1, value=0)
    assert found(client, "爬虫")["results"][0]["real_price"] == "0.00"
    Course.objects.filter(pk=first.pk).update(is_show=False)
    assert [row["id"] for row in found(client, "爬虫")["results"]] == [other.pk]
    assert found(client, "爬虫")["count"] == 1


def test_a_new_name_is_found_though_the_search_was_kept_before_the_index_had_it(client):
    # given a search between a change and its way into the index
    renamed = course(name="爬虫")
    Course.objects.filter(pk=renamed.pk).update(name="协程")
    assert (names(client, "爬虫"), names(client, "协程")) == (["协程"], [])

    indexing.verify_index()

    assert (names(client, "爬虫"), names(client, "协程")) == ([], ["协程"])


def test_a_new_index_is_seen_at_once(client):
    Course.objects.bulk_create(
        [
            CourseFactory.build(
                name="协程", course_category=CategoryFactory(), teacher=TeacherFactory()
            )
        ]
    )
    assert names(client, "协程") == []

    indexing.rebuild()

    assert names(client, "协程") == ["协程"]


def test_filters_have_results_of_their_own(client):
    course(name="爬虫一", kind=1, price=0), course(name="爬虫二", kind=2)

    for _ in range(2):
        assert len(names(client, "爬虫")) == 2
        assert names(client, "爬虫", kind=1) == names(client, "爬虫", free="true") == ["爬虫一"]
        assert names(client, "爬虫", ordering="-price") == ["爬虫二", "爬虫一"]
        assert client.get(SEARCH, {"search": "爬虫", "kind": 9}).status_code == 400


def test_what_the_database_answers_is_not_kept(client, monkeypatch):
    course(name="写爬虫")
    with monkeypatch.context() as away:
        away.setattr(circuit_breaker, "query_engine", lambda query: None)
        assert names(client, "写爬虫") == ["写爬虫"]

    assert names(client, "写爬虫") == ["写爬虫"]
    assert [by_database for *_, by_database in search_log._noted] == [True, False]


def test_completions_follow_courses_and_hot_words(client):
    hidden = course(name="爬虫入门")
    assert client.get(SUGGEST, {"search": "爬"}).json()["data"] == ["爬虫", "爬虫入门"]

    HotWord.objects.create(word="爬山")
    Course.objects.filter(pk=hidden.pk).update(is_show=False)

    assert client.get(SUGGEST, {"search": "爬"}).json()["data"] == ["爬山", "爬虫"]


def test_a_search_follows_the_aliases(client):
    course(name="Docker 部署")
    assert (names(client, "小鲸鱼"), client.get(SUGGEST, {"search": "小鲸鱼"}).json()["data"]) == (
        [],
        [],
    )

    alias = SearchAlias.objects.create(alias="小鲸鱼", meaning="Docker")
    assert names(client, "小鲸鱼") == ["Docker 部署"]
    assert "Docker 部署" in client.get(SUGGEST, {"search": "小鲸鱼"}).json()["data"]

    alias.delete()
    assert names(client, "小鲸鱼") == []


def test_completions_are_made_once(client, django_assert_num_queries):
    course(name="爬虫入门")
    first = client.get(SUGGEST, {"search": "爬"}).json()

    with django_assert_num_queries(0):
        assert client.get(SUGGEST, {"search": "爬"}).json() == first


def test_many_hits_lose_a_hidden_course_by_the_version_alone(client):
    hidden, *_ = course(name="爬虫"), course(name="爬虫"), course(name="爬虫"), course(name="爬虫")
    visibility._hidden_ids.refresh()
    Course.objects.filter(pk=hidden.pk).update(status=Course.Status.OFFLINE)

    assert found(client, "爬虫")["count"] == 3


def test_memory_is_bounded(client):
    course(name="爬虫"), course(name="爬虫"), course(name="爬虫")
    limit = result_cache._store().max_bytes
    for number in range(200):
        names(client, f"爬虫 {number}")

    assert 0 < result_cache._store().bytes <= limit
    assert 0 < card_fragments._store().bytes <= card_fragments._store().max_bytes


def test_what_is_kept_comes_from_the_primary():
    router = replica.ReplicaRouter()
    with replica._from_replica():
        assert router.db_for_read(Course) == replica.ALIAS
        with replica.only_primary():
            assert router.db_for_read(Course) != replica.ALIAS
        assert router.db_for_read(Course) == replica.ALIAS
