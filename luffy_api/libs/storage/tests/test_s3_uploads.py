"""Straight from the browser to an S3 storage: presigned parts."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from django.utils import timezone

from luffy_api.libs import storage
from luffy_api.libs.storage import s3_uploads
from luffy_api.libs.storage.tests.conftest import choose, s3_options
from luffy_api.libs.storage.tests.uploading import BODY, MEGABYTE, NAME, begin


@pytest.fixture
def parts(s3, monkeypatch):
    """Five megabytes each."""
    monkeypatch.setattr(s3_uploads, "PART_SIZE", 5 * MEGABYTE)


def bring(ticket, *numbers, body=BODY):
    urls = storage.sign_parts(NAME, ticket.upload_id, list(numbers))
    for number, url in urls.items():
        at = (number - 1) * ticket.part_size
        assert requests.put(url, body[at : at + ticket.part_size], timeout=5).ok


def test_s3_parts_become_the_file(parts):
    ticket = begin()
    assert (ticket.provider, ticket.part_size, ticket.ticket) == ("s3", 5 * MEGABYTE, {})
    bring(ticket, 2)
    assert storage.uploaded_parts(NAME, ticket.upload_id) == [2]
    bring(ticket, 1)
    assert storage.stat(NAME) is None

    info = storage.finish_upload(NAME, ticket.upload_id)

    assert (info.size, info.content_type) == (len(BODY), "video/mp4")
    assert storage.read_range(NAME, 0, 12) == BODY[:12]
    assert storage.finish_upload(NAME, ticket.upload_id) == info


def test_s3_with_a_part_missing_there_is_no_file(parts):
    ticket = begin()
    bring(ticket, 1)
    with pytest.raises(storage.UploadRejected):
        storage.finish_upload(NAME, ticket.upload_id)
    assert storage.stat(NAME) is None


def test_s3_a_part_of_another_size_does_not_count(parts):
    ticket = begin()
    bring(ticket, 1)
    # Not every storage reads the length in the signature; the part comes past it here.
    area = storage.private_storage()
    upload = {"UploadId": ticket.upload_id.split(".")[2], "PartNumber": 2}
    area.client.upload_part(Bucket=area.bucket_name, Key=area.key(NAME), Body=b"x" * 7, **upload)
    assert storage.uploaded_parts(NAME, ticket.upload_id) == [1]
    with pytest.raises(storage.UploadRejected):
        storage.finish_upload(NAME, ticket.upload_id)


def test_s3_the_size_of_a_part_is_signed(parts):
    url = storage.sign_parts(NAME, begin().upload_id, [2])[2]
    assert "X-Amz-SignedHeaders=content-length%3Bhost" in url
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url


def test_s3_a_given_up_upload_leaves_nothing(parts):
    ticket = begin()
    bring(ticket, 1)
    storage.abort_upload(NAME, ticket.upload_id)
    storage.abort_upload(NAME, ticket.upload_id)
    with pytest.raises(storage.UploadRejected):
        storage.uploaded_parts(NAME, ticket.upload_id)
    with pytest.raises(storage.UploadRejected):
        storage.finish_upload(NAME, ticket.upload_id)


def test_s3_what_was_forgotten_is_swept(parts):
    ticket = begin()
    # moto says of every upload that it began in 2010.
    assert storage.sweep_uploads(before=datetime(2010, 1, 1, tzinfo=UTC)) == 0
    assert storage.sweep_uploads(before=timezone.now()) == 1
    with pytest.raises(storage.UploadRejected):
        storage.uploaded_parts(NAME, ticket.upload_id)


@pytest.mark.parametrize("numbers", [[0], [-1], [3], list(range(1, 102))])
def test_s3_parts_that_are_not_signed(parts, numbers):
    with pytest.raises(storage.UploadRejected):
        storage.sign_parts(NAME, begin().upload_id, numbers)


@pytest.mark.parametrize("upload", ["", "x", "1.2", "1.0.x", "９.9.x", "a.b.c", "..", "100.100.no"])
def test_s3_an_upload_that_is_none(s3, upload):
    with pytest.raises(storage.UploadRejected):
        storage.uploaded_parts(NAME, upload)


def test_s3_large_files_have_larger_parts(s3):
    assert begin(size=1024**4).part_size * 10_000 >= 1024**4


def test_s3_takes_no_parts_through_our_server(s3):
    with pytest.raises(storage.NotOffered):
        storage.write_part(NAME, "1.1.x", 1, None, 1)


def test_s3_browsers_may_know_it_by_another_address(s3, settings):
    options = s3_options(s3.peer, storage.private_storage().bucket_name)
    options["private"]["browser_endpoint_url"] = "https://files.school.example"
    choose(settings, {"default": "s3.S3Area", "private": "s3.S3Area"}, **options)
    later = timezone.now() + timedelta(hours=1)
    assert storage.signed_url(NAME, expires_at=later).startswith("https://files.school.example/")
    assert storage.stat(NAME) is None
