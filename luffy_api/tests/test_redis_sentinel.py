"""A Redis whose master dies: another one takes its place, and nobody starts anything anew."""

import time
from threading import Event, Thread
from uuid import uuid4

import pytest
from django.core.cache import cache
from huey.contrib.djhuey import HUEY
from redis.exceptions import AuthenticationError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeout

from luffy_api.common import redis_circuit, redis_sentinel
from luffy_api.common.redis_circuit import circuit
from luffy_api.tests.redis_server import NEEDS_REDIS, wait_until
from luffy_api.tests.sentinels import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, NEEDS_REDIS]

COURSES = "/api/v1/course/"


class Worker:
    """Takes tasks as a worker of the runner does."""

    def __init__(self) -> None:
        self.over = Event()
        self.thread = Thread(target=self._work)
        self.thread.start()

    def _work(self) -> None:
        while not self.over.is_set():
            if (task := HUEY.dequeue()) is not None:
                HUEY.execute(task)

    def end(self) -> None:
        self.over.set()
        self.thread.join()


@pytest.fixture
def done(sentinels):
    """What the tasks of a worker have done."""
    done: list[object] = []
    worker = Worker()
    yield done
    worker.end()


def test_an_answer_that_comes_late_is_not_that_of_the_next_command(sentinels):
    client = redis_circuit.client()
    client.set("key", "the first")
    sentinels.master.ask("CLIENT", "PAUSE", 450, "ALL")

    with pytest.raises(RedisTimeout):
        client.get("key")

    assert client.echo("the second") == b"the second"


def test_everything_follows_a_failover(sentinels, api, done, record_property):
    # A name of its own: the queue keeps that of an attempt before this one.
    work = HUEY.task(name=f"work over a failover {uuid4()}")(done.append)
    work("before")
    wait_until(lambda: done == ["before"])
    cache.set("key", 1)
    assert sentinels.master.ask("EXISTS", cache.make_key("key")) == 1
    # What is written asynchronously may be lost with the master.
    sentinels.master.ask("WAIT", 1, 1000)

    sentinels.master.kill()
    killed = time.monotonic()
    slowest = 0.0
    statuses = set()
    while sentinels.master_port() != sentinels.replica.port or circuit.state().is_open:
        began = time.monotonic()
        statuses.add(api.get(COURSES).status_code)
        slowest = max(slowest, time.monotonic() - began)
        work(len(done))
        assert time.monotonic() - killed < 60
    seconds = time.monotonic() - killed

    # No request failed, or waited for more than some time limits of a socket.
    assert statuses == {200}
    assert slowest < 5
    # And cache, limits and tasks are shared again, by the other Redis.
    cache.set("after", 1)
    assert sentinels.replica.ask("EXISTS", cache.make_key("after")) == 1
    assert cache.get("key") == 1
    work("after")
    wait_until(lambda: done[-1] == "after")
    record_property("figures", f"Redis failover: {seconds:.1f} s, slowest request {slowest:.2f} s")


def test_a_master_that_becomes_a_replica_is_left(sentinels, done):
    """Somebody exchanges the two: the old one lives on and answers READONLY."""
    client, replica = redis_circuit.client(), sentinels.replica
    cache.set("key", 1)
    with sentinels.client(2) as sentinel:
        sentinel.execute_command("SENTINEL FAILOVER mymaster")
    wait_until(lambda: sentinels.master_port() == replica.port)
    wait_until(lambda: _is_replica(sentinels.master))

    cache.set("key", 2)
    wait_until(lambda: not circuit.state().is_open)
    cache.set("key", 3)
    client.incr("counter")
    HUEY.task(name="work over an exchange")(done.append)("task")

    assert replica.ask("EXISTS", cache.make_key("key")) == 1
    assert replica.ask("GET", "counter") == b"1"
    assert replica.ask("TTL", cache.make_key("key")) > 0
    wait_until(lambda: done == ["task"])


def _is_replica(server):
    """A master that becomes a replica closes its connections."""
    try:
        return server.ask("ROLE")[0] == b"slave"
    except RedisConnectionError:
        return False


def test_a_sentinel_that_is_away_or_frozen_is_passed_over(sentinels, settings):
    sentinels.processes[0].kill()
    pool = redis_circuit.connection_pool(settings.REDIS_URL)
    began = time.monotonic()

    connection = pool.get_connection()

    assert connection.port == sentinels.master.port
    assert time.monotonic() - began < 10
    pool.disconnect()


def test_threads_that_connect_at_once_lose_no_sentinel(sentinels, settings):
    sentinels.processes[0].kill()
    pool = redis_circuit.connection_pool(settings.REDIS_URL)
    asked = pool.sentinel_manager
    known = {str(each) for each in asked.sentinels}

    threads = [Thread(target=asked.discover_master, args=["mymaster"]) for _ in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert {str(each) for each in asked.sentinels} == known


def test_without_any_sentinel_the_shop_goes_on_alone(sentinels, api):
    for process in sentinels.processes:
        process.kill()
        process.wait()
    sentinels.master.kill()
    began = time.monotonic()

    assert api.get(COURSES).status_code == 200

    assert circuit.state().is_open
    assert time.monotonic() - began < 10
    with pytest.raises(RedisTimeout):
        redis_circuit.client().ping()


@pytest.mark.parametrize("wrong", [PASSWORD, "auch"])
def test_a_wrong_password_is_an_outage_and_no_error(sentinels, settings, api, wrong):
    settings.REDIS_URL = settings.REDIS_URL.replace(
        {PASSWORD: "sehr%3Ageheim", "auch": "auch%40geheim"}[wrong], "falsch"
    )
    with pytest.raises((AuthenticationError, RedisTimeout)):
        redis_circuit.client().ping()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis+sentinel://one/m", ((("one", 26379),), "m", 0, {}, {})),
        (
            "redis+sentinel://u:p%40@one:1,[::1]:2,10.0.0.1/my-master/3?sentinel_password=s%26",
            (
                (("one", 1), ("::1", 2), ("10.0.0.1", 26379)),
                *("my-master", 3),
                {"username": "u", "password": "p@"},
                {"password": "s&"},
            ),
        ),
    ],
)
def test_addresses(url, expected):
    found = redis_sentinel.parse(url)

    parts = (found.sentinels, found.service, found.database, found.login, found.sentinel_login)
    assert parts == expected
    assert "p@" not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "redis+sentinel://",
            "redis+sentinel:///m",
            "redis+sentinel://one",
            "redis+sentinel://one/",
        ),
        *("redis+sentinel://one,/m", "redis+sentinel://one:0/m", "redis+sentinel://one:x/m"),
        *(
            "redis+sentinel://one:99999/m",
            "redis+sentinel://a:b:c@one/m",
            "redis+sentinel://[::1/m",
        ),
        *("redis+sentinel://one/m/x", "redis+sentinel://one/m/-1", "redis+sentinel://one/m/0/1"),
        *("redis+sentinel://one/m/0?x=1", "redis+sentinel://one/m/0?sentinel_password"),
        "redis+sentinel://one/m/0?sentinel_password=a&sentinel_password=b",
        *("redis+sentinel://one/m/0#x", "redis+sentinel://on e/m", "redis://one/0"),
    ],
)
def test_other_forms_are_refused(url):
    with pytest.raises(ValueError, match=r"redis\+sentinel"):
        redis_sentinel.parse(url)
