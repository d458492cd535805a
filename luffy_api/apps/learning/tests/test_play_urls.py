"""The signed URL of a video: it serves bytes, for a while, and only those."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from luffy_api.common.access_log import TokenFilter
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory
from luffy_api.tests.private_files import BYTES, store

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def play_url(api, section):
    return api.get(f"/api/v1/course/section/{section.pk}/play/").json()["data"]["url"]


def fetch(api, url, **headers):
    """The answer, with all its bytes as `body`."""
    answer = api.get(url, **headers)
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


@pytest.mark.every_database
def test_the_whole_file(api, trial):
    answer = fetch(api, play_url(api, trial))
    assert answer.status_code == 200
    assert answer.body == BYTES
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Accept-Ranges"] == "bytes"
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=1000-", 1000, 1024), ("bytes=-24", 1000, 1024)],
)
def test_a_part_of_it(api, trial, asked, start, end):
    answer = fetch(api, play_url(api, trial), HTTP_RANGE=asked)
    assert answer.status_code == 206
    assert answer.body == BYTES[start:end]
    assert answer["Content-Range"] == f"bytes {start}-{end - 1}/1024"


def test_a_part_beyond_its_end(api, trial):
    answer = fetch(api, play_url(api, trial), HTTP_RANGE="bytes=5000-6000")
    assert answer.status_code == 416
    assert answer["Content-Range"] == "bytes */1024"


def test_an_edited_address(api, trial):
    url = play_url(api, trial)
    token = url.split("/")[2]
    for place in (0, len(token) // 2, len(token) - 1):
        other = "A" if token[place] != "A" else "B"
        forged = url.replace(token, token[:place] + other + token[place + 1 :])
        assert fetch(api, forged).status_code == 403
    assert fetch(api, url.replace(token, "x")).status_code == 403


@pytest.mark.every_database
def test_an_address_works_until_its_end(api, trial):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        url = play_url(api, trial)
    life = timedelta(seconds=trial.duration) + settings.URL_GRACE_PERIOD
    for seconds, status in [(-2, 200), (1, 403)]:
        with time_machine.travel(now + life + timedelta(seconds=seconds)):
            assert fetch(api, url).status_code == status


def test_the_address_of_one_file_opens_no_other(api, trial, section):
    url = play_url(api, trial).replace("trial.mp4", "lesson.mp4")
    assert fetch(api, url).status_code == 403


def playlist(folders, name, *references):
    """A playlist of these URLs in the private area."""
    lines = ["#EXTM3U", *(f"#EXTINF:10,\n{reference}" for reference in references), ""]
    store(folders, name, "\n".join(lines).encode())


def urls_in(answer):
    """What a playlist that was served refers to."""
    return [line for line in answer.body.decode().splitlines() if line and line[0] != "#"]


@pytest.mark.every_database
def test_each_segment_of_a_playlist_has_a_signature_of_its_own(api, folders):
    for name in ("one/part0.ts", "one/part1.ts", "two/part0.ts"):
        store(folders, f"hls/{name}")
    playlist(folders, "hls/one/index.m3u8", "part0.ts", "part1.ts")
    url = play_url(api, SectionFactory(video="hls/one/index.m3u8", free_trail=True))
    served = fetch(api, url)
    assert served["Content-Type"] == "application/vnd.apple.mpegurl"
    first, second = urls_in(served)
    segment = fetch(api, first)
    assert (segment.status_code, segment["Content-Type"]) == (200, "video/mp2t")
    assert fetch(api, second).status_code == 200
    assert fetch(api, first.replace("part0.ts", "part1.ts")).status_code == 403
    assert fetch(api, first.replace("one/part0.ts", "two/part0.ts")).status_code == 403
    assert fetch(api, url.replace("index.m3u8", "part0.ts")).status_code == 404


def test_a_playlist_of_qualities_opens_each_quality(api, folders):
    store(folders, "hls/one/720p/part0.ts")
    playlist(folders, "hls/one/720p/index.m3u8", "part0.ts")
    playlist(folders, "hls/one/index.m3u8", "720p/index.m3u8")
    url = play_url(api, SectionFactory(video="hls/one/index.m3u8", free_trail=True))
    (quality,) = urls_in(fetch(api, url))
    assert quality == "720p/index.m3u8"
    (part,) = urls_in(fetch(api, url.replace("index.m3u8", quality)))
    assert fetch(api, part).status_code == 200


def test_the_segments_die_with_the_playlist(api, folders):
    store(folders, "hls/one/part0.ts")
    playlist(folders, "hls/one/index.m3u8", "part0.ts")
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        url = play_url(api, SectionFactory(video="hls/one/index.m3u8", free_trail=True))
    almost = now + settings.SIGNED_URL_MAX_LIFETIME - timedelta(seconds=2)
    with time_machine.travel(almost, tick=False):
        (part,) = urls_in(fetch(api, url))
        assert fetch(api, part).status_code == 200
    with time_machine.travel(almost + timedelta(seconds=3)):
        assert fetch(api, part).status_code == 403


@pytest.mark.parametrize(
    "way", ["../two/a.ts", "..%2Ftwo%2Fa.ts", "%2e%2e/two/a.ts", "./../two/a.ts"]
)
def test_no_way_leads_out_of_the_folder(api, folders, way):
    store(folders, "hls/two/a.ts")
    playlist(folders, "hls/one/index.m3u8", "a.ts")
    section = SectionFactory(video="hls/one/index.m3u8", free_trail=True)
    answer = fetch(api, play_url(api, section).replace("index.m3u8", way))
    assert answer.status_code in {403, 404}


def test_the_file_has_gone_since(api, trial, folders):
    url = play_url(api, trial)
    (folders / "private" / "course/videos/trial.mp4").unlink()
    assert fetch(api, url).status_code == 404


@pytest.mark.parametrize("area", ["media", "private", "files"])
def test_there_is_no_unsigned_way_to_a_video(api, trial, area):
    assert fetch(api, f"/{area}/course/videos/trial.mp4").status_code in {403, 404, 503}


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_address_is_read_only(api, trial, method):
    assert getattr(api, method)(play_url(api, trial)).status_code == 405


def test_a_refused_request_leaves_no_address_in_the_log(trial, api, caplog):
    url = play_url(api, trial)
    strict = Client(enforce_csrf_checks=True)
    with caplog.at_level("DEBUG"):
        assert strict.post(url).status_code == 405
    assert url.split("/")[2] not in caplog.text


def test_whoever_logs_an_address_the_signature_is_taken_out():
    args = ("/files/WyJj:Za24n:xyz/course/videos/lesson.mp4",)
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Error: %s", args, None)
    assert TokenFilter().filter(record)
    assert record.getMessage() == "Error: /files/…/course/videos/lesson.mp4"


@pytest.mark.every_database
def test_a_section_that_was_seen_to_its_end_begins_again(student, student_api, folders):
    store(folders, "a.mp4")
    section = SectionFactory(video="a.mp4", duration=600)
    EnrollmentFactory(user=student, course=section.chapter.course)
    url = f"/api/v1/course/section/{section.pk}"
    positions = []
    for position in (597, 599):
        student_api.put(f"{url}/progress/", {"position": position}, format="json")
        positions.append(student_api.get(f"{url}/play/").json()["data"]["position"])
    assert positions == [597, 0]
