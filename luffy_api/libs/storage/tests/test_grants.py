"""URLs with a grant: whether it still holds is asked at every request."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from luffy_api.libs.storage import private_storage
from luffy_api.libs.storage.exceptions import BadSignature
from luffy_api.libs.storage.signatures import SALT, check_token, signed_path

NAME = "course/videos/路飞 1.mp4"
BODY = bytes(range(256))
asked: list[tuple[str, str]] = []
may: set[str] = set()


def is_still_entitled(grant, name):
    """The access check, as the tests want it."""
    asked.append((grant, name))
    return grant in may


@pytest.fixture(autouse=True)
def _shop(settings):
    """The grant `ann` is entitled to everything."""
    settings.PRIVATE_FILE_ACCESS_CHECK = f"{__name__}.is_still_entitled"
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
    """The URL of a video with the grant `ann`."""
    private_storage().save(NAME, ContentFile(BODY))
    return private_storage().signed_url(NAME, expires_at=soon(), grant="ann")


WAYS = [
    ("get", {}, 200),
    ("get", {"range": "bytes=0-9"}, 206),
    ("get", {"range": "bytes=9999-"}, 416),
    ("get", {"if-none-match": "*"}, 304),
    ("head", {}, 200),
]


@pytest.mark.parametrize(("method", "headers", "status"), WAYS)
def test_every_request_is_asked_about_and_the_first_refusal_ends_it(url, method, headers, status):
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


def test_the_copy_in_the_browser_is_asked_about_too(url):
    assert get(url)["Cache-Control"] == "private, no-cache"


def test_nginx_gets_no_file_once_the_grant_is_withdrawn(url, settings):
    settings.ACCEL_REDIRECT_PREFIX = "/protected/"
    assert "X-Accel-Redirect" in get(url)
    may.clear()
    refused = get(url)
    assert refused.status_code == 403
    assert "X-Accel-Redirect" not in refused


def test_a_url_carries_its_grant_and_no_other(url):
    token = url.split("/")[2]
    end, grant, signature = token.split(":")
    may.update({"bob", "ann2"})
    forged = [
        *(f"{end}:{other}:{signature}" for other in ("bob", "ann2", "an", "Ann", "", "ann:ann")),
        f"{end}:{signature}",
        f"{end}{grant}:{signature}",
        f"{grant}:{end}:{signature}",
        f"{int(end) + 1}:{grant}:{signature}",
    ]
    for other in forged:
        assert get(url.replace(token, other)).status_code == 403
    assert asked == []


def test_a_url_without_a_grant_gets_none_by_editing(local):
    private_storage().save(NAME, ContentFile(BODY))
    url = private_storage().signed_url(NAME, expires_at=soon())
    assert get(url).status_code == 200
    assert get(url.replace(":", ":ann:", 1)).status_code == 403
    # The grant in one URL is no part of the name in another.
    whole = signed_path("ann/a.mp4", expires_at=soon())
    assert get(whole.replace(":", ":ann:", 1).replace("/ann/", "/")).status_code == 403
    assert asked == []


def test_a_grant_does_not_outlive_the_url(url):
    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        assert get(url).status_code == 403
    assert asked == []


@pytest.mark.parametrize("grant", ["a/b", "a:b", "a b", "路飞", "ann\n", "x" * 65])
def test_an_invalid_grant_is_not_signed(local, grant):
    with pytest.raises(ValueError, match="grant"):
        private_storage().signed_url(NAME, expires_at=soon(), grant=grant)


@pytest.mark.parametrize("grant", ["a", "s12.34", "A_b-9.", "x" * 64])
def test_a_valid_grant_reaches_the_check_unchanged(local, grant):
    private_storage().save(NAME, ContentFile(BODY))
    may.add(grant)
    assert get(private_storage().signed_url(NAME, expires_at=soon(), grant=grant)).body == BODY
    assert asked == [(grant, NAME)]


def test_where_nobody_can_be_asked_nothing_is_served(url, settings):
    settings.PRIVATE_FILE_ACCESS_CHECK = ""
    with pytest.raises(ImportError):
        get(url)


def playlists():
    """A video of one quality."""
    texts = {
        "hls/index.m3u8": b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720p/index.m3u8\n",
        "hls/720p/index.m3u8": b"#EXTM3U\n#EXTINF:4,\n0.ts\n#EXT-X-ENDLIST\n",
        "hls/720p/0.ts": b"segment",
    }
    for name, text in texts.items():
        private_storage().save(name, ContentFile(text))
    return private_storage().signed_url("hls/index.m3u8", expires_at=soon(), grant="ann")


def reference(answer):
    """The one URI in a playlist."""
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
def test_urls_at_other_storages_carry_no_grant(request, remote):
    request.getfixturevalue(remote)
    name = private_storage().save("a.mp4", ContentFile(BODY))
    end = soon()
    with time_machine.travel(timezone.now(), tick=False):
        plain = private_storage().signed_url(name, expires_at=end)
        assert private_storage().signed_url(name, expires_at=end, grant="ann") == plain


def test_a_folder_is_no_file(url):
    folder = NAME.rpartition("/")[0]

    assert private_storage().stat(NAME) is not None
    assert private_storage().stat(folder) is None
    assert get(signed_path(folder, expires_at=soon(), grant="ann")).status_code == 404


def parts(url):
    """The token and the name; this one needs no quoting."""
    _, _, token, name = url.split("/", 3)
    return token, name


@pytest.mark.parametrize("secret", ["old", "a secret of 学校"])
def test_a_signature_is_the_one_that_django_makes(settings, secret):
    settings.SECRET_KEY = secret

    token, name = parts(signed_path("course/1.ts", expires_at=soon(), grant="ann"))

    head, _, signature = token.rpartition(":")
    assert signature == signing.Signer(salt=SALT).signature(f"{head}/{name}")


def test_links_outlive_their_secret_for_as_long_as_it_is_a_fallback(settings):
    settings.SECRET_KEY = "old"
    token, name = parts(signed_path("course/1.ts", expires_at=soon(), grant="ann"))

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["older", "old"]
    assert check_token(token, name).grant == "ann"

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(BadSignature):
        check_token(token, name)
