"""An Elasticsearch that is down, slow or half built: the database answers within 2 seconds."""

import time

import elasticsearch as elasticsearch_py
import pytest
from django.core.cache import cache

from luffy_api.apps.search import answering, indexing, selectors
from luffy_api.apps.search.exceptions import BackendFault
from luffy_api.apps.search.tasks import keep_search_fresh
from luffy_api.apps.search.tests.acceptance import peers
from luffy_api.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/course/search/"
SECONDS = 2
HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
PEERS = {
    "silent": peers.silent,
    "dripping": peers.dripping,
    "hanging up": peers.hanging_up,
    "500": peers.answering("500 Internal Server Error", "application/json", '{"error": "x"}'),
    "502 with HTML": peers.answering("502 Bad Gateway", "text/html", HTML),
    "503": peers.answering("503 Service Unavailable", "application/json", "{}"),
    "429": peers.answering("429 Too Many Requests", "application/json", "{}"),
    "401": peers.answering("401 Unauthorized", "application/json", '{"error": "no"}'),
    "404": peers.answering("404 Not Found", "application/json", '{"error": "no"}'),
    "200 with HTML": peers.answering("200 OK", "text/html", HTML),
    "200 with other JSON": peers.answering("200 OK", "application/json", '{"hello": ["you"]}'),
    "200 with a list": peers.answering("200 OK", "application/json", "[]"),
    "200 with odd hits": peers.answering("200 OK", "application/json", '{"hits": {"hits": [7]}}'),
    "200 with half a body": peers.answering("200 OK", "application/json", '{"hits": '),
    "200 and no body": peers.answering("200 OK", "application/json", ""),
}


@pytest.fixture(autouse=True)
def _course():
    answering.wake()
    # A task runner that is not there yet.
    cache.set("search:heal", 1, timeout=60)
    CourseFactory(name="写爬虫")


def assert_answered_by_the_database(api) -> None:
    """Twice each: the first one meets the fault, the second one may know of it."""
    for _ in range(2):
        begin = time.perf_counter()
        answer = api.get(URL, {"search": "爬虫"})
        assert time.perf_counter() - begin < SECONDS
        assert answer.status_code == 200, answer.json()
        assert [row["name"] for row in answer.json()["data"]["results"]] == ["写爬虫"]
        begin = time.perf_counter()
        assert api.get(f"{URL}suggest/", {"search": "写爬"}).json()["data"] == ["写爬虫"]
        assert time.perf_counter() - begin < SECONDS
        answering.wake()
    assert selectors.search(text="爬虫").engine == "database"


@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS)
def test_what_answers_is_no_elasticsearch(api, settings, peer):
    with peers.listening(peer) as address:
        settings.SEARCH_URL = f"{address}/luffy"
        assert_answered_by_the_database(api)


def test_nobody_answers(api, settings):
    with peers.nobody() as address:
        settings.SEARCH_URL = f"{address}/luffy"
        assert_answered_by_the_database(api)
        with pytest.raises(BackendFault):
            indexing.rebuild()


def test_a_name_that_does_not_resolve(api, settings):
    settings.SEARCH_URL = "http://elasticsearch.invalid:9200/luffy"
    assert_answered_by_the_database(api)


@pytest.fixture
def server(elasticsearch, settings):
    """A client of the real server, and the name of an index that is not there yet."""
    address, _, name = settings.SEARCH_URL.rpartition("/")
    with elasticsearch_py.Elasticsearch(address) as client:
        yield client, name


def nothing(client, name):
    """The server is new."""


def an_index_of_others(client, name):
    client.index(index=name, document={"name": "x"}, refresh=True)


def a_build_that_was_broken_off(client, name):
    client.indices.create(index=f"{name}-half", aliases={name: {}})


def deleted(client, name):
    indexing.rebuild()
    client.indices.delete(index=f"{name}-*")


def closed(client, name):
    indexing.rebuild()
    client.indices.close(index=f"{name}-*")


def taken_by_others(client, name):
    deleted(client, name)
    an_index_of_others(client, name)


FAULTS = [
    *[nothing, an_index_of_others, a_build_that_was_broken_off, deleted, closed],
    taken_by_others,
]


@pytest.mark.any_database
@pytest.mark.parametrize("fault", FAULTS)
def test_an_index_that_is_not_what_it_should_be(api, server, fault):
    fault(*server)
    assert_answered_by_the_database(api)

    cache.delete("search:heal")
    keep_search_fresh.call_local()

    answering.wake()
    assert selectors.search(text="爬虫").engine == "elasticsearch"
    assert api.get(URL, {"search": "爬虫"}).json()["data"]["results"][0]["name"] == "写爬虫"
