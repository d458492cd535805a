"""Requests while Redis is killed, frozen, full, locked or restarted: as if nothing had happened."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Barrier, Event, Thread

import pytest
from django.core.cache import cache, caches
from django.db import transaction
from huey.contrib.djhuey import HUEY
from rest_framework.test import APIClient

from luffy_api.common import redis_circuit
from luffy_api.common.codes import Code
from luffy_api.common.redis_circuit import RedisCircuit, circuit
from luffy_api.common.task_queue import MAX_KEPT_TASKS
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import PASSWORD, CourseFactory, UserFactory
from luffy_api.tests.redis_server import NEEDS_REDIS, RedisServer, wait_until
from luffy_api.tests.test_permissions import PUBLIC, ROUTES, STUDENTS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    NEEDS_REDIS,
]

Fault = Callable[[RedisServer], None]
FAULTS: dict[str, tuple[Fault, Fault]] = {
    "killed": (RedisServer.kill, RedisServer.start),
    "frozen": (RedisServer.freeze, RedisServer.thaw),
    "full": (RedisServer.fill, RedisServer.empty),
    "locked": (RedisServer.lock, RedisServer.unlock),
}


@dataclass
class Pass:
    """What every endpoint answered, and in how many seconds."""

    answers: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def send(self, name: str, client: APIClient, method: str, path: str, body: object) -> None:
        began = time.perf_counter()
        answer = getattr(client, method.lower())(path, body, format="json")
        self.seconds.append(time.perf_counter() - began)
        is_json = answer["Content-Type"] == "application/json"
        self.answers[name] = answer.status_code, answer.json().get("code") if is_json else None


# The schema takes longer than all others together, and asks Redis nothing else.
EVERY_ENDPOINT = sorted((PUBLIC | STUDENTS) - {"GET schema/"})


@pytest.fixture
def one_pass(django_capture_on_commit_callbacks) -> Callable[..., Pass]:
    """Asks the endpoints once, and visits the shop; the database is as before afterwards."""
    student = UserFactory()
    course = CourseFactory(name="爬虫实战", price="99.00")

    def ask(endpoints: Iterable[str] = EVERY_ENDPOINT) -> Pass:
        seen = Pass()
        with transaction.atomic():
            with django_capture_on_commit_callbacks(execute=True):
                for name in endpoints:
                    method, _, route = name.partition(" ")
                    # Logging out ends tokens, so everyone comes with a fresh one.
                    student.refresh_from_db()
                    client = logged_in(student) if name in STUDENTS else visitor()
                    body = {} if method != "GET" else None
                    seen.send(name, client, method, ROUTES[route], body)
                for name, (client, method, path, body) in visits(student, course).items():
                    seen.send(name, client, method, path, body)
            transaction.set_rollback(True)
        return seen

    return ask


def visitor() -> APIClient:
    return APIClient(raise_request_exception=False)


def visits(student, course):
    """Requests that succeed, and queue tasks."""
    order = {"courses": [course.pk], "total_amount": "99.00"}
    code = {"mobile": "13700000001", "purpose": "login"}
    login = {"username": student.username, "password": PASSWORD}
    student.refresh_from_db()
    CourseFactory(name="上新")
    return {
        "list": (visitor(), "GET", "/api/v1/course/?page_size=5", None),
        "search": (visitor(), "GET", "/api/v1/course/search/?search=爬虫", None),
        "code": (visitor(), "POST", "/api/v1/user/sms_code/", code),
        "login": (visitor(), "POST", "/api/v1/user/login/", login),
        "order": (logged_in(student), "POST", "/api/v1/order/pay/", order),
        "ready": (visitor(), "GET", "/readyz", None),
    }


def test_every_endpoint_answers_as_before(redis, one_pass, caplog, monkeypatch, record_property):
    healthy = one_pass()
    assert healthy.answers["order"] == (201, Code.OK)
    assert not circuit.state().is_open

    figures = []
    for fault, (begin, end) in FAULTS.items():
        # Limits count anew, in Redis and in this process; the outage before is a minute ago.
        cache.clear()
        caches["default"]._local.clear()
        monkeypatch.setattr(circuit, "_logged_at", -redis_circuit.LOG_INTERVAL)
        caplog.clear()
        before = circuit.state()
        begin(redis)
        with caplog.at_level(logging.ERROR):
            faulty = one_pass()

        assert faulty.answers == healthy.answers, fault
        after = circuit.state()
        # One request waited for a socket's time limit, none after it.
        assert (after.is_open, after.failures - before.failures) == (True, 1), fault
        assert after.fallbacks - before.fallbacks >= len(faulty.seconds), fault
        assert sum(faulty.seconds) < 3 * sum(healthy.seconds) + 2, fault
        logged = [each for each in caplog.records if each.name == redis_circuit.__name__]
        assert len(logged) == 1, fault
        assert HUEY.storage._local.queue_size() >= 2, fault

        end(redis)
        wait_until(lambda: not circuit.state().is_open)
        wait_until(lambda: HUEY.storage._local.queue_size() == 0)
        cache.set(fault, 1)
        assert redis.ask("EXISTS", cache.make_key(fault)) == 1
        assert circuit.state().failures == after.failures, fault
        figures.append(f"{fault} {sum(faulty.seconds):.2f} s (slowest {max(faulty.seconds):.2f})")
    well = f"Redis: {len(healthy.seconds)} requests in {sum(healthy.seconds):.2f} s"
    record_property("figures", f"{well}; {', '.join(figures)}")


def test_control_without_the_breaker_the_pass_fails(redis, settings, one_pass):
    healthy = one_pass(endpoints=())
    options = redis_circuit.connection_options()
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": redis.url, "OPTIONS": options}}

    redis.kill()

    differing = {
        name for name, was in one_pass(endpoints=()).answers.items() if was != healthy.answers[name]
    }
    assert {"list", "search", "login", "order"} <= differing


def test_control_without_an_open_circuit_every_request_waits(redis, api, monkeypatch):
    failures = []
    monkeypatch.setattr(circuit, "_open", failures.append)

    redis.kill()
    for _ in range(3):
        assert api.get("/api/v1/course/").status_code == 200

    assert len(failures) >= 3


def test_a_restart_between_two_requests_is_not_noticed(redis, api):
    course = "/api/v1/course/"
    assert api.get(course).status_code == 200
    before = circuit.state()

    redis.restart()

    assert api.get(course).status_code == 200
    assert circuit.state() == before


def test_readiness_says_degraded_and_stays_ready(redis, client):
    wait_until(lambda: client.get("/readyz").json()["checks"]["cache"])

    redis.kill()
    cache.get("anything")
    wait_until(lambda: not client.get("/readyz").json()["checks"]["cache"])
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


def test_requests_at_the_same_moment_wait_together(redis):
    redis.freeze()
    began = time.monotonic()
    threads = [Thread(target=cache.get, args=["anything"]) for _ in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert time.monotonic() - began < 12 * redis_circuit.SOCKET_TIMEOUT
    assert circuit.state().is_open


def test_the_runner_works_on_its_own_tasks_meanwhile(redis):
    done = []
    work = HUEY.task(name="work")(done.append)
    redis.kill()

    work("at once")
    work.schedule(args=["later"], delay=-1)
    while (task := HUEY.dequeue()) is not None:
        HUEY.execute(task)

    assert done == ["at once", "later"]


def test_a_scheduled_task_waits_in_the_process_meanwhile(redis):
    later = HUEY.task(name="later")(lambda: None)
    redis.kill()

    HUEY.add_schedule(later.s())

    assert len(HUEY.read_schedule()) == 1
    assert HUEY.read_schedule() == []


def test_kept_tasks_are_bounded_and_reach_redis_afterwards(redis):
    work = HUEY.task(name="work")(lambda: None)
    redis.kill()
    for _ in range(MAX_KEPT_TASKS + 5):
        work()
    assert HUEY.storage._local.queue_size() == MAX_KEPT_TASKS

    redis.start()

    wait_until(lambda: HUEY.storage.queue_size() == MAX_KEPT_TASKS)


def test_an_outage_is_logged_once_a_minute(redis, caplog, monkeypatch):
    monkeypatch.setattr(redis_circuit, "PROBE_INTERVAL", 0.01)
    redis.kill()
    with caplog.at_level(logging.ERROR):
        cache.get("anything")
        time.sleep(0.3)
        assert len(caplog.records) == 1

        monkeypatch.setattr(redis_circuit, "LOG_INTERVAL", 0.05)
        wait_until(lambda: len(caplog.records) >= 3)


def test_failures_at_the_same_moment_start_one_probe(monkeypatch):
    monkeypatch.setattr(redis_circuit, "PROBE_INTERVAL", 0.01)
    failed, over, probes = Barrier(8), Event(), []

    def fail():
        failed.wait(10)
        raise ConnectionError

    def probe():
        probes.append(None)
        over.wait(10)

    circuit = RedisCircuit(probe)
    threads = [Thread(target=circuit.call, args=[fail, lambda: None]) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    wait_until(lambda: probes)
    time.sleep(0.1)
    over.set()

    assert (circuit.state().failures, len(probes)) == (8, 1)


def test_a_forked_child_asks_redis_again():
    """It has no probing thread, so nobody would close its circuit."""

    def fail():
        raise ConnectionError

    child = RedisCircuit(lambda: fail())
    child.call(fail, lambda: None)
    assert child.state().is_open

    child.close()

    assert child.call(lambda: "asked", lambda: "local") == "asked"


def test_without_a_thread_that_would_close_it_no_circuit_stays_open(no_threads):
    circuit = RedisCircuit(lambda: None)

    def fail():
        raise ConnectionError

    with no_threads():
        assert circuit.call(fail, lambda: "local") == "local"

    assert circuit.call(lambda: "asked", lambda: "local") == "asked"


@pytest.mark.django_db(transaction=True)
def test_without_redis_and_database_codes_and_logins_are_503(redis, cut):
    redis.kill()
    cut(True)

    answers = [
        visitor().post(f"/api/v1/user/{path}/", body, format="json")
        for path, body in {
            "sms_code": {"mobile": "13700000001", "purpose": "login"},
            "login": {"username": "anybody", "password": PASSWORD},
        }.items()
    ]

    for answer in answers:
        assert answer.status_code == 503
        assert answer.json()["code"] == Code.UNAVAILABLE
