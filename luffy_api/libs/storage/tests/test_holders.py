"""Addresses with a holder: whether he still may is asked at every request."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from luffy_api.libs import storage
from luffy_api.libs.storage.signatures import signed_path

NAME = "course/videos/路飞 1.mp4"
BODY = bytes(range(256))
asked: list[tuple[str, str]] = []
may: set[str] = set()


def still_holds(holder, name):
    """The shop's word, as the tests want it."""
    asked.append((holder, name))
    return holder in may


@pytest.fixture(autouse=True)
def _shop(settings):
    """Ann may have everything."""
    settings.PRIVATE_FILE_ACCESS_CHECK = f"{__name__}.still_holds"
    asked.clear()
    may.clear()
    may.add("ann")


def soon():
    return timezone.now() + timedelta(hours=1)


def get(url, method="get", **headers):
    answer = getattr(Client(), method)(url, headers=headers)
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    return answer


@pytest.fixture
def url(local):
    """Ann's address of a film."""
    storage.private_storage().save(NAME, ContentFile(BODY))
    return storage.signed_url(NAME, expires_at=soon(), holder="ann")


WAYS = [
    ("get", {}, 200),
    ("get", {"range": "bytes=0-9"}, 206),
    ("get", {"range": "bytes=9999-"}, 416),
    ("get", {"if-none-match": "*"}, 304),
    ("head", {}, 200),
]


@pytest.mark.parametrize(("method", "headers", "status"), WAYS)
def test_every_request_is_asked_about_and_the_first_no_ends_it(url, method, headers, status):
    for _ in range(2):
        assert get(url, method, **headers).status_code == status
    may.clear()
    refused = get(url, method, **headers)
    assert refused.status_code == 403
    assert BODY[:9] not in refused.body
    assert "ETag" not in refused
    assert asked == [("ann", NAME)] * 3
    may.add("ann")
    assert get(url, method, **headers).status_code == status


def test_what_the_browser_keeps_is_asked_about_too(url):
    assert get(url)["Cache-Control"] == "private, no-cache"


def test_nginx_is_told_of_nothing_that_the_holder_may_not_have(url, settings):
    settings.ACCEL_REDIRECT_PREFIX = "/protected/"
    assert "X-Accel-Redirect" in get(url)
    may.clear()
    refused = get(url)
    assert refused.status_code == 403
    assert "X-Accel-Redirect" not in refused


def test_an_address_is_its_holders_and_nobody_elses(url):
    token = url.split("/")[2]
    end, holder, signature = token.split(":")
    may.update({"bob", "ann2"})
    forged = [
        *(f"{end}:{other}:{signature}" for other in ("bob", "ann2", "an", "Ann", "", "ann:ann")),
        f"{end}:{signature}",
        f"{end}{holder}:{signature}",
        f"{holder}:{end}:{signature}",
        f"{int(end) + 1}:{holder}:{signature}",
    ]
    for other in forged:
        assert get(url.replace(token, other)).status_code == 403
    assert asked == []


def test_an_address_without_a_holder_gets_none_by_editing(local):
    storage.private_storage().save(NAME, ContentFile(BODY))
    url = storage.signed_url(NAME, expires_at=soon())
    assert get(url).status_code == 200
    assert get(url.replace(":", ":ann:", 1)).status_code == 403
    # The holder of one address is no part of another's name.
    whole = signed_path("ann/a.mp4", expires_at=soon())
    assert get(whole.replace(":", ":ann:", 1).replace("/ann/", "/")).status_code == 403
    assert asked == []


def test_a_holder_does_not_outlive_the_address(url):
    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        assert get(url).status_code == 403
    assert asked == []


@pytest.mark.parametrize("holder", ["a/b", "a:b", "a b", "路飞", "ann\n", "x" * 65])
def test_what_is_no_holder_is_not_signed(local, holder):
    with pytest.raises(ValueError, match="holder"):
        storage.signed_url(NAME, expires_at=soon(), holder=holder)


@pytest.mark.parametrize("holder", ["a", "s12.34", "A_b-9.", "x" * 64])
def test_what_is_one_comes_to_the_shop_as_it_was(local, holder):
    storage.private_storage().save(NAME, ContentFile(BODY))
    may.add(holder)
    assert get(storage.signed_url(NAME, expires_at=soon(), holder=holder)).body == BODY
    assert asked == [(holder, NAME)]


def test_where_nobody_can_be_asked_nothing_is_served(url, settings):
    settings.PRIVATE_FILE_ACCESS_CHECK = ""
    with pytest.raises(ImportError):
        get(url)


def playlists():
    """A film of one quality."""
    texts = {
        "hls/index.m3u8": b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720p/index.m3u8\n",
        "hls/720p/index.m3u8": b"#EXTM3U\n#EXTINF:4,\n0.ts\n#EXT-X-ENDLIST\n",
        "hls/720p/0.ts": b"segment",
    }
    for name, text in texts.items():
        storage.private_storage().save(name, ContentFile(text))
    return storage.signed_url("hls/index.m3u8", expires_at=soon(), holder="ann")


def reference(answer):
    """The one address in a playlist."""
    return next(line for line in answer.content.decode().splitlines() if line[:1] not in {"#", ""})


def test_playlists_of_every_storage_are_asked_about(place):
    master = playlists()
    quality = reference(get(master))
    segment = reference(get(quality))
    may.clear()
    assert [get(url).status_code for url in (master, quality)] == [403, 403]
    if place.provider == "local":
        assert get(segment).status_code == 403
        names = ["hls/index.m3u8", "hls/720p/index.m3u8"]
        assert asked[-3:] == [("ann", name) for name in [*names, "hls/720p/0.ts"]]


@pytest.mark.parametrize("remote", ["s3", "qiniu"])
def test_addresses_at_other_storages_know_no_holder(request, remote):
    request.getfixturevalue(remote)
    name = storage.private_storage().save("a.mp4", ContentFile(BODY))
    end = soon()
    with time_machine.travel(timezone.now(), tick=False):
        plain = storage.signed_url(name, expires_at=end)
        assert storage.signed_url(name, expires_at=end, holder="ann") == plain
