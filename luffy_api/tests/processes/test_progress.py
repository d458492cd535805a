"""Reports of players when the processes that keep them are stopped, killed, or many."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.user import tokens
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory
from luffy_api.tests.processes import shop as shops
from luffy_api.tests.processes.clients import Client, api
from luffy_api.tests.processes.shop import Server, Shop
from luffy_api.tests.redis_server import NEEDS_REDIS, RedisServer, wait_until

# Seconds within which a report is in the database.
FLUSHED = 30


@pytest.fixture
def stopped(shop: Shop) -> Iterator[Server]:
    """A server that may be stopped: it is there again afterwards."""
    server = shop.servers[0]
    yield server
    server.stop_processes()
    server.start()
    shop.wait_until_ready()


@pytest.fixture
def redis_shop(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    """Two servers with one Redis."""
    redis, environment = RedisServer(tmp_path), shops.environment
    monkeypatch.setattr(
        shops,
        "environment",
        lambda *args, **urls: {**environment(*args, **urls), "REDIS_URL": redis.url},
    )
    with Shop(tmp_path / "shop") as shop:
        yield shop
    redis.kill()


class Player:
    """A student who watches a section of their own course."""

    def __init__(self) -> None:
        self.section = SectionFactory(duration=3600)
        self.user = EnrollmentFactory(course=self.section.chapter.course).user
        self.token = tokens.issue(self.user).token

    def report(self, server: Server, position: int) -> dict[str, Any]:
        path = f"course/section/{self.section.pk}/progress/"
        return self._ask(server, api(path, self.token, {"position": position}, method="PUT"))

    def position_in_my_courses(self, server: Server) -> int:
        found = self._ask(server, api("course/mine/", self.token, method="GET"))
        return int(found["results"][0]["progress"]["position"])

    def stored(self) -> int:
        return SectionProgress.objects.get(user=self.user).position

    def _ask(self, server: Server, request: bytes) -> dict[str, Any]:
        with Client(server.port) as client:
            answer = client.send(request)
        assert answer, server.log.read_text()
        assert answer.status == 200, answer.body
        data: dict[str, Any] = answer.json["data"]
        return data


def test_a_stopped_process_writes_all_and_a_killed_one_loses_seconds(
    shop: Shop, stopped: Server
) -> None:
    killed = shop.servers[1]
    players = Player(), Player()
    for server, player in zip(shop.servers, players, strict=True):
        player.report(server, 0)
        player.report(server, 1)
    wait_until(lambda: [each.stored() for each in players] == [1, 1], seconds=FLUSHED)

    for server, player in zip(shop.servers, players, strict=True):
        player.report(server, 2)
    assert stopped.process
    stopped.process.send_signal(signal.SIGTERM)
    # Its master makes another one, and has written nothing itself.
    [worker] = killed.worker_pids()
    os.kill(worker, signal.SIGKILL)
    stopped.process.wait(timeout=30)

    assert players[0].stored() == 2
    assert players[1].stored() in {1, 2}


@NEEDS_REDIS
def test_with_redis_a_student_moves_between_processes_and_a_kill_loses_nothing(
    redis_shop: Shop,
) -> None:
    one, other = redis_shop.servers
    player = Player()
    for position in range(6):
        told = player.report([one, other][position % 2], position)
        assert told["position"] == position
        assert player.position_in_my_courses([other, one][position % 2]) == position

    player.report(one, 9)
    one.kill()

    wait_until(lambda: player.stored() == 9, seconds=FLUSHED)
