"""Which process schedules and works on what, with Redis and without."""

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from huey.contrib.djhuey import HUEY

from luffy_api.common.media_queue import MEDIA
from luffy_api.common.redis_circuit import circuit
from luffy_api.common.task_runner import Role, RoleScheduler, TaskRunner
from luffy_api.tests.buyer import wait_until
from luffy_api.tests.redis_server import NEEDS_REDIS

pytestmark = pytest.mark.any_database
EVERYTHING = frozenset(Role)


@pytest.fixture
def scheduled(redis, monkeypatch):
    """A function of roles: the queues to which their process brings what is due."""
    found: list[str] = []
    for queue in (HUEY, MEDIA):
        monkeypatch.setattr(queue, "_registry", type(queue._registry)())
        queue.periodic_task(lambda moment: True)(lambda: None)
        monkeypatch.setattr(queue, "enqueue", lambda task, name=queue.name: found.append(name))

    def schedule(*roles: Role) -> list[str]:
        found.clear()
        for queue in (HUEY, MEDIA):
            options = {"huey": queue, "stop_flag": None, "interval": 1, "periodic": True}
            RoleScheduler(roles, **options).enqueue_periodic_tasks(None)
        return [*found]

    return schedule


@NEEDS_REDIS
def test_only_the_scheduler_schedules(scheduled):
    assert scheduled(Role.SCHEDULER) == ["luffy", "luffy-media"]
    assert scheduled(Role.WORKER) == scheduled(Role.MEDIA) == []
    assert scheduled(*Role) == ["luffy", "luffy-media"]


@NEEDS_REDIS
def test_without_redis_each_worker_schedules_its_own_jobs(redis, scheduled):
    redis.kill()
    cache.get("anything")
    assert circuit.state().is_open

    assert scheduled(Role.WORKER) == ["luffy"]
    assert scheduled(Role.MEDIA) == ["luffy-media"]
    # What a scheduler queues now would reach nobody.
    assert scheduled(Role.SCHEDULER) == []
    assert scheduled(*Role) == ["luffy", "luffy-media"]


@pytest.fixture
def quiet(monkeypatch):
    """A runner whose queues are empty, and which leaves the signals of this process alone."""
    for queue in (HUEY, MEDIA):
        monkeypatch.setattr(queue, "_immediate", False)
        monkeypatch.setattr(queue, "_registry", type(queue._registry)())
    monkeypatch.setattr(TaskRunner, "_set_signal_handlers", lambda self: None)


def parts(runner: TaskRunner) -> list[tuple[str, str]]:
    """Kind and queue of its threads."""
    return [(part.process_name, part.huey.name) for part, _ in runner.worker_threads]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("roles", "workers"),
    [
        ({Role.WORKER}, ["luffy"] * 3),
        ({Role.MEDIA}, ["luffy-media"]),
        ({Role.SCHEDULER}, []),
        (EVERYTHING, ["luffy"] * 3 + ["luffy-media"]),
    ],
)
def test_a_role_works_on_its_own_queue(roles, workers):
    runner = TaskRunner(roles, shutdown_timeout=1, beat=lambda roles: None)

    assert [queue for kind, queue in parts(runner) if kind == "Worker"] == workers


@pytest.mark.usefixtures("quiet")
def test_a_dead_thread_is_replaced_by_one_of_the_same_queue():
    beats: list[set[Role]] = []
    runner = TaskRunner({Role.MEDIA}, shutdown_timeout=5, beat=beats.append)
    before = parts(runner)
    runner.start()

    @MEDIA.task()
    def leave() -> None:
        raise SystemExit

    leave()
    wait_until(lambda: not all(thread.is_alive() for _, thread in runner.worker_threads))

    runner.check_worker_health()
    done = []
    MEDIA.task(name="done")(done.append)(1)
    wait_until(lambda: done == [1])
    runner.stop(graceful=True)
    assert parts(runner) == before
    # At its start, and at each look at its threads
    assert beats == [{Role.MEDIA}] * 2


def test_a_role_that_is_none_is_refused():
    with pytest.raises(CommandError, match="No such role: cook; use worker, media, scheduler"):
        call_command("run_tasks", "cook")
