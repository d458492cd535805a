"""Videos by way of an S3 storage: presigned parts, and ffmpeg here."""

import json

import pytest
import requests

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.video.models import Video
from luffy_api.apps.video.tests.uploading import BASE, FTYP, begin, complete, video_bytes
from luffy_api.libs import storage
from luffy_api.libs.storage import s3_uploads
from luffy_api.libs.storage.tests.conftest import _no_proxy, s3, s3_server  # noqa: F401
from luffy_api.tests.factories import SectionFactory, current_video

# The storage is tested; test_upload.py tests the rows on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
MEGABYTE = 1024**2


@pytest.fixture
def bucket(s3, settings, monkeypatch):  # noqa: F811
    """The storage of this test's shop."""
    settings.STORAGE = "s3"
    monkeypatch.setattr(s3_uploads, "PART_SIZE", 5 * MEGABYTE)
    return s3


@pytest.fixture
def empty(bucket):
    return SectionFactory(video="", duration=0, free_trail=True)


def sign(client, pk, *numbers):
    body = json.dumps({"parts": numbers})
    return client.generic("POST", f"{BASE}{pk}/sign/", body, "application/json")


def bring(client, ticket, content):
    size = ticket["part_size"]
    count = -(-len(content) // size)
    urls = sign(client, ticket["id"], *range(1, count + 1)).json()["data"]["urls"]
    for number, url in urls.items():
        at = (int(number) - 1) * size
        assert requests.put(url, content[at : at + size], timeout=10).ok


def test_from_the_browser_to_the_player(staff_api, api, empty, tmp_path):
    # Given a video of two parts (what follows its end is not looked at)
    content = video_bytes(tmp_path, seconds=3)
    content += (16).to_bytes(4, "big") + b"free" + bytes(8)
    content += (5 * MEGABYTE).to_bytes(4, "big") + b"free" + bytes(5 * MEGABYTE - 8)
    ticket = begin(staff_api, empty, content).json()["data"]
    assert (ticket["provider"], ticket["ticket"]) == ("s3", {})
    bring(staff_api, ticket, content)
    assert staff_api.get(f"{BASE}{ticket['id']}/").json()["data"]["parts_done"] == [1, 2]
    # When the browser says that this was all
    assert complete(staff_api, ticket["id"]).status_code == 200
    # Then the video was converted here, and plays from there
    row = CourseSection.objects.get()
    assert (current_video(row).state, row.duration) == (Video.State.READY, 3)
    played = api.get(f"/api/v1/course/section/{row.pk}/play/").json()["data"]
    master = api.get(played["url"]).content.decode()
    [quality, *_] = [line for line in master.split() if line.endswith(".m3u8")]
    text = api.get(played["url"].replace("index.m3u8", quality)).content.decode()
    [segment, *_] = [line for line in text.split() if line.startswith("http")]
    assert requests.get(segment, timeout=5).status_code == 200
    assert requests.get(segment.partition("?")[0], timeout=5).status_code == 403


def test_parts_that_are_missing_and_a_second_confirmation(staff_api, empty):
    ticket = begin(staff_api, empty, FTYP).json()["data"]
    assert complete(staff_api, ticket["id"]).status_code == 400
    bring(staff_api, ticket, FTYP)
    assert [complete(staff_api, ticket["id"]).status_code for _ in range(2)] == [200, 200]


def test_what_is_no_video_leaves_nothing_behind(staff_api, empty):
    content = b"<html>" + b"x" * 100
    ticket = begin(staff_api, empty, content).json()["data"]
    bring(staff_api, ticket, content)
    assert complete(staff_api, ticket["id"]).status_code == 400
    assert list(storage.private_storage().list_names("course/")) == []


def test_giving_up_leaves_nothing_behind(staff_api, empty):
    ticket = begin(staff_api, empty, FTYP).json()["data"]
    bring(staff_api, ticket, FTYP)
    staff_api.delete(f"{BASE}{ticket['id']}/")
    assert complete(staff_api, ticket["id"]).status_code == 409
    assert list(storage.private_storage().list_names("course/")) == []


@pytest.mark.parametrize("numbers", [[], [0], [2], [-1], ["x"], [1] * 101, [10**30]])
def test_addresses_of_parts_that_do_not_exist(staff_api, empty, numbers):
    ticket = begin(staff_api, empty, FTYP).json()["data"]
    assert sign(staff_api, ticket["id"], *numbers).status_code == 400
