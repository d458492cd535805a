"""Runners that end while ffmpeg converts: what is finished is not made again."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from luffy_api.apps.video import services
from luffy_api.apps.video.models import TranscodingJob, Video
from luffy_api.apps.video.transcoding import worker
from luffy_api.libs.video.tests.conftest import draw
from luffy_api.tests.factories import SectionFactory, current_video
from luffy_api.tests.private_files import store
from luffy_api.tests.processes.shop import database_url
from luffy_api.tests.redis_server import wait_until

# Conditional updates of one row by one process after the other, on any database.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]
State = TranscodingJob.State
FOLDER = "course/videos/202611/0123456789abcdef0123456789abcdef"
NAME = f"{FOLDER}/source.mp4"

# Notes what it makes, and reads a second of video in ten seconds for the larger rendition while
# `slow` exists.
FFMPEG = """#!/bin/sh
here=$(dirname "$0")
slowly=
case "$*" in
  *",480)"*) echo 480 >>"$here/made"; [ ! -e "$here/slow" ] || slowly="-readrate 0.1" ;;
  *",360)"*) echo 360 >>"$here/made" ;;
esac
exec {ffmpeg} $slowly "$@"
"""

# It reads the project and forks a runner for each line: its process id, and then how it ended.
# As a task queue runs it: in a daemon thread, while the main thread waits for TERM and then gives
# running tasks a second.
RUNNERS = """
import os, signal, sys, threading, time
import django
django.setup()
from luffy_api.apps.video.transcoding import worker
for line in sys.stdin:
    if not (pid := os.fork()):
        told = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: told.set())
        threading.Thread(target=worker.run_all, daemon=True).start()
        while not told.wait(0.1):
            pass
        time.sleep(1)
        sys.exit()
    print(pid, flush=True)
    print(os.waitpid(pid, 0)[1], flush=True)
"""


class Runner:
    """A fork of RUNNERS."""

    def __init__(self, runners: subprocess.Popen[str]) -> None:
        assert runners.stdin
        assert runners.stdout
        runners.stdin.write("\n")
        runners.stdin.flush()
        self._output = runners.stdout
        self._pid = int(self._output.readline())
        self._has_ended = False

    def terminate(self) -> None:
        os.kill(self._pid, signal.SIGTERM)

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> None:
        """Until it has ended; fails after half a minute."""
        if not self._has_ended:
            wait_until(lambda: not Path(f"/proc/{self._pid}").exists(), seconds=30)
            assert self._output.readline()
        self._has_ended = True

    def close(self) -> None:
        if not self._has_ended:
            self.kill()
            self.wait()


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """VAR_DIR of the runners; it is empty between tests."""
    return tmp_path_factory.mktemp("runners")


@pytest.fixture
def tmp_path(place) -> Iterator[Path]:
    """Where the files of a test lie, so that the runners find them."""
    yield place
    for each in place.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()


@pytest.fixture
def tools(tmp_path, monkeypatch) -> Path:
    """A folder on PATH with our ffmpeg."""
    folder = tmp_path / "tools"
    folder.mkdir()
    ffmpeg = folder / "ffmpeg"
    ffmpeg.write_text(FFMPEG.replace("{ffmpeg}", str(shutil.which("ffmpeg"))))
    ffmpeg.chmod(0o755)
    (folder / "slow").touch()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


@pytest.fixture
def queued(transactional_db, folders, tools):
    """A section whose video of two renditions waits."""
    video = draw(folders / "video.mp4", size="854x480", seconds=5, sound=False)
    store(folders, NAME, video.read_bytes())
    (tools / "made").unlink(missing_ok=True)
    section = SectionFactory(video="", duration=0)
    services.add_video(section_id=section.pk, name=NAME)
    return section


@pytest.fixture(scope="module")
def runners(place, django_db_setup, django_db_blocker) -> Iterator[subprocess.Popen[str]]:
    """The process that forks; it finds our ffmpeg first."""
    with django_db_blocker.unblock():
        url = database_url(connection.settings_dict)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev",
        "DATABASE_URL": url,
        "VAR_DIR": str(place),
        "PATH": f"{place / 'tools'}:{os.environ['PATH']}",
    }
    with subprocess.Popen(
        [sys.executable, "-c", RUNNERS],
        env=environment,
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


@pytest.fixture
def runner(queued, folders, tools, runners, settings) -> Iterator[Runner]:
    """A process in the middle of the second rendition."""
    settings.VAR_DIR = folders
    runner = Runner(runners)
    wait_until(lambda: "480" in made(tools), seconds=120)
    yield runner
    runner.close()


def made(tools):
    """The renditions that were begun, in order."""
    notes = tools / "made"
    return notes.read_text().split() if notes.exists() else []


def job():
    return TranscodingJob.objects.get()


def ffmpegs(folder):
    """The numbers of the ffmpegs that write into this folder."""
    found = subprocess.run(["pgrep", "-f", f"^[^ ]*ffmpeg .*{folder}"], capture_output=True)
    return [int(pid) for pid in found.stdout.split()]


def terminate(runner, folders):
    runner.terminate()


def terminate_all(runner, folders):
    """As systemd ends a service: every process of it at once."""
    for pid in ffmpegs(folders):
        os.kill(pid, signal.SIGTERM)
    runner.terminate()


def kill(runner, folders):
    runner.kill()


@pytest.mark.parametrize("end", [terminate, terminate_all, kill])
def test_the_next_runner_goes_on_with_what_is_missing(end, runner, queued, folders, tools):
    # Given a runner that ends in the middle, when it had stored a half of what it made last
    half = f"{job().output}/480p-1/00000.ts"
    store(folders, half)
    end(runner, folders)
    runner.wait()
    wait_until(lambda: not ffmpegs(folders))

    # Then one that was told to end has handed the job back, and a killed one is missed soon
    if end is kill:
        assert job().state == State.RUNNING
        silent = timezone.now() - worker.STALL_TIMEOUT - timedelta(seconds=1)
        TranscodingJob.objects.update(heartbeat=silent)
        assert worker.requeue_stalled() == 1
    left = job()
    assert (left.state, left.faults, left.losses) == (State.WAITING, 0, int(end is kill))

    # When the next one goes on
    (tools / "slow").unlink()
    assert worker.run_all() == 1

    # Then the small rendition was made once, and nothing is left of the half one
    assert made(tools) == ["360", "480", "480"]
    assert (job().state, job().faults, job().losses) == (State.DONE, 0, 0)
    video = current_video(queued)
    assert video.state == Video.State.READY
    folder = (folders / "private" / video.hls).parent
    assert {path.parent.name for path in folder.rglob("*.ts")} == {"360p-1", "480p-2"}
    assert not (folders / "private" / half).exists()
    master = (folder / "index.m3u8").read_text()
    assert master.index("480p-2/index.m3u8") < master.index("360p-1/index.m3u8")
    assert len(list(folders.glob(f"private/{FOLDER}/poster-*"))) == 1
    assert not list(folders.glob("transcoding/*"))
