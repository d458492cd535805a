"""What Qiniu reads and makes of videos; the others leave it to ffmpeg."""

import json
import urllib.request
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from luffy_api.libs import storage
from luffy_api.libs.storage import private_storage

NAME = "course/videos/路 1/video.mp4"
BODY = b"\x00\x00\x00\x18ftypmp42" + bytes(1000)

VARIANTS = [
    storage.Variant("hls/ab/720p/index.m3u8", 1280, 720, 1_800_000),
    storage.Variant("hls/ab/480p/index.m3u8", 854, 480, 900_000),
]


def test_qiniu_reads_a_video(qiniu):
    private_storage().save(NAME, ContentFile(BODY))
    facts = private_storage().transcoding.read_metadata(NAME)
    assert (facts.duration, facts.width, facts.height, facts.size) == (12, 1280, 720, len(BODY))
    assert private_storage().transcoding.poster_frame(NAME, second=1).startswith(b"\xff\xd8")


def test_qiniu_what_is_no_video(qiniu):
    private_storage().save(NAME, ContentFile(b"<html>"))
    with pytest.raises(storage.UploadRejected):
        private_storage().transcoding.read_metadata(NAME)
    with pytest.raises(storage.ObjectMissing):
        private_storage().transcoding.read_metadata("no/such.mp4")


def test_qiniu_makes_hls_that_plays(qiniu):
    private_storage().save(NAME, ContentFile(BODY))
    work = private_storage().transcoding.start(
        NAME, variants=VARIANTS, notify_url="http://127.0.0.1:9/x"
    )
    states = [private_storage().transcoding.status(work) for _ in range(4)]
    assert [each.state for each in states] == ["waiting", "running", "done", "done"]
    assert [each.finished for each in states] == [False, False, True, True]
    later = timezone.now() + timedelta(hours=1)
    text = private_storage().signed_playlist("hls/ab/720p/index.m3u8", expires_at=later)
    segment = next(line for line in text.splitlines() if line.startswith("http"))
    with urllib.request.urlopen(segment) as answer:
        assert answer.headers["Content-Type"] == "video/mp2t"


def test_qiniu_says_why_it_failed(qiniu):
    qiniu.peer.failing = True
    private_storage().save(NAME, ContentFile(BODY))
    work = private_storage().transcoding.start(
        NAME, variants=VARIANTS, notify_url="http://127.0.0.1:9/x"
    )
    for _ in range(3):
        status = private_storage().transcoding.status(work)
    assert (status.state, status.error) == ("failed", "transcoding failed: invalid data")
    assert list(private_storage().list_names("hls/")) == []


def test_qiniu_does_not_know_such_work(qiniu):
    with pytest.raises(storage.ObjectMissing):
        private_storage().transcoding.status("z0.000")
    with pytest.raises(storage.StorageUnavailable):
        private_storage().transcoding.status("../x?y")
    with pytest.raises(storage.ObjectMissing):
        private_storage().transcoding.start(
            NAME, variants=VARIANTS, notify_url="http://127.0.0.1:9/x"
        )


@pytest.mark.parametrize("provider", ["local", "s3"])
def test_the_others_leave_videos_to_ffmpeg(request, provider):
    request.getfixturevalue(provider)
    calls = [
        lambda: private_storage().transcoding.read_metadata(NAME),
        lambda: private_storage().transcoding.poster_frame(NAME, second=1),
        lambda: private_storage().transcoding.start(NAME, variants=VARIANTS, notify_url=""),
        lambda: private_storage().transcoding.status("z0.1"),
        lambda: private_storage().uploads.verify_callback(
            authorization="", path_and_query="/", body=b"", content_type=""
        ),
    ]
    for call in calls:
        with pytest.raises(storage.NotOffered):
            call()


def test_the_master_playlist_offers_the_qualities_from_the_smallest():
    text = storage.master_playlist(VARIANTS, folder="hls/ab")
    assert [line for line in text.splitlines() if line[0] != "#"] == [
        "480p/index.m3u8",
        "720p/index.m3u8",
    ]
    assert json.dumps(text).count("RESOLUTION=1280x720") == 1
