"""How many requests a search sends to Elasticsearch, counted by a proxy on the wire."""

import http.client
import http.server
import threading
from urllib.parse import urlsplit

import pytest

from luffy_api.apps.course.models import Course
from luffy_api.apps.search import answering, indexing, selectors
from luffy_api.apps.search.engines import backend, elastic_rehearsal
from luffy_api.apps.search.query import parse
from luffy_api.apps.search.sources import EngineSource
from luffy_api.apps.search.visibility import SearchFilters
from luffy_api.tests.factories import CourseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

# What is typed, and how many requests that takes at most.
SEARCHES = {
    # Found at once.
    "python": 1,
    "python 爬虫": 1,
    "golang": 1,
    # A beginning; words that stand in no name.
    "pyth": 2,
    "测试": 2,
    # Misspelt, pinyin, a wrong character, several words.
    "pyhton": 3,
    "pachong": 3,
    "数剧库": 3,
    "pyhton pachong": 3,
    "suju fenxi": 3,
    # Meant is a word that the index alone knows.
    "zorblxa": 3,
    # Nothing found.
    "qwzxkj": 2,
    "呵呵呵": 2,
    "%": 2,
    # Words that say nothing, that no course has, that no course has together.
    "我想学mysql": 2,
    "mysql qwzxkj": 3,
    "mysql 爬虫 入门": 3,
    "python mysql 数据分析 爬虫": 4,
    # Words of the page, and prices.
    "免费 python": 2,
    "零基础 python": 2,
    "python 99": 3,
    "python 100元以内": 2,
}
COMPLETIONS = {"py": 1, "数据": 1, "golang": 1, "shujufenxi s": 2, "pyhton": 1}


class Proxy(http.server.BaseHTTPRequestHandler):
    """Hands requests on to the server of `target`; `requests` are the paths of those that search,
    with the number of queries in each, and `connections` the sockets."""

    protocol_version = "HTTP/1.1"
    target = ""
    requests: list
    connections: list

    def setup(self):
        super().setup()
        self.connections.append(self.client_address)
        self.upstream = http.client.HTTPConnection(self.target, timeout=60)

    def finish(self):
        self.upstream.close()
        super().finish()

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path.split("?")[0].endswith(("_search", "_msearch")):
            self.requests.append((self.path, body.count(b"\n") // 2))
        self.upstream.request(self.command, self.path, body, dict(self.headers))
        answer = self.upstream.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        self.send_header("content-type", answer.headers["content-type"])
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_PUT = do_HEAD = do_DELETE = do_GET

    def log_message(self, *args):
        """Silent."""


@pytest.fixture
def catalogue(elasticsearch):
    CourseFactory(name="Python 爬虫", brief="单元测试")
    CourseFactory(name="Python 爬虫实战")
    CourseFactory(name="Python 爬虫进阶")
    CourseFactory(name="MySQL 数据库优化")
    CourseFactory(name="MySQL 数据分析")
    CourseFactory(name="MySQL 数据库入门", price=99)
    CourseFactory(name="Zorblax 框架")
    for number in range(3):
        CourseFactory(name=f"Go 语言{'一二三'[number]}")
    indexing.rebuild()


@pytest.fixture
def wire(catalogue, settings):
    """The index of `catalogue` behind a proxy that counts."""
    parts = urlsplit(settings.SEARCH_URL)
    counted = {"target": parts.netloc, "requests": [], "connections": []}
    handler = type("Handler", (Proxy,), counted)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    direct, settings.SEARCH_URL = (
        settings.SEARCH_URL,
        f"http://127.0.0.1:{server.server_port}{parts.path}",
    )
    yield handler
    settings.SEARCH_URL = direct
    server.shutdown()
    server.server_close()


def requests_of(wire, ask, texts):
    """The requests that each text takes: the number of queries in each of them."""
    sent = {}
    for text in texts:
        wire.requests.clear()
        ask(text=text)
        sent[text] = [queries for _, queries in wire.requests]
    return sent


def more_than(limits, sent):
    counts = {text: len(queries) for text, queries in sent.items()}
    return {text: (n, limits[text]) for text, n in counts.items() if n > limits[text]}


def test_a_search_sends_few_requests(wire):
    sent = requests_of(wire, selectors.search, SEARCHES)

    assert more_than(SEARCHES, sent) == {}
    # What is found at once is one query alone, and none has more than are allowed.
    assert sent["python"] == [1]
    assert max(max(queries) for queries in sent.values()) <= elastic_rehearsal.MAX_TOGETHER
    # One search after the other shares a connection.
    assert len(wire.connections) == 1


def test_a_completion_sends_one_request(wire):
    assert more_than(COMPLETIONS, requests_of(wire, selectors.suggestions, COMPLETIONS)) == {}


def test_without_a_rehearsal_there_would_be_more(wire, monkeypatch):
    # The control: what is counted is what the rehearsal saves.
    monkeypatch.setattr(elastic_rehearsal, "MAX_TOGETHER", 1)

    more = more_than(SEARCHES, requests_of(wire, selectors.search, SEARCHES))

    assert {"pyhton", "pachong", "python mysql 数据分析 爬虫"} <= set(more)
    assert more["pyhton"][0] > 5


@pytest.mark.parametrize("ordering", [None, "price"])
def test_a_rehearsal_changes_no_answer(catalogue, ordering):
    Course.objects.filter(name="Python 爬虫进阶").update(is_show=False)
    filters = SearchFilters(ordering=ordering)

    def alone(text):
        source = EngineSource(backend())
        return answering.answer(source, parse(text), filters, exact=False)

    found = {text: selectors.search(text=text, ordering=ordering) for text in SEARCHES}

    assert found == {text: alone(text) for text in SEARCHES}
    assert found["zorblxa"].corrected_to == "zorblax"
