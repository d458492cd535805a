"""How long a URL of a video lives: as long as the video and some pauses, on every storage."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from luffy_api.libs import storage
from luffy_api.libs.storage.tests.conftest import (  # noqa: F401
    _no_proxy,
    local,
    place,
    qiniu,
    s3,
    s3_server,
)
from luffy_api.tests.factories import SectionFactory
from luffy_api.tests.viewing import line

# Lifetimes are computed from settings and durations.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
HOUR = 3600
LIVES = {
    "ten minutes": (600, timedelta(minutes=25)),
    "an hour": (HOUR, timedelta(minutes=75)),
    "an hour and three quarters": (HOUR * 7 // 4, timedelta(hours=2)),
    "a day": (24 * HOUR, timedelta(hours=2)),
    "nobody knows": (0, timedelta(hours=2)),
}


@pytest.fixture(autouse=True)
def now():
    """Time stands still."""
    now = timezone.now().replace(microsecond=0)
    with time_machine.travel(now, tick=False):
        yield now


@pytest.fixture
def store(place, settings):  # noqa: F811
    """Puts files into the storage of this test's shop."""
    settings.STORAGE = place.provider

    def put(name, content=b"x"):
        return storage.private_storage().save(name, ContentFile(content))

    return put


def end_of(url):
    """What the URL itself says, as its storage will read it."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    if "X-Amz-Date" in query:
        begin = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return begin + timedelta(seconds=int(query["X-Amz-Expires"]))
    seconds = query.get("e") or url.split("/")[2].split(":")[0]
    return datetime.fromtimestamp(int(seconds), UTC)


def play(api, section):
    return api.get(f"/api/v1/course/section/{section.pk}/play/").json()["data"]


@pytest.mark.parametrize("length", LIVES)
@pytest.mark.parametrize("video", ["video.mp4", "video.flv"])
def test_a_video_and_its_poster_live_as_long_as_the_video(api, now, store, video, length):
    duration, life = LIVES[length]
    section = SectionFactory(
        video=store(video), video_poster=store("poster.jpg"), duration=duration, free_trail=True
    )
    data = play(api, section)
    assert end_of(data["url"]) == end_of(data["poster"]) == now + life
    assert datetime.fromisoformat(data["expires_at"]) == now + life


@pytest.mark.parametrize("length", LIVES)
def test_so_do_segments_but_no_longer_than_their_playlist(api, now, store, length):
    duration, life = LIVES[length]
    store("hls/0.ts")
    video = store("hls/index.m3u8", b"#EXTM3U\n#EXTINF:4,\n0.ts\n#EXT-X-ENDLIST\n")
    data = play(api, SectionFactory(video=video, duration=duration, free_trail=True))
    playlist_end = now + timedelta(hours=2)
    assert datetime.fromisoformat(data["expires_at"]) == playlist_end
    assert end_of(line(api.get(data["url"]))) == now + life
    later = playlist_end - timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        assert end_of(line(api.get(data["url"]))) == playlist_end
