"""Elasticsearch that is down, slow, half built or another server: the database answers soon."""

import http.server
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache

from luffy_api.apps.search import circuit_breaker, indexing, selectors
from luffy_api.apps.search.engines import backend
from luffy_api.apps.search.engines.base import FORMAT
from luffy_api.tests.factories import CourseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/api/v1/course/search/"
SUGGEST = "/api/v1/course/search/suggest/"
MAPPING = {"i": {"mappings": {"_meta": {"format": FORMAT, "dictionary": []}}}}


class Peer(http.server.BaseHTTPRequestHandler):
    """A server that does to every request what `behaviour` says, and remembers the requests."""

    behaviour = staticmethod(lambda peer: None)
    seen: list = []

    def do_GET(self):
        size = int(self.headers.get("content-length") or 0)
        self.seen.append((self.path, dict(self.headers), self.rfile.read(size)))
        self.behaviour(self)

    do_POST = do_PUT = do_HEAD = do_DELETE = do_GET

    def answer(self, status, body, content_type="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Silent."""


def sleep(peer):
    time.sleep(3)
    peer.answer(200, {})


def drip(peer):
    peer.send_response(200)
    peer.send_header("content-type", "application/json")
    peer.end_headers()
    try:
        for _ in range(40):
            peer.wfile.write(b" ")
            peer.wfile.flush()
            time.sleep(0.1)
    except OSError:
        pass


def slow_but_right(peer):
    time.sleep(0.5)
    none = {"responses": [{"status": 200}] * (peer.seen[-1][2].count(b"\n") // 2)}
    peer.answer(200, MAPPING if "_mapping" in peer.path else none)


def hang_up(peer):
    peer.connection.close()


BEHAVIOURS = {
    "sleeps": sleep,
    "drips": drip,
    "is slow with every answer": slow_but_right,
    "hangs up": hang_up,
    "answers 500": lambda peer: peer.answer(500, {"error": "x"}),
    "answers 503": lambda peer: peer.answer(503, {"error": {"type": "no_shard_available"}}),
    "answers 429": lambda peer: peer.answer(429, {"error": "x"}),
    "answers 401": lambda peer: peer.answer(401, {"error": "x"}),
    "is a web site": lambda peer: peer.answer(200, b"<html></html>", "text/html"),
    "answers a list": lambda peer: peer.answer(200, []),
    "answers nothing": lambda peer: peer.answer(200, b""),
    "answers rubbish": lambda peer: peer.answer(200, b"{rubbish"),
    "answers another shape": lambda peer: peer.answer(200, {"hits": 7}),
}


@pytest.fixture
def peer(settings):
    """A server on loopback that SEARCH_URL points to; `peer.behaviour` is what it does."""
    handler = type("Handler", (Peer,), {"seen": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.SEARCH_URL = f"http://luffy:hunter2@127.0.0.1:{server.server_port}/peer"
    circuit_breaker.reset_circuit()
    # A web server has loaded the client before it answers anybody (wsgi.py).
    backend()
    yield handler
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_the_database_answers_within_two_seconds(api, peer, caplog, behaviour):
    peer.behaviour = staticmethod(BEHAVIOURS[behaviour])
    course = CourseFactory(name="爬虫")

    began = time.monotonic()
    answer = api.get(URL, {"search": "爬虫"})
    seconds = time.monotonic() - began

    assert answer.status_code == 200
    assert [row["id"] for row in answer.json()["data"]["results"]] == [course.pk]
    assert seconds < 2
    assert "falls back to the database" in caplog.text
    assert "hunter2" not in caplog.text
    assert api.get(SUGGEST, {"search": "爬"}).json()["data"] == ["爬虫"]


def test_without_a_thread_the_database_answers(api, peer, no_threads):
    course = CourseFactory(name="爬虫")

    with no_threads():
        answer = api.get(URL, {"search": "爬虫"})

    assert [row["id"] for row in answer.json()["data"]["results"]] == [course.pk]
    assert peer.seen == []


def test_an_open_circuit_spares_the_server_until_the_reset_timeout(peer, monkeypatch):
    # given a server that refuses
    peer.behaviour = staticmethod(BEHAVIOURS["answers 503"])
    selectors.search(text="爬虫")
    asked = len(peer.seen)

    # when many search at once
    for _ in range(10):
        assert selectors.search(text="爬虫").engine == "database"

    # then no request is sent before the circuit is tried again
    assert len(peer.seen) == asked
    later = time.monotonic() + circuit_breaker.RESET_TIMEOUT
    monkeypatch.setattr(circuit_breaker.time, "monotonic", lambda: later)
    selectors.search(text="爬虫")
    assert len(peer.seen) == asked + 1


def test_a_server_that_stays_frozen_is_tried_by_one_search_alone(peer, monkeypatch):
    # given a server that has not answered a search in time
    peer.behaviour = staticmethod(BEHAVIOURS["sleeps"])
    circuit_breaker.query_engine(lambda engine: engine.dictionary())
    asked = len(peer.seen)
    later = time.monotonic() + circuit_breaker.RESET_TIMEOUT
    monkeypatch.setattr(circuit_breaker.time, "monotonic", lambda: later)

    # when several students search as it is tried again
    def search(_):
        return circuit_breaker.query_engine(lambda engine: engine.dictionary())

    with ThreadPoolExecutor(5) as students:
        answers = [*students.map(search, range(5))]

    # then one of them waits for it
    assert answers == [None] * 5
    assert len(peer.seen) == asked + 1


def test_a_server_that_answers_again_is_asked_by_all(peer, monkeypatch):
    peer.behaviour = staticmethod(BEHAVIOURS["answers 503"])
    circuit_breaker.query_engine(lambda engine: engine.dictionary())
    later = time.monotonic() + circuit_breaker.RESET_TIMEOUT
    monkeypatch.setattr(circuit_breaker.time, "monotonic", lambda: later)
    peer.behaviour = staticmethod(lambda peer: peer.answer(200, MAPPING))

    answers = [circuit_breaker.query_engine(lambda engine: engine.dictionary()) for _ in "ab"]

    assert answers == [(), ()]


def test_nothing_listens_there(api, settings):
    settings.SEARCH_URL = "http://127.0.0.1:9"
    circuit_breaker.reset_circuit()

    assert selectors.search(text="爬虫").engine == "database"


def test_requests_are_plain_json_with_the_password_and_any_product_may_answer(peer):
    # given a server that sends no product header, like OpenSearch
    peer.behaviour = staticmethod(slow_but_right)

    with backend()._cluster.reading() as client:
        client.search(index="peer", body={"size": 1})

    _, headers, _ = peer.seen[0]
    headers = {name.lower(): value for name, value in headers.items()}
    assert headers["accept"] == headers["content-type"] == "application/json"
    assert headers["authorization"].startswith("Basic ")


@pytest.mark.any_database
def test_an_alias_that_is_missing_is_built_by_itself(elasticsearch):
    course = CourseFactory(name="爬虫")
    cache.clear()

    assert selectors.search(text="爬虫").engine == "database"

    found = selectors.search(text="爬虫")
    assert (found.engine, found.ids) == ("elasticsearch", [course.pk])


@pytest.mark.any_database
@pytest.mark.parametrize("obstacle", ["an index of that name", "a closed build", "a foreign alias"])
def test_a_rebuild_clears_what_stands_in_its_way(elasticsearch, obstacle):
    # given something that has the alias's name
    course = CourseFactory(name="爬虫")
    name = elasticsearch._cluster.name
    with elasticsearch._cluster.writing() as client:
        match obstacle:
            case "an index of that name":
                client.indices.create(index=name)
            case "a closed build":
                indexing.rebuild()
                client.indices.close(index=f"{name}-*")
            case "a foreign alias":
                client.indices.create(index=f"{name}-older", aliases={name: {}})

    # when the index is rebuilt
    indexing.rebuild()

    # then it is the only one behind the alias
    assert elasticsearch.fingerprints(after=0, limit=9)[0][0] == course.pk
    with elasticsearch._cluster.writing() as client:
        assert len(client.indices.get_alias(name=name)) == 1


@pytest.mark.any_database
def test_aborted_builds_are_removed_and_other_indices_are_not(elasticsearch):
    name = elasticsearch._cluster.name
    elasticsearch.begin_build([])
    with elasticsearch._cluster.writing() as client:
        client.indices.create(index=f"{name}-orders")

    indexing.rebuild()

    with elasticsearch._cluster.writing() as client:
        names = set(client.indices.get(index=f"{name}-*"))
    assert f"{name}-orders" in names
    assert len(names) == 2


@pytest.mark.any_database
def test_a_refused_write_keeps_the_outbox(elasticsearch):
    indexing.rebuild()
    CourseFactory(name="爬虫")
    name = elasticsearch._cluster.name
    with elasticsearch._cluster.writing() as client:
        client.indices.put_settings(index=name, settings={"index.blocks.write": True})
        with pytest.raises(Exception, match="refused"):
            indexing.process_outbox()
        client.indices.put_settings(index=name, settings={"index.blocks.write": False})

    indexing.process_outbox()

    assert len(selectors.search(text="爬虫").ids) == 1
