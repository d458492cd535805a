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

# As a task queue runs it: in a daemon thread, while the main thread waits for TERM and then gives
# running tasks a second.
RUNNER = """
import signal, threading, time
import django
django.setup()
from luffy_api.apps.video.transcoding import worker
told = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: told.set())
threading.Thread(target=worker.run_all, daemon=True).start()
while not told.wait(0.1):
    pass
time.sleep(1)
"""


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


@pytest.fixture
def runner(queued, folders, tools, settings) -> Iterator[subprocess.Popen[bytes]]:
    """A process in the middle of the second rendition."""
    settings.VAR_DIR = folders
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev",
        "DATABASE_URL": database_url(connection.settings_dict),
        "VAR_DIR": str(folders),
    }
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER], env=environment, cwd=settings.BASE_DIR
    ) as process:
        wait_until(lambda: "480" in made(tools), seconds=120)
        yield process
        process.kill()


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
    runner.wait(30)
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
