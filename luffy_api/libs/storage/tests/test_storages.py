"""What every storage can do with files, asked of each in the same words."""

import io
import re
import urllib.error
import urllib.request
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.test import Client
from django.utils import timezone

from luffy_api.libs import storage
from luffy_api.libs.storage import private_storage, public_storage

NAME = "course/videos/2026/video.mp4"
BODY = bytes(range(256)) * 20
ODD_NAMES = ["路飞 学城.mp4", "a b+c&d=e#f%41?.mp4", "it's.mp4", "ünï.mp4"]

pytestmark = pytest.mark.usefixtures("place")


@pytest.fixture(params=["public", "private"])
def either(request):
    """Public and private storage in turn."""
    return {"public": public_storage, "private": private_storage}[request.param]()


def put(name=NAME, body=BODY, to=None):
    return (to or private_storage()).save(name, ContentFile(body))


def soon(**times):
    return timezone.now() + timedelta(**(times or {"hours": 1}))


def get(url, **headers):
    """Status, headers and bytes: of our own server, or over the network."""
    if url.startswith("/"):
        answer = Client().get(url, headers=headers)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.close()
        return answer.status_code, answer.headers, body
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_what_was_saved_is_there(either):
    assert not either.exists(NAME)
    assert put(to=either) == NAME
    assert either.exists(NAME)
    assert either.size(NAME) == len(BODY)
    with either.open(NAME) as file:
        assert file.read(10) == BODY[:10]
        assert file.read() == BODY[10:]


def test_stat_tells_what_lies_there():
    put()
    info = private_storage().stat(NAME)
    assert (info.name, info.size, info.content_type) == (NAME, len(BODY), "video/mp4")
    assert info.etag
    assert '"' not in info.etag
    assert abs(timezone.now() - info.modified) < timedelta(minutes=1)


def test_only_local_files_are_looked_for_at_no_cost(either, place):
    assert either.stat_is_cheap == (place.provider == "local")


def test_nothing_there():
    assert private_storage().stat(NAME) is None
    for call in (
        lambda: private_storage().read_range(NAME, 0, 1),
        lambda: private_storage().local_copy(NAME).__enter__(),
        lambda: private_storage().signed_playlist("a/b.m3u8", expires_at=soon()),
    ):
        with pytest.raises(storage.ObjectMissing):
            call()
    with pytest.raises(FileNotFoundError):
        private_storage().open(NAME)
    with pytest.raises(FileNotFoundError):
        private_storage().size(NAME)


def test_a_file_goes_and_may_go_twice(either):
    put(to=either)
    either.delete(NAME)
    either.delete(NAME)
    assert not either.exists(NAME)


def test_many_files_go_at_once(either):
    names = [put(f"hls/{name}", to=either) for name in ("0.ts", "1.ts", *ODD_NAMES)]
    kept = put("hls/kept.ts", to=either)
    either.delete_many([*names, "hls/never was.ts"])
    either.delete_many([])
    assert [info.name for info in either.list_names("hls/")] == [kept]
    with pytest.raises(storage.NameRejected):
        either.delete_many([kept, "../kept.ts"])
    assert either.exists(kept)


def test_a_taken_name_is_not_overwritten(either):
    put(to=either)
    other = put(to=either, body=b"other")
    assert other != NAME
    assert other.endswith("/video.mp4")
    with either.open(NAME) as file:
        assert file.read() == BODY


def test_the_areas_do_not_see_each_other():
    put(to=public_storage())
    assert private_storage().stat(NAME) is None
    assert list(private_storage().list_names()) == []


def test_listing():
    for name in ("a/1.mp4", "a/2.mp4", "a/b/3.mp4", "c/4.mp4", "ab.mp4"):
        put(name)
    found = list(private_storage().list_names("a/"))
    assert [info.name for info in found] == ["a/1.mp4", "a/2.mp4", "a/b/3.mp4"]
    assert {info.size for info in found} == {len(BODY)}
    assert len(list(private_storage().list_names())) == 5
    assert [info.name for info in private_storage().list_names("a")][:1] == ["a/1.mp4"]
    folders, files = private_storage().listdir("a")
    assert (folders, sorted(files)) == (["b"], ["1.mp4", "2.mp4"])


@pytest.mark.parametrize(
    ("start", "length"), [(0, 12), (100, 1), (5000, 500), (5120, 5), (10**7, 5)]
)
def test_a_range(start, length):
    put()
    assert private_storage().read_range(NAME, start, length) == BODY[start : start + length]


def test_a_copy_on_this_machine():
    put()
    with private_storage().local_copy(NAME) as path:
        assert path.suffix == ".mp4"
        assert path.read_bytes() == BODY


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_of_people(name):
    name = f"course/attachments/{private_storage().get_valid_name(name)}"
    assert put(name) == name
    assert private_storage().stat(name).size == len(BODY)
    assert private_storage().read_range(name, 0, 9) == BODY[:9]
    status, _, body = get(private_storage().signed_url(name, expires_at=soon()))
    assert (status, body) == (200, BODY)


@pytest.mark.parametrize("name", ["a b.mp4", "百分 %41.mp4", "a+b.mp4", "a&b=c.mp4", "x#y?.mp4"])
def test_names_that_need_quoting(name):
    put(f"odd/{name}")
    status, _, body = get(private_storage().signed_url(f"odd/{name}", expires_at=soon()))
    assert (status, body) == (200, BODY)
    assert [info.name for info in private_storage().list_names("odd/")] == [f"odd/{name}"]


@pytest.mark.parametrize(
    "name",
    [
        *("", "/etc/passwd", "../a.mp4", "a/../b.mp4", "a//b.mp4", "./a.mp4", "a\\b.mp4"),
        *("a\0.mp4", "a\n.mp4", ".uploads/x", "路" * 300, "\ud800.mp4"),
    ],
)
def test_what_is_no_name(name):
    assert private_storage().stat(name) is None
    with pytest.raises(storage.StorageError):
        private_storage().read_range(name, 0, 1)
    with pytest.raises(storage.NameRejected):
        private_storage().signed_url(name, expires_at=soon())
    with pytest.raises(storage.NameRejected):
        private_storage().uploads.begin(
            name, size=1, content_type="video/mp4", expires_at=soon(), callback_url=""
        )


def test_nothing_is_saved_outside_of_the_storage(either):
    with pytest.raises(SuspiciousFileOperation):
        put("../../evil.mp4", to=either)


def test_a_public_url_lasts():
    name = put("course/covers/路飞 1.webp", to=public_storage())
    url = public_storage().url(name)
    status, headers, body = get(url)
    assert (status, body) == (200, BODY)
    assert headers["Content-Type"] == "image/webp"
    assert "public" in headers["Cache-Control"]
    assert (
        int(headers["Cache-Control"].partition("max-age=")[2]) >= timedelta(days=30).total_seconds()
    )
    assert public_storage().url(name) == url


def test_a_signed_url_opens_its_file():
    put()
    status, headers, body = get(private_storage().signed_url(NAME, expires_at=soon()))
    assert (status, body) == (200, BODY)
    assert headers["Content-Type"] == "video/mp4"


def test_a_part_of_it():
    put()
    url = private_storage().signed_url(NAME, expires_at=soon())
    status, headers, body = get(url, Range="bytes=0-0")
    assert (status, body) == (206, BODY[:1])
    assert headers["Content-Range"] == f"bytes 0-0/{len(BODY)}"


def test_no_url_lives_longer_than_two_hours():
    with pytest.raises(ValueError):
        private_storage().signed_url(NAME, expires_at=soon(hours=2, seconds=5))


@pytest.mark.parametrize(
    "name",
    [*ODD_NAMES, "路飞 学城 课件.zip", "封面.png", 'a "b".pdf', "a;b=c.mp4", "page.html", "x.m3u8"],
)
def test_a_download_is_saved_under_its_own_name(name):
    put(f"course/attachments/{name}")
    url = private_storage().signed_url(
        f"course/attachments/{name}", expires_at=soon(), download=True
    )
    status, headers, body = get(url)
    assert (status, body) == (200, BODY)
    assert saved_as(headers) == name


def saved_as(headers):
    """The name under which a browser keeps an answer; nothing for what it opens."""
    kind, *parameters = re.split(r"; (?=filename)", headers.get("Content-Disposition") or "inline")
    assert kind == "attachment"
    key, _, value = parameters[0].partition("=")
    if key == "filename*":
        charset, _, text = value.partition("''")
        assert charset.lower() == "utf-8"
        return unquote(text, errors="strict")
    return re.sub(r"\\(.)", r"\1", value[1:-1])


def test_a_part_of_a_download():
    put()
    url = private_storage().signed_url(NAME, expires_at=soon(), download=True)
    status, headers, body = get(url, Range="bytes=0-9")
    assert (status, body, saved_as(headers)) == (206, BODY[:10], "video.mp4")


@pytest.mark.parametrize("name", ["page.html", "picture.svg", "script.js", "noend"])
def test_what_could_run_is_a_download(either, name):
    page = File(io.BytesIO(b"<script>alert(1)</script>"), name=name)
    page.content_type = "text/html"
    name = either.save(f"x/{name}", page)
    _, headers, _ = get(either.url(name))
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment"


def test_a_playlist_is_rewritten_and_every_part_opens():
    put("hls/one/720p/0.ts", b"segment")
    put("hls/one/720p/index.m3u8", b"#EXTM3U\n#EXTINF:4,\n0.ts\n#EXT-X-ENDLIST\n")
    put("hls/one/index.m3u8", b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720p/index.m3u8\n")
    url = private_storage().signed_url("hls/one/index.m3u8", expires_at=soon())
    for content_type in ["application/vnd.apple.mpegurl"] * 2:
        status, headers, body = get(url)
        assert (status, headers["Content-Type"]) == (200, content_type)
        url = next(line for line in body.decode().splitlines() if line[:1] not in {"#", ""})
    status, headers, body = get(url)
    assert (status, headers["Content-Type"], body) == (200, "video/mp2t", b"segment")
