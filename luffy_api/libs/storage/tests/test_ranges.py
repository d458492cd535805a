"""The Range header: parts of a file, and every game one can play with it."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from luffy_api.libs.storage import private_storage, public_storage
from luffy_api.libs.storage.ranges import ByteRange, Unsatisfiable, parse

BODY = bytes(range(256)) * 4
SIZE = len(BODY)
PARTS = {
    "bytes=0-0": (0, 1),
    "bytes=0-9": (0, 10),
    "bytes=1023-1023": (1023, 1),
    "bytes=1000-": (1000, 24),
    "bytes=-24": (1000, 24),
    "bytes=-1": (1023, 1),
    "bytes=-5000": (0, 1024),
    "bytes=1000-99999999999999999999999999": (1000, 24),
    f"bytes=5-{'9' * 5000}": (5, 1019),
    f"bytes=-{'9' * 5000}": (0, 1024),
    "bytes=0000000000000000000000000-0": (0, 1),
    "Bytes = 0-9": (0, 10),
    "bytes= 0-9 ": (0, 10),
}
WHOLE = ["items=0-9", "", "0-9", "bytes", "bytes 0-9", "bytes=0-1,5-6", "bytes=0-1, -1,3-"]
REFUSED = [
    "bytes=5-1",
    "bytes=1024-",
    "bytes=-0",
    "bytes=",
    "bytes=-",
    "bytes=--5",
    "bytes=a-b",
    "bytes=0x1-2",
    "bytes=1e2-",
    "bytes=+1-2",
    "bytes=１-２",
    "bytes=0-1,",
    "bytes=0-1,5-1",
    f"bytes={'9' * 5000}-",
    "bytes=" + ",".join(["0-0"] * 10_000),
    "bytes=" + "," * 10_000,
]


@pytest.fixture
def client(local, settings):
    """Asks for a private video."""
    name = private_storage().save("a.mp4", ContentFile(BODY))
    url = private_storage().signed_url(
        name, expires_at=timezone.now() + settings.SIGNED_URL_MAX_LIFETIME
    )

    def ask(method="get", **headers):
        answer = getattr(Client(), method)(url, headers=headers)
        answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.close()
        return answer

    return ask


@pytest.mark.parametrize("header", PARTS)
def test_a_part(client, header):
    start, length = PARTS[header]
    answer = client(range=header)
    assert (answer.status_code, answer.body) == (206, BODY[start : start + length])
    assert answer["Content-Range"] == f"bytes {start}-{start + length - 1}/{SIZE}"
    assert answer["Content-Length"] == str(length)
    assert answer["Content-Type"] == "video/mp4"


@pytest.mark.parametrize("header", WHOLE)
def test_what_is_no_single_range_of_bytes_gets_the_whole(client, header):
    answer = client(range=header)
    assert (answer.status_code, answer.body) == (200, BODY)
    assert answer["Content-Length"] == str(SIZE)
    assert "Content-Range" not in answer


@pytest.mark.parametrize("header", REFUSED, ids=lambda header: header[:20])
def test_games_are_a_416(client, header):
    answer = client(range=header)
    assert (answer.status_code, answer.body) == (416, b"")
    assert answer["Content-Range"] == f"bytes */{SIZE}"


@given(st.text(max_size=40), st.integers(0, 5000))
def test_no_header_breaks_it(text, size):
    for header in (text, f"bytes={text}"):
        try:
            part = parse(header, size)
        except Unsatisfiable:
            continue
        assert part is None or 0 < part.length <= size - part.start


@given(st.integers(0, 50), st.integers(0, 80), st.integers(1, 40))
def test_a_range_means_what_a_slice_means(first, more, size):
    expected = bytes(size)[first : first + more + 1]
    try:
        part = parse(f"bytes={first}-{first + more}", size)
    except Unsatisfiable:
        assert not expected
    else:
        assert part == ByteRange(first, len(expected))


def test_an_empty_file_has_no_part():
    for header in ("bytes=0-", "bytes=-1", "bytes=0-0"):
        with pytest.raises(Unsatisfiable):
            parse(header, 0)


def test_head_tells_the_size_and_opens_nothing(client):
    for headers in ({}, {"range": "bytes=0-9"}):
        answer = client("head", **headers)
        assert (answer.status_code, answer.body) == (200, b"")
        assert answer["Content-Length"] == str(SIZE)
        assert answer["Accept-Ranges"] == "bytes"


def test_a_part_of_another_version_is_the_whole_of_this_one(client):
    first = client()
    for condition in (first["ETag"], first["Last-Modified"]):
        assert client(range="bytes=0-9", **{"if-range": condition}).status_code == 206
    for condition in ('"another"', f"W/{first['ETag']}", "Mon, 01 Jan 2024 00:00:00 GMT", "x"):
        answer = client(range="bytes=0-9", **{"if-range": condition})
        assert (answer.status_code, answer.body) == (200, BODY)


def test_what_the_browser_has_is_not_sent_again(client):
    first = client()
    etag = first["ETag"]
    for condition in (etag, f'"x", {etag}', f"W/{etag}", "*"):
        answer = client(**{"if-none-match": condition})
        assert (answer.status_code, answer.body) == (304, b"")
        assert answer["ETag"] == etag
    assert client(**{"if-none-match": '"x"'}).status_code == 200
    assert client(**{"if-modified-since": first["Last-Modified"]}).status_code == 304
    assert client(**{"if-match": '"x"'}).status_code == 412
    assert client(range="bytes=0-1", **{"if-none-match": etag}).status_code == 304


def test_nginx_sends_the_bytes_where_it_is_told_to(client, settings):
    settings.ACCEL_REDIRECT_PREFIX = "/protected/"
    name = private_storage().save("课 1/a b.mp4", ContentFile(BODY))
    url = private_storage().signed_url(
        name, expires_at=timezone.now() + settings.SIGNED_URL_MAX_LIFETIME
    )
    answer = Client().get(url, headers={"range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["X-Accel-Redirect"] == "/protected/private/%E8%AF%BE%201/a%20b.mp4"
    assert answer["Content-Type"] == "video/mp4"
    assert "private" in answer["Cache-Control"]
    assert Client().get(url.replace("a%20b", "c")).status_code == 403
    cover = public_storage().save("a.webp", ContentFile(BODY))
    public = Client().get(public_storage().url(cover))
    assert public["X-Accel-Redirect"] == "/protected/default/a.webp"
