"""The queue of videos: what is made of them, and what happens when things break."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models import F

from luffy_api.apps.video import services
from luffy_api.apps.video.models import TranscodingJob
from luffy_api.apps.video.tests.jobs import FOLDER, NAME, State, VideoState, job, state
from luffy_api.apps.video.tests.uploading import FTYP
from luffy_api.apps.video.transcoding import local, queue, results, worker
from luffy_api.common.media_queue import MEDIA
from luffy_api.libs import storage, video
from luffy_api.libs.video.tests.conftest import long_video  # noqa: F401
from luffy_api.tests.factories import SectionFactory, UserFactory, current_video
from luffy_api.tests.private_files import store
from luffy_api.tests.redis_server import wait_until

pytestmark = pytest.mark.django_db


def test_a_video_is_read_drawn_and_converted(queued, folders):
    assert state(queued) == (VideoState.PROCESSING, "")
    assert not queued.is_playable
    assert worker.run_all() == 1
    assert state(queued) == (VideoState.READY, "")
    video = current_video(queued)
    assert (queued.duration, video.plays_natively) == (3, True)
    assert video.hls.startswith(f"{FOLDER}/hls-")
    assert (folders / "private" / video.poster).is_file()
    assert (job().state, job().progress, job().attempts) == (State.DONE, 100, 1)
    assert worker.run_all() == 0


def test_without_ffmpeg_the_video_plays_as_it_is(queued, monkeypatch):
    monkeypatch.setattr(video.tools.shutil, "which", lambda name: None)
    worker.run_all()
    assert state(queued) == (VideoState.READY, local.NO_FFMPEG)
    assert queued.is_playable
    assert not current_video(queued).hls


def test_without_ffmpeg_what_no_player_takes_has_failed(folders, short_video, monkeypatch):
    name = NAME.replace("mp4", "mkv")
    store(folders, name, short_video)
    section = SectionFactory(video="", duration=0)
    services.add_video(section_id=section.pk, name=name)
    monkeypatch.setattr(video.tools.shutil, "which", lambda name: None)
    worker.run_all()
    assert state(section) == (VideoState.FAILED, local.NEEDS_FFMPEG)
    assert not section.is_playable


@pytest.mark.any_database
def test_a_video_that_is_none_fails_with_a_reason(queued, folders):
    store(folders, NAME, FTYP + b"x" * 900)
    worker.run_all()
    assert state(queued) == (VideoState.FAILED, "文件内容不是有效的视频，请重新上传")
    assert not queued.is_playable
    assert job().error == current_video(queued).note


def test_a_video_that_has_gone_fails_with_a_reason(queued, folders):
    (folders / "private" / NAME).unlink()
    worker.run_all()
    assert state(queued) == (VideoState.FAILED, "存储中找不到视频文件，请重新上传")


@pytest.mark.any_database
def test_a_conversion_that_takes_too_long_fails_but_the_video_plays(queued, settings):
    settings.TRANSCODE_TIME_LIMIT = timedelta(seconds=0.001)
    worker.run_all()
    assert state(queued) == (VideoState.FAILED, "转码超时，请缩短视频或联系管理员")
    assert queued.is_playable
    assert (queued.duration, bool(current_video(queued).poster)) == (3, True)


@pytest.mark.any_database
def test_a_retry_starts_anew(queued, settings):
    settings.TRANSCODE_TIME_LIMIT = timedelta(seconds=0.001)
    worker.run_all()
    settings.TRANSCODE_TIME_LIMIT = timedelta(minutes=1)
    services.retry(section_id=queued.pk, user_id=UserFactory().pk)
    assert state(queued) == (VideoState.PROCESSING, "")
    worker.run_all()
    assert state(queued) == (VideoState.READY, "")


def pass_minutes(count):
    """Time goes by for the job."""
    delta = timedelta(minutes=count)
    fields = ("heartbeat", "not_before")
    TranscodingJob.objects.update(**{name: F(name) - delta for name in fields})


def test_a_storage_that_is_down_is_asked_again_a_few_times(queued, monkeypatch):
    def down(name):
        raise storage.StorageUnavailable("down")

    monkeypatch.setattr(storage.private_storage(), "local_copy", down)
    for faults in range(1, worker.MAX_FAULTS):
        assert worker.run_all() == 1
        assert (job().state, job().faults, job().losses) == (State.WAITING, faults, 0)
        # It is left alone for a while
        assert worker.run_all() == 0
        pass_minutes(4)
    worker.run_all()
    assert state(queued) == (VideoState.FAILED, worker.INTERRUPTED)


@pytest.mark.any_database
def test_an_ffmpeg_that_is_killed_alone_is_a_fault(queued, monkeypatch):
    # Given a transcoding whose ffmpeg is ended from outside
    started, popen, real = [], subprocess.Popen, results.heartbeat

    def start(*args, **kwargs):
        started.append(popen(*args, **kwargs))
        return started[-1]

    def stop(job, percent):
        started[-1].terminate()
        return real(job, percent)

    monkeypatch.setattr(worker, "SECONDS_TO_LEAVE", 0)
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", start)
        patch.setattr(results, "heartbeat", stop)
        worker.run_all()
    assert state(queued) == (VideoState.PROCESSING, "")
    assert (job().state, job().faults) == (State.WAITING, 1)
    # When a few minutes are over
    pass_minutes(4)
    worker.run_all()
    # Then it was made after all
    assert state(queued) == (VideoState.READY, "")


def test_a_database_that_is_away_meanwhile_costs_nothing(queued, monkeypatch):
    real, failures = results.heartbeat, [OperationalError("gone")] * 2

    def heartbeat(job, percent):
        if failures:
            raise failures.pop()
        return real(job, percent)

    monkeypatch.setattr(results, "heartbeat", heartbeat)
    monkeypatch.setattr(connection, "close", lambda: None)
    worker.run_all()
    assert state(queued) == (VideoState.READY, "")
    assert (failures, job().attempts) == ([], 1)


def vanish(queued):
    """A worker takes the job and is never heard of again."""
    assert worker._take(job().pk)
    worker._held.clear()
    pass_minutes(4)


def test_a_video_that_kills_its_workers_fails_in_the_end(queued):
    for losses in range(1, worker.MAX_LOSSES):
        vanish(queued)
        assert worker.requeue_stalled() == 1
        assert (job().state, job().losses, job().faults) == (State.WAITING, losses, 0)
    vanish(queued)
    assert worker.requeue_stalled() == 0
    assert state(queued) == (VideoState.FAILED, worker.INTERRUPTED)


def test_a_video_that_gets_on_is_not_what_kills_its_workers(queued):
    for _ in range(2 * worker.MAX_LOSSES):
        TranscodingJob.objects.update(losses=worker.MAX_LOSSES - 1)
        held = worker._take(job().pk)
        side = held.attempts
        assert results.save_rendition(held, side=side, playlist=f"{side}", attributes="")
        results.hand_back(held)
    worker._held.clear()
    assert (job().state, job().losses) == (State.WAITING, 0)


@pytest.mark.any_database
def test_progress_is_written_while_it_goes_on(queued, monkeypatch):
    seen = []
    real = results.heartbeat

    def watch(job, percent):
        seen.append(percent)
        return real(job, percent)

    monkeypatch.setattr(results, "heartbeat", watch)
    worker.run_all()
    assert seen[-1] == 99


@pytest.mark.any_database
def test_what_a_dead_conversion_left_on_the_disk_goes(queued, settings):
    left = settings.VAR_DIR / "transcoding" / "tmpdead" / "video.ts"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    worker.run_all()
    assert not left.exists()
    assert not list((settings.VAR_DIR / "transcoding").glob("*"))


@pytest.mark.any_database
def test_the_next_minute_finds_what_nobody_was_told_of(queued):
    scheduled = [task.name for task in MEDIA.read_periodic(None)]
    assert scheduled == ["process_videos"]

    queue.process_videos()

    assert state(queued) == (VideoState.READY, "")


@pytest.mark.any_database
def test_the_command_works_through_the_queue(queued, capsys):
    call_command("process_videos")
    assert capsys.readouterr().out == "已处理 1 个视频\n"


WORKER = """
import django, sys
django.setup()
from django.conf import settings
from pathlib import Path
settings.VAR_DIR = Path(sys.argv[1])
from luffy_api.apps.video.transcoding import worker
with worker._alone_on_this_machine() as alone:
    print(alone, flush=True)
    sys.stdin.read()
"""


@pytest.mark.any_database
def test_one_conversion_at_a_time_and_a_killed_worker_blocks_nobody(queued, settings):
    # Given another process that is converting
    other = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(settings.VAR_DIR)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev"},
    )
    with other:
        assert other.stdout.readline().strip() == b"True"
        # Then this one leaves the queue alone
        assert worker.run_all() == 0
        assert job().state == State.WAITING
        # When that is killed
        other.send_signal(signal.SIGKILL)
        other.wait()
        # Then this one goes on
        assert worker.run_all() == 1


@pytest.mark.any_database
def test_ffmpeg_dies_with_its_worker(tmp_path, long_video):  # noqa: F811
    # Given a process that converts a long video
    code = (
        "import sys\nfrom pathlib import Path\nfrom luffy_api.libs.video import *\n"
        "video, out = map(Path, sys.argv[1:])\nout.mkdir()\n"
        "info = probe(video, 'mp4')\n"
        "options = dict(rendition=Rendition(720, 2_200_000), time_limit=600)\n"
        "goes_on = lambda percent: True\n"
        "transcode_to_hls(video, 'mp4', info, out, on_progress=goes_on, **options)"
    )
    out = tmp_path / "out"
    worker = subprocess.Popen([sys.executable, "-c", code, str(long_video), str(out)])
    wait_until(lambda: list(out.glob("00000.ts")), seconds=120)
    assert is_running(out)
    # When it is killed
    worker.kill()
    worker.wait()
    # Then ffmpeg ends too
    wait_until(lambda: not is_running(out))


def is_running(folder):
    """Whether an ffmpeg writes into this folder."""
    found = subprocess.run(["pgrep", "-f", f"^[^ ]*ffmpeg .*{folder}"], capture_output=True)
    return bool(found.stdout)
