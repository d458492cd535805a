"""What an S3 refuses of a server: other bytes than were signed for, old or foreign signatures.

moto alone takes all of it; so does a storage that loses a bit on the way and says nothing.
"""

from base64 import b64encode
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import md5

import pytest
import time_machine
from botocore.exceptions import ClientError
from django.core.files.base import ContentFile
from django.utils import timezone

from luffy_api.libs import storage
from luffy_api.libs.storage import private_storage, s3_clients

NAME = "course/videos/video.mp4"
DAMAGED = ("XAmzContentSHA256Mismatch", "BadDigest")


@pytest.fixture
def files(s3):
    """The private storage."""
    return private_storage()


@contextmanager
def changed(files, operation, change):
    """The requests of an operation are changed behind their signature."""
    events, name = files.client.meta.events, f"before-send.s3.{operation}"
    events.register(name, change)
    yield
    events.unregister(name, change)


def refused(call, *codes):
    """Whether the answer is one of these codes, and nothing was stored."""
    with pytest.raises(ClientError) as caught:
        call()
    assert caught.value.response["Error"]["Code"] in codes
    assert private_storage().stat(NAME) is None


def target(files):
    return {"Bucket": files.bucket_name, "Key": files.key(NAME)}


def md5_of(data):
    return b64encode(md5(data, usedforsecurity=False).digest()).decode()


def test_bytes_of_another_md5(files):
    client = files.client
    wrong = md5_of(b"other bytes")
    refused(
        lambda: client.put_object(**target(files), Body=b"bytes", ContentMD5=wrong), "BadDigest"
    )
    upload = client.create_multipart_upload(**target(files))["UploadId"]
    part = {**target(files), "UploadId": upload, "PartNumber": 1}
    refused(lambda: client.upload_part(**part, Body=b"bytes", ContentMD5=wrong), "BadDigest")
    assert client.put_object(**target(files), Body=b"bytes", ContentMD5=md5_of(b"bytes"))


def test_bytes_that_changed_after_they_were_signed(files):
    def change(request, **_):
        if request.method == "PUT":
            request.body = b"bitss"

    with changed(files, "PutObject", change):
        refused(lambda: files.client.put_object(**target(files), Body=b"bytes"), *DAMAGED)


def test_a_deletion_of_other_files_than_were_asked_for(files):
    kept = files.save("course/kept.mp4", ContentFile(b"x"))

    def change(request, **_):
        request.body = request.body.replace(b"gone.mp4", b"kept.mp4")

    with changed(files, "DeleteObjects", change), pytest.raises(storage.StorageUnavailable):
        files.delete_many(["course/gone.mp4"])
    assert files.exists(kept)


def test_a_request_of_a_quarter_of_an_hour_ago(files):
    clock = time_machine.travel(timezone.now() - timedelta(minutes=16))
    clock.start()
    # It is signed by the wrong clock, and sent by the right one.
    with changed(files, "PutObject", lambda **_: clock.stop()):
        refused(
            lambda: files.client.put_object(**target(files), Body=b"x"),
            *("AccessDenied", "RequestTimeTooSkewed"),
        )


@pytest.mark.parametrize("wrong", [{"secret_key": "another"}, {"region": "xx-nowhere-1"}])
def test_a_foreign_signature(files, wrong):
    client = s3_clients.client(replace(files._endpoint, **wrong))
    refused(
        lambda: client.put_object(**target(files), Body=b"x"),
        *("SignatureDoesNotMatch", "AuthorizationHeaderMalformed"),
    )
