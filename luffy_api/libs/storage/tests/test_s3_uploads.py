"""Straight from the browser to an S3 storage: presigned parts."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import requests
from django.utils import timezone

from luffy_api.libs import storage
from luffy_api.libs.storage import private_storage, s3_uploads
from luffy_api.libs.storage.tests.conftest import S3_CLASSES, choose
from luffy_api.libs.storage.tests.uploading import BODY, MEGABYTE, NAME, begin


@pytest.fixture
def parts(s3, monkeypatch):
    """Five megabytes each."""
    monkeypatch.setattr(s3_uploads, "PART_SIZE", 5 * MEGABYTE)


def upload_parts(session, *numbers, body=BODY):
    urls = private_storage().uploads.sign_parts(NAME, session.upload_id, list(numbers))
    for number, url in urls.items():
        at = (number - 1) * session.part_size
        assert requests.put(url, body[at : at + session.part_size], timeout=5).ok


def test_s3_parts_become_the_file(parts):
    session = begin()
    assert (session.provider, session.part_size, session.credentials) == ("s3", 5 * MEGABYTE, {})
    upload_parts(session, 2)
    assert private_storage().uploads.uploaded_parts(NAME, session.upload_id) == [2]
    upload_parts(session, 1)
    assert private_storage().stat(NAME) is None

    info = private_storage().uploads.finish(NAME, session.upload_id)

    assert (info.size, info.content_type) == (len(BODY), "video/mp4")
    assert private_storage().read_range(NAME, 0, 12) == BODY[:12]
    assert private_storage().uploads.finish(NAME, session.upload_id) == info


def test_s3_with_a_part_missing_there_is_no_file(parts):
    session = begin()
    upload_parts(session, 1)
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.finish(NAME, session.upload_id)
    assert private_storage().stat(NAME) is None


def test_s3_a_part_of_another_size_does_not_count(parts):
    session = begin()
    upload_parts(session, 1)
    # Not every storage reads the length in the signature; the part comes past it here.
    bucket_storage = private_storage()
    upload = {"UploadId": session.upload_id.split(".")[2], "PartNumber": 2}
    bucket_storage.client.upload_part(
        Bucket=bucket_storage.bucket_name, Key=bucket_storage.key(NAME), Body=b"x" * 7, **upload
    )
    assert private_storage().uploads.uploaded_parts(NAME, session.upload_id) == [1]
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.finish(NAME, session.upload_id)


def test_s3_the_size_of_a_part_is_signed(parts):
    url = private_storage().uploads.sign_parts(NAME, begin().upload_id, [2])[2]
    assert "X-Amz-SignedHeaders=content-length%3Bhost" in url
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url


def test_s3_an_aborted_upload_leaves_nothing(parts):
    session = begin()
    upload_parts(session, 1)
    private_storage().uploads.abort(NAME, session.upload_id)
    private_storage().uploads.abort(NAME, session.upload_id)
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.uploaded_parts(NAME, session.upload_id)
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.finish(NAME, session.upload_id)


def test_s3_abandoned_uploads_are_removed(parts):
    session = begin()
    # moto says of every upload that it began in 2010.
    assert private_storage().uploads.cleanup(before=datetime(2010, 1, 1, tzinfo=UTC)) == 0
    # Some round the second up.
    later = timezone.now() + timedelta(seconds=2)
    assert private_storage().uploads.cleanup(before=later) == 1
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.uploaded_parts(NAME, session.upload_id)


@pytest.mark.parametrize("numbers", [[0], [-1], [3], list(range(1, 102))])
def test_s3_parts_that_are_not_signed(parts, numbers):
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.sign_parts(NAME, begin().upload_id, numbers)


@pytest.mark.parametrize("upload", ["", "x", "1.2", "1.0.x", "９.9.x", "a.b.c", "..", "100.100.no"])
def test_s3_an_upload_that_is_none(s3, upload):
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.uploaded_parts(NAME, upload)


def test_s3_large_files_have_larger_parts(s3):
    assert begin(size=1024**4).part_size * 10_000 >= 1024**4


def test_s3_takes_no_parts_through_our_server(s3):
    with pytest.raises(storage.NotOffered):
        private_storage().uploads.write_part(NAME, "1.1.x", 1, None, 1)


def test_s3_browsers_may_use_another_endpoint(s3, settings):
    browser = {**s3.options["private"], "browser_endpoint_url": "https://files.school.example"}
    choose(settings, S3_CLASSES, default=s3.options["default"], private=browser)
    url = private_storage().signed_url(NAME, expires_at=timezone.now() + timedelta(hours=1))
    bucket = private_storage().bucket_name
    assert urlsplit(url).hostname in {"files.school.example", f"{bucket}.files.school.example"}
    assert private_storage().stat(NAME) is None
