"""What a presigned URL opens at an S3 that reads signatures, and what pages may ask of it."""

from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
import requests
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from luffy_api.libs.storage import private_storage
from luffy_api.libs.storage.tests.signed_s3 import SignedS3

NAME = "course/videos/路 1/a+b & c.mp4"
SCHOOL = "https://school.example"
PREFLIGHT = {
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "content-type",
}


@pytest.fixture
def url(s3):
    """The URL of a video, for an hour."""
    private_storage().save(NAME, ContentFile(b"0123456789"))
    return private_storage().signed_url(NAME, expires_at=timezone.now() + timedelta(hours=1))


def status(url, method="GET", **options):
    return requests.request(method, url, timeout=5, **options).status_code


def test_it_opens_its_file_and_parts_of_it(url):
    assert requests.get(url, timeout=5).content == b"0123456789"
    part = requests.get(url, headers={"Range": "bytes=2-4"}, timeout=5)
    assert (part.status_code, part.content) == (206, b"234")


@pytest.mark.parametrize(
    "edit",
    [
        lambda url: url.replace("X-Amz-Expires=3", "X-Amz-Expires=9"),
        lambda url: url.replace(quote("a+b & c.mp4"), "other.mp4"),
        lambda url: f"{url}&response-content-type=text%2Fhtml",
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.partition("?")[0],
    ],
)
def test_an_edited_url_opens_nothing(url, edit):
    assert edit(url) != url
    assert status(edit(url)) == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
def test_it_is_for_reading_only(url, method):
    assert status(url, method, data=b"x") == 403
    assert status(url) == 200


@contextmanager
def before(**time):
    """What is signed here was signed so long ago: a real server's clock cannot be moved."""
    with time_machine.travel(timezone.now() - timedelta(**time)):
        yield timezone.now() + timedelta(hours=1)


def test_a_copied_url_expires(url):
    for minutes, expected in ((59, 200), (61, 403)):
        with before(minutes=minutes) as end:
            copied = private_storage().signed_url(NAME, expires_at=end)
        assert status(copied) == expected
        # Nor does it live longer for who says so.
        assert status(copied.replace("X-Amz-Expires=3", "X-Amz-Expires=9")) == 403


def test_the_url_of_a_part_takes_no_other_part_and_no_other_size(s3):
    later = timezone.now() + timedelta(hours=1)
    session = private_storage().uploads.begin(
        NAME, size=100, content_type="video/mp4", expires_at=later, callback_url=""
    )
    [part] = private_storage().uploads.sign_parts(NAME, session.upload_id, [1]).values()
    assert status(part, "PUT", data=bytes(101)) == 403
    assert status(part.replace("partNumber=1", "partNumber=2"), "PUT", data=bytes(100)) == 403
    assert status(part, "PUT", data=bytes(100)) == 200
    with before(minutes=61):
        [part] = private_storage().uploads.sign_parts(NAME, session.upload_id, [1]).values()
    assert status(part, "PUT", data=bytes(100)) == 403


@pytest.mark.parametrize(
    ("origin", "headers", "expected"),
    [(SCHOOL, PREFLIGHT, 200), ("https://other.example", PREFLIGHT, 403), (SCHOOL, {}, 403)],
)
def test_pages_of_the_school_alone_may_bring_parts(origin, headers, expected):
    """The rule of docs/storage.md; the test server must not be more lenient than a real one."""
    server = SignedS3().start()
    server.create_bucket("videos", origin=SCHOOL)
    asked = {"Origin": origin, **headers}
    answer = requests.options(f"{server.url}/videos/private/a.mp4", headers=asked, timeout=5)
    server.stop()
    allowed = answer.headers.get("Access-Control-Allow-Origin")
    assert (answer.status_code, allowed) == (expected, SCHOOL if expected == 200 else None)
