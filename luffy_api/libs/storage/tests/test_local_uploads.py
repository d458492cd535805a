"""Parts through our server: resumable, exact, and nothing appears before it is whole."""

import io
from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from luffy_api.libs import storage
from luffy_api.libs.storage import local_uploads, private_storage
from luffy_api.libs.storage.tests import uploading

NAME = "course/videos/ab/video.mp4"
BODY = bytes(range(256)) * 10
MANY = 10**9

pytestmark = pytest.mark.usefixtures("local")


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(local_uploads, "PART_SIZE", 1000)


def begin(name=NAME, size=2560):
    session = uploading.begin(name, size)
    assert (session.provider, session.part_size, session.credentials) == ("local", 1000, {})
    return session.upload_id


def upload_parts(upload, *numbers, name=NAME, body=BODY):
    for number in numbers:
        part = io.BytesIO(body[(number - 1) * 1000 : number * 1000])
        private_storage().uploads.write_part(name, upload, number, part, MANY)


def hidden(local):
    folder = local.peer / "private" / ".uploads"
    return [each.name for each in folder.iterdir()] if folder.exists() else []


def test_parts_in_any_order_become_the_file(local):
    upload = begin()
    upload_parts(upload, 3, 1)
    assert private_storage().uploads.uploaded_parts(NAME, upload) == [1, 3]
    assert private_storage().stat(NAME) is None
    upload_parts(upload, 2, 1)

    info = private_storage().uploads.finish(NAME, upload)

    assert (info.name, info.size, info.content_type) == (NAME, len(BODY), "video/mp4")
    assert private_storage().read_range(NAME, 0, MANY) == BODY
    assert hidden(local) == []


def test_a_second_finish_answers_like_the_first():
    upload = begin()
    upload_parts(upload, 1, 2, 3)
    first = private_storage().uploads.finish(NAME, upload)
    assert private_storage().uploads.finish(NAME, upload) == first


def test_a_missing_part_is_no_file():
    upload = begin()
    upload_parts(upload, 1, 3)
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.finish(NAME, upload)
    assert private_storage().stat(NAME) is None


@pytest.mark.parametrize("length", [0, 559, 561, 1000, 5000])
def test_a_part_of_another_size_is_refused(length):
    upload = begin()
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.write_part(NAME, upload, 3, io.BytesIO(b"x" * length), MANY)
    assert private_storage().uploads.uploaded_parts(NAME, upload) == []


def test_a_part_above_the_callers_limit_is_not_even_read():
    upload, stream = begin(), io.BytesIO(BODY)
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.write_part(NAME, upload, 1, stream, 999)
    assert stream.tell() == 0


@pytest.mark.parametrize("number", [-1, 0, 4, 10**9])
def test_a_part_that_the_file_does_not_have(number):
    upload = begin()
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.write_part(NAME, upload, number, io.BytesIO(b"x"), MANY)


@pytest.mark.parametrize("upload", ["", ".", "..", "../..", "0" * 32, "0" * 33, "Ａ" * 32, "\0"])
def test_an_upload_that_is_none(upload):
    for call in (
        private_storage().uploads.uploaded_parts,
        private_storage().uploads.finish,
    ):
        with pytest.raises(storage.UploadRejected):
            call(NAME, upload)


def test_an_upload_belongs_to_its_name():
    upload = begin()
    with pytest.raises(storage.UploadRejected):
        upload_parts(upload, 1, name="course/videos/ab/other.mp4")


def test_a_late_part_is_refused():
    upload = begin()
    later = time_machine.travel(timezone.now() + timedelta(hours=3))
    with later, pytest.raises(storage.UploadRejected):
        upload_parts(upload, 1)


@pytest.mark.parametrize("size", [0, -1])
def test_an_empty_file_does_not_begin(size):
    with pytest.raises(storage.UploadRejected):
        begin(size=size)


def test_more_than_the_disk_holds_does_not_begin(local):
    with pytest.raises(storage.StorageUnavailable):
        begin(size=10**18)
    assert hidden(local) == []


def test_a_taken_name_does_not_begin_and_is_never_replaced():
    first, second = begin(), begin()
    other = BODY[::-1]
    upload_parts(first, 1, 2, 3)
    upload_parts(second, 1, 2, 3, body=other)
    private_storage().uploads.finish(NAME, first)
    with pytest.raises(storage.UploadRejected):
        private_storage().uploads.finish(NAME, second)
    with pytest.raises(storage.UploadRejected):
        begin()
    assert private_storage().read_range(NAME, 0, MANY) == BODY


def test_an_aborted_upload_leaves_nothing(local):
    upload = begin()
    upload_parts(upload, 1)
    private_storage().uploads.abort(NAME, upload)
    private_storage().uploads.abort(NAME, upload)
    assert hidden(local) == []


def test_abandoned_uploads_are_removed(local):
    upload_parts(begin(), 1)
    now = timezone.now()
    assert private_storage().uploads.cleanup(before=now) == 0
    assert private_storage().uploads.cleanup(before=now + timedelta(hours=3)) == 1
    assert hidden(local) == []


def test_parts_are_no_stored_files():
    upload = begin()
    upload_parts(upload, 1)
    assert list(private_storage().list_names()) == []
    assert private_storage().stat(f".uploads/{upload}/data") is None


def test_a_part_that_stalls_does_not_spoil_the_finished_file():
    upload = begin()
    upload_parts(upload, 1, 2, 3)
    stalled = Stalled(b"\xff" * 1000)
    late = Thread(target=stalled.write, args=(upload,))
    late.start()
    stalled.reading.wait(5)
    private_storage().uploads.finish(NAME, upload)
    stalled.go_on.set()
    late.join(5)
    assert private_storage().read_range(NAME, 0, MANY) == BODY
    assert isinstance(stalled.error, storage.UploadRejected)


def test_a_part_that_comes_while_the_finished_upload_is_cleared_away(monkeypatch):
    upload = begin()
    upload_parts(upload, 1, 2, 3)
    monkeypatch.setattr(local_uploads.shutil, "rmtree", lambda *args, **options: None)
    private_storage().uploads.finish(NAME, upload)
    with pytest.raises(storage.UploadRejected):
        upload_parts(upload, 1, body=BODY[::-1])
    assert private_storage().read_range(NAME, 0, MANY) == BODY


class Stalled(io.BytesIO):
    """A sender who stops until told to go on."""

    def __init__(self, body):
        from threading import Event

        super().__init__(body)
        self.reading, self.go_on, self.error = Event(), Event(), None

    def read(self, size=-1):
        self.reading.set()
        self.go_on.wait(5)
        return super().read(size)

    def write(self, upload):
        try:
            private_storage().uploads.write_part(NAME, upload, 1, self, MANY)
        except storage.StorageError as error:
            self.error = error


def test_a_file_that_is_removed_while_it_is_opened_is_missing(monkeypatch):
    found = private_storage().file

    def remove_what_was_found(name):
        path = found(name)
        path.unlink()
        return path

    private_storage().save(NAME, ContentFile(BODY))
    monkeypatch.setattr(private_storage(), "file", remove_what_was_found)

    with pytest.raises(storage.ObjectMissing):
        private_storage().read_range(NAME, 0, 1)
