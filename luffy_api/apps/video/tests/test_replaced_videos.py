"""A video that another one replaces, and a job that another worker has: the last one counts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from luffy_api.apps.video import services
from luffy_api.apps.video.models import MediaState, TranscodingJob, Video
from luffy_api.apps.video.tests.jobs import NAME, NEW, State, VideoState, job, running, state
from luffy_api.apps.video.tests.uploading import FTYP
from luffy_api.apps.video.transcoding import results, worker
from luffy_api.tests.factories import UserFactory, current_video
from luffy_api.tests.private_files import store

pytestmark = pytest.mark.django_db


def test_only_the_worker_that_holds_a_job_finishes_a_rendition(queued):
    held = worker._take(job().pk)
    worker._held.clear()
    TranscodingJob.objects.update(attempts=2)
    assert not results.save_rendition(held, side=360, playlist="360p/index.m3u8", attributes="")
    assert not job().renditions.exists()
    results.hand_back(held)
    results.note_fault(held, retry_after=timedelta(0))
    assert (job().state, job().faults) == (State.RUNNING, 0)


def test_a_video_that_was_replaced_in_the_middle_writes_nothing(queued, monkeypatch, folders):
    # Given a video that is removed for another one while it is transcoded
    real, first = results.heartbeat, job()

    def replaced(job, percent):
        if job == first:
            services.remove_videos(section_id=queued.pk)
            new = services.add_video(section_id=queued.pk, name="course/videos/new.mp4")
            TranscodingJob.objects.filter(video=new).update(state=State.DONE)
        return real(job, percent)

    monkeypatch.setattr(results, "heartbeat", replaced)
    worker.run_all()
    # Then only the new one is known
    assert state(queued) == (VideoState.PROCESSING, "")
    assert (current_video(queued).hls, queued.duration, queued.is_playable) == ("", 0, False)
    assert job().source == "course/videos/new.mp4"


def test_a_replaced_video_plays_until_the_new_one_is_ready(queued, folders, short_video):
    # Given a video that plays, and another for the same section
    worker.run_all()
    old = current_video(queued)
    store(folders, NEW, short_video)
    services.add_video(section_id=queued.pk, name=NEW)
    # Then the old one stays the current one, and the state is that of the new one
    assert current_video(queued) == old
    status = services.status(section_id=queued.pk)
    assert (status.state, status.playable, status.hls) == (MediaState.PROCESSING, True, True)
    # When the new one is ready it is the only one
    worker.run_all()
    assert Video.objects.get().file.name == NEW
    assert current_video(queued).hls.startswith(NEW.rpartition("/")[0])


def test_a_replacement_that_fails_leaves_the_old_video_alone(queued, folders):
    worker.run_all()
    old = current_video(queued)
    store(folders, NEW, FTYP + b"x" * 900)
    services.add_video(section_id=queued.pk, name=NEW)
    worker.run_all()
    assert current_video(queued) == old
    status = services.status(section_id=queued.pk)
    assert (status.state, status.playable, status.duration) == (MediaState.FAILED, True, 3)
    assert status.note == "文件内容不是有效的视频，请重新上传"


def test_a_third_video_takes_the_place_of_one_that_waits(queued, folders):
    worker.run_all()
    services.add_video(section_id=queued.pk, name="course/videos/second.mp4")
    services.add_video(section_id=queued.pk, name=NEW)
    names = list(Video.objects.order_by("pk").values_list("file", flat=True))
    assert names == [NAME, NEW]


def test_an_old_video_that_is_ready_late_keeps_the_one_that_waits(queued, folders):
    # Given a video that plays as it is while it is transcoded, and another that waits
    results.save_metadata(running(), duration=3, poster="", plays=True)
    services.add_video(section_id=queued.pk, name=NEW)
    # When the first one is ready
    results.mark_ready(TranscodingJob.objects.get(video__file=NAME), hls="late/index.m3u8")
    # Then it is the current one, and the second still waits
    assert current_video(queued).hls == "late/index.m3u8"
    assert Video.objects.filter(file=NEW, is_current=False).exists()


def test_a_section_has_one_current_video(queued):
    with pytest.raises(IntegrityError), transaction.atomic():
        Video.objects.create(section=queued, file=NEW, is_current=True)
    Video.objects.create(section=queued, file=NEW)
    Video.objects.create(section=queued, file=NEW)


def test_a_worker_whose_job_was_given_away_writes_nothing(queued):
    held = job()
    TranscodingJob.objects.update(state=State.RUNNING, attempts=2)
    held.attempts = 1
    assert not results.heartbeat(held, 50)
    results.mark_ready(held, hls="late/index.m3u8")
    results.mark_failed(held, "late")
    assert state(queued) == (VideoState.PROCESSING, "")
    assert (job().state, job().progress) == (State.RUNNING, 0)


def test_a_worker_whose_job_was_retried_writes_nothing(queued):
    held = job()
    results.mark_failed(held, "x")
    services.retry(section_id=queued.pk, user_id=UserFactory().pk)
    results.mark_ready(held, hls="late/index.m3u8")
    assert state(queued) == (VideoState.PROCESSING, "")
