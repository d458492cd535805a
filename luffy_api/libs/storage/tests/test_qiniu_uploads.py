"""Straight from the browser to Qiniu: a token for exactly one file."""

import urllib.error
import urllib.request
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone
from qiniu import put_data
from qiniu.http.endpoint import Endpoint
from qiniu.http.region import Region, ServiceName

from luffy_api.libs import storage
from luffy_api.libs.storage import private_storage, public_storage
from luffy_api.libs.storage.tests import qiniu_signing as signing
from luffy_api.libs.storage.tests.uploading import BODY, MEGABYTE, NAME, begin


def region(place):
    return Region(services={ServiceName.UP: [Endpoint.from_host(place.peer.url)]})


def send(place, session, *, key=f"private/{NAME}", body=BODY, mime="video/mp4"):
    """As Qiniu's own client sends it; the status of the answer."""
    _, info = put_data(
        session.credentials["token"], key, body, mime_type=mime, regions=[region(place)]
    )
    return info.status_code


def test_qiniu_the_token_allows_this_file_only(qiniu):
    session = begin()
    policy = signing.policy_of(session.credentials["token"])
    assert (session.provider, session.upload_id, session.part_size) == ("qiniu", "", 4 * MEGABYTE)
    assert session.credentials["up_host"] == qiniu.peer.url
    assert policy.pop("deadline") == pytest.approx(timezone.now().timestamp() + 7200, abs=3)
    assert policy == {
        "scope": f"school:private/{NAME}",
        "insertOnly": 1,
        "fsizeMin": len(BODY),
        "fsizeLimit": len(BODY),
        "detectMime": 1,
        "mimeLimit": "video/mp4",
        "callbackUrl": "http://127.0.0.1:9/api/v1/course/upload/callback/",
        "callbackBody": "key=$(key)&hash=$(etag)&fsize=$(fsize)&mimeType=$(mimeType)"
        "&bucket=$(bucket)",
        "callbackBodyType": "application/x-www-form-urlencoded",
    }


def test_qiniu_what_the_browser_brought_is_there_though_the_callback_failed(qiniu):
    session = begin()
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.finish(NAME, "")
    assert send(qiniu, session) == 579
    assert private_storage().uploads.finish(NAME, "").size == len(BODY)
    private_storage().uploads.abort(NAME, "")
    assert private_storage().uploads.uploaded_parts(NAME, "") == []
    assert private_storage().uploads.cleanup(before=timezone.now()) == 0


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"key": "private/course/videos/other.mp4"}, 403),
        ({"body": BODY + b"more"}, 413),
        ({"body": BODY[:-1]}, 413),
    ],
)
def test_qiniu_refuses_anotherContentFile(qiniu, change, status):
    assert send(qiniu, begin(), **change) == status
    assert list(private_storage().list_names()) == []


def test_qiniu_refuses_another_type(qiniu):
    assert send(qiniu, begin(content_type="image/png"), mime="image/png") == 403


def test_qiniu_refuses_a_late_or_edited_token(qiniu):
    with time_machine.travel(timezone.now() - timedelta(hours=3)):
        late = begin()
    assert send(qiniu, late) == 401


def test_a_taken_name_does_not_begin(place):
    session = begin(size=10)
    if place.provider == "qiniu":
        private_storage().save(NAME, ContentFile(b"first"))
        assert send(place, session, body=b"0123456789") == 614
    private_storage().save(NAME, ContentFile(b"first"))
    with pytest.raises(storage.UploadRejected):
        begin(size=10)


def test_qiniu_has_neither_parts_nor_signed_parts(qiniu):
    with pytest.raises(storage.NotOffered):
        private_storage().uploads.write_part(NAME, "", 1, None, 1)
    with pytest.raises(storage.NotOffered):
        private_storage().uploads.sign_parts(NAME, "", [1])


def test_qiniu_large_files_of_ours_go_in_parts(qiniu):
    body = bytes(range(256)) * (36 * 1024)
    private_storage().save(NAME, ContentFile(body))
    assert private_storage().stat(NAME).etag == signing.etag(body)
    assert len(qiniu.peer.uploads) == 0
    with private_storage().local_copy(NAME) as path:
        assert path.read_bytes() == body


def test_qiniu_lists_page_by_page(qiniu):
    qiniu.peer.page = 2
    for number in range(5):
        private_storage().save(f"a/{number}.mp4", ContentFile(b"x"))
    assert [info.name for info in private_storage().list_names("a/")] == [
        f"a/{n}.mp4" for n in range(5)
    ]


def test_qiniu_a_private_url_is_checked_there(qiniu):
    private_storage().save(NAME, ContentFile(b"x"))
    url = private_storage().signed_url(NAME, expires_at=timezone.now() + timedelta(hours=1))
    place, _, token = url.rpartition("&token=")
    other_digit = (int(place[-1]) + 1) % 10
    other_letter = "x" if url[-10] != "x" else "y"
    for forged in (
        place.rpartition("?")[0],
        f"{place[:-1]}{other_digit}&token={token}",
        url.replace("video", "other"),
        url[:-10] + other_letter + url[-9:],
    ):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(forged)


def test_qiniu_public_urls_stay_the_same_all_week(qiniu):
    name = public_storage().save("course/covers/1.webp", ContentFile(b"x"))
    friday = timezone.now().replace(
        year=2026, month=11, day=20
    )  # a Friday; weeks turn on Thursdays
    with time_machine.travel(friday, tick=False):
        url = public_storage().url(name)
    with time_machine.travel(friday + timedelta(days=5), tick=False):
        assert public_storage().url(name) == url
    with time_machine.travel(friday + timedelta(days=9), tick=False):
        assert public_storage().url(name) != url
    deadline = int(url.partition("?e=")[2].partition("&")[0])
    assert timedelta(days=7).total_seconds() <= deadline - friday.timestamp() <= 14 * 86400
