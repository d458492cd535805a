"""Two that happen at the same moment have one result. Real threads, real connections."""

import io
from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.utils import timezone

from luffy_api.apps.video import cleanup, uploads
from luffy_api.apps.video.exceptions import UploadClosed, UploadIncomplete
from luffy_api.apps.video.models import TranscodingJob, Video, VideoUpload
from luffy_api.apps.video.tests.uploading import FTYP
from luffy_api.common.exceptions import DomainError
from luffy_api.libs import storage
from luffy_api.tests.factories import SectionFactory, UserFactory, current_video

pytestmark = pytest.mark.django_db(transaction=True)
State = VideoUpload.State
ROUNDS = 5


@pytest.fixture
def arrived(folders):
    """Makes an upload of which all has arrived, but nobody has confirmed it."""
    staff = UserFactory()

    def make():
        section = SectionFactory(video="")
        ticket = uploads.begin(
            user_id=staff.pk, section_id=section.pk, filename="a.mp4", size=len(FTYP)
        )
        uploads.write_part(
            user_id=staff.pk, upload_id=ticket.upload.pk, number=1, stream=io.BytesIO(FTYP)
        )
        return ticket.upload

    return make


def at_once(*calls):
    """Runs all of them at the same moment; what each returned or raised."""
    barrier, results = Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            barrier.wait()
            results[place] = call()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def confirm(upload):
    return lambda: uploads.complete(user_id=upload.user_id, upload_id=upload.pk)


def callback(upload):
    """Qiniu's word, which comes when the object lies there already."""

    def call():
        info = storage.private_storage().stat(upload.key)
        said = storage.UploadedObject(upload.key, info.size, info.etag, "video/mp4")
        return uploads.complete_by_callback(said)

    return call


def test_many_confirmations_make_one_video(arrived):
    for _ in range(ROUNDS):
        upload = arrived()
        results = at_once(*[confirm(upload)] * 4)
        assert [type(result) for result in results] == [VideoUpload] * 4, results
        assert TranscodingJob.objects.filter(video__file=upload.key).count() == 1
        assert LogEntry.objects.filter(object_id=upload.section_id).count() == 1
        assert current_video(upload.section_id).file.name == upload.key


def test_the_callback_and_the_browser_make_one_video(arrived):
    for _ in range(ROUNDS):
        upload = arrived()
        storage.private_storage().uploads.finish(upload.key, upload.upload_id)
        results = at_once(confirm(upload), callback(upload), callback(upload))
        assert [type(result) for result in results] == [VideoUpload] * 3, results
        assert TranscodingJob.objects.filter(video__file=upload.key).count() == 1


def test_a_confirmation_and_the_cleanup_agree_on_one_end(arrived):
    ends = Counter()
    for _ in range(ROUNDS):
        upload = arrived()
        storage.private_storage().uploads.finish(upload.key, upload.upload_id)
        VideoUpload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        confirmed, _ = at_once(confirm(upload), cleanup.expire_uploads)
        upload.refresh_from_db()
        video = current_video(upload.section_id)
        ends[upload.state] += 1
        if upload.state == State.DONE:
            assert isinstance(confirmed, VideoUpload)
            assert video.file.name == upload.key
            assert storage.private_storage().stat(upload.key)
        else:
            assert isinstance(confirmed, DomainError), confirmed
            assert video is None
            assert storage.private_storage().stat(upload.key) is None
    assert sum(ends.values()) == ROUNDS


def test_a_confirmation_and_giving_up_agree_on_one_end(arrived):
    for _ in range(ROUNDS):
        upload = arrived()
        confirmed, _ = at_once(
            confirm(upload), lambda u=upload: uploads.abort(user_id=u.user_id, upload_id=u.pk)
        )
        upload.refresh_from_db()
        video = current_video(upload.section_id)
        if upload.state == State.DONE:
            assert video.file.name == upload.key
        else:
            assert isinstance(confirmed, UploadClosed | UploadIncomplete), confirmed
            assert (video, storage.private_storage().stat(upload.key)) == (None, None)


def test_two_videos_for_one_section_leave_the_one_that_it_names(arrived):
    first, second = arrived(), arrived()
    VideoUpload.objects.filter(pk=second.pk).update(section_id=first.section_id)
    results = at_once(confirm(first), confirm(second))
    assert [type(result) for result in results] == [VideoUpload] * 2, results
    [video] = Video.objects.filter(section=first.section_id)
    assert video.is_current
    assert video.file.name in {first.key, second.key}
    assert TranscodingJob.objects.get(video__section=first.section_id).video == video
