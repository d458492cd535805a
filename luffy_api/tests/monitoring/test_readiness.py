"""/readyz while a part of the shop is broken: what it says, to whom, and how soon."""

import shutil
import socket
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.utils import timezone

from luffy_api.apps.monitoring import heartbeats, lookouts, queues, readiness
from luffy_api.apps.monitoring.models import Heartbeat, JobRun
from luffy_api.apps.search import indexing
from luffy_api.apps.video import services
from luffy_api.apps.video.models import TranscodingJob
from luffy_api.common.task_runner import Role
from luffy_api.tests.factories import SectionFactory
from luffy_api.tests.redis_server import wait_until
from luffy_api.tests.s3_storages import at_s3

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ROWS = {"runner", "worker", "media", "scheduler", "backlog"}
PARTS = {"database", "cache", "storage", "disk", "search", *ROWS}
TOKEN = "a-token-of-the-monitoring"


@pytest.fixture(autouse=True)
def _runs(folders, settings, tmp_path, monkeypatch):
    """A shop in which everything is well, and which looks anew at every request."""
    settings.SEARCH_URL = f"sqlite:///{tmp_path / 'search.sqlite3'}"
    settings.VAR_DIR = tmp_path
    indexing.ensure_index()
    JobRun.objects.create(name="every_minute", succeeded_at=timezone.now())
    heartbeats.beat(list(Role))
    monkeypatch.setattr(lookouts, "MAX_AGE", -1)
    monkeypatch.setattr(readiness, "MAX_AGE", -1)


@pytest.fixture
def ask(client):
    """What /readyz says: status code, status, and what it finds broken."""

    def get(**options):
        response = client.get("/readyz", **options)
        answer = response.json()
        assert answer["checks"].keys() == PARTS
        broken = {name for name, well in answer["checks"].items() if not well}
        return response.status_code, answer["status"], broken

    return get


def reason(client, part):
    return client.get("/readyz").json()["reasons"][part]


def test_all_is_well(ask, client):
    assert ask() == (200, "ok", set())
    assert client.get("/readyz").json()["reasons"] == {}


def test_a_folder_that_is_gone(ask, client, folders):
    shutil.rmtree(folders / "private")

    assert ask() == (200, "degraded", {"storage"})
    assert reason(client, "storage") == "private: StorageUnavailable"


@pytest.fixture
def silent_peer():
    """An address where connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def silent_storage(silent_peer, settings):
    at_s3(settings, silent_peer)


def lookout_threads():
    return sum(each.name.startswith("Lookout") for each in threading.enumerate())


def test_a_storage_that_hangs_delays_nobody_for_long(ask, client, silent_storage, monkeypatch):
    # Given lookouts that nobody has asked before
    known = readiness._lookouts
    fresh = {name: lookouts.Lookout(each._look) for name, each in known.items()}
    monkeypatch.setattr(readiness, "_lookouts", fresh)

    began = time.monotonic()
    assert ask() == (200, "degraded", {"storage"})
    first = time.monotonic() - began
    began = time.monotonic()
    for _ in range(20):
        assert reason(client, "storage") == lookouts.TOO_SLOW
    others = time.monotonic() - began

    # Then one request waited, and one thread hangs
    assert first < 5  # the storage would hang for ten
    assert others < 15  # each would wait 1.5 seconds
    wait_until(lambda: lookout_threads() == 1)


def test_a_search_engine_that_is_away(ask, client, settings):
    settings.SEARCH_URL = "sqlite:////nowhere/search.sqlite3"

    assert ask() == (200, "degraded", {"search"})
    assert "nowhere" not in reason(client, "search")


def test_a_disk_that_is_nearly_full(ask, monkeypatch):
    monkeypatch.setattr(readiness, "MIN_FREE_BYTES", 2**62)
    monkeypatch.setattr(readiness, "MIN_FREE_PART", 1.1)

    assert ask() == (200, "degraded", {"disk"})


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        ({"succeeded_at": timedelta(minutes=7)}, "no scheduled job has ended for 7 minutes"),
        (None, "no scheduled job has ever run"),
    ],
)
def test_a_dead_runner(ask, client, ended, words):
    if ended is None:
        JobRun.objects.all().delete()
    else:
        JobRun.objects.update(**{name: timezone.now() - age for name, age in ended.items()})

    assert ask() == (200, "degraded", {"runner"})
    assert reason(client, "runner") == words


@pytest.mark.parametrize("role", Role)
def test_a_role_of_the_runner_that_is_dead(ask, client, role):
    heartbeat = Heartbeat.objects.filter(role=role)
    heartbeat.update(seen_at=timezone.now() - timedelta(minutes=7))

    assert ask() == (200, "degraded", {role})
    assert reason(client, role) == "no such process has been alive for 7 minutes"
    heartbeat.delete()
    assert reason(client, role) == "no such process has ever run"

    heartbeats.beat([role])
    assert ask() == (200, "ok", set())


def test_a_runner_whose_jobs_fail_is_alive(ask):
    JobRun.objects.update(succeeded_at=None, failed_at=timezone.now())

    assert ask() == (200, "ok", set())


def test_rows_that_wait_too_long(ask, client):
    services.add_video(section_id=SectionFactory(video="").pk, name="course/videos/a.mp4")
    assert ask() == (200, "ok", set())

    TranscodingJob.objects.update(created_time=timezone.now() - timedelta(hours=7))

    assert ask() == (200, "degraded", {"backlog"})
    assert reason(client, "backlog") == "transcoding (1 rows, 420 minutes)"


def test_without_the_database_it_is_not_ready(ask, monkeypatch):
    def gone():
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", gone)

    assert ask() == (503, "unavailable", {"database", *ROWS})


def test_a_table_that_is_yet_to_be_made_is_no_dead_database(ask, monkeypatch):
    monkeypatch.setattr(JobRun._meta, "db_table", "luffy_of_tomorrow")

    assert ask() == (200, "degraded", ROWS)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, True),
        ({"REMOTE_ADDR": "203.0.113.9"}, False),
        ({"headers": {"X-Forwarded-For": "203.0.113.9"}}, False),
        ({"REMOTE_ADDR": "203.0.113.9", "headers": {"Authorization": f"Bearer {TOKEN}"}}, True),
        ({"REMOTE_ADDR": "203.0.113.9", "headers": {"Authorization": "Bearer guess"}}, False),
    ],
)
def test_reasons_are_for_this_machine_and_for_who_brings_the_token(client, settings, options, told):
    settings.METRICS_TOKEN = TOKEN

    answer = client.get("/readyz", **options)

    assert ("reasons" in answer.json()) is told
    assert answer["Cache-Control"].startswith("max-age=0")


def test_without_a_token_none_is_right(client):
    assert not django_settings.METRICS_TOKEN
    answer = client.get("/readyz", REMOTE_ADDR="203.0.113.9", headers={"Authorization": "Bearer "})
    assert "reasons" not in answer.json()


def test_a_flood_costs_one_query_each(client, monkeypatch, django_assert_num_queries):
    # The ping, the runner, the heartbeats, and one for each queue
    with django_assert_num_queries(3 + len(queues.registered())):
        client.get("/readyz")

    monkeypatch.setattr(readiness, "MAX_AGE", 60)
    with django_assert_num_queries(1):
        client.get("/readyz")


def test_without_a_thread_it_says_what_it_does_not_know(ask, no_threads):
    with no_threads():
        assert ask() == (200, "degraded", {"cache", "storage", "disk", "search"})
