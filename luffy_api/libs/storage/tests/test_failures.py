"""A storage that fails, sends invalid answers or none raises one exception, soon."""

import logging
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from luffy_api.libs import storage
from luffy_api.libs.storage import private_storage
from luffy_api.libs.storage.signatures import signed_path
from luffy_api.libs.storage.tests.conftest import S3_CLASSES, choose, qiniu_options, s3_options

NAME = "course/videos/video.mp4"
ANSWERS = {
    "500": (500, b'{"error": "oops"}'),
    "503 in HTML": (503, b"<html>busy</html>"),
    "200 in HTML": (200, b"<html>login to our WLAN</html>"),
    "200 and nothing": (200, b""),
    "200 and a list": (200, b"[1, 2]"),
    "200 and other fields": (200, b'{"items": [1], "fsize": "x", "code": [], "persistentId": 1}'),
    "403": (403, b'{"error": "forbidden"}'),
    "cut off": (200, b"cut"),
}
CALLS = {
    "stat": lambda: private_storage().stat(NAME),
    "exists": lambda: private_storage().exists(NAME),
    "save": lambda: private_storage().save(NAME, ContentFile(b"x")),
    "open": lambda: private_storage().open(NAME),
    "delete": lambda: private_storage().delete(NAME),
    "delete many": lambda: private_storage().delete_many([NAME, "other.mp4"]),
    "list": lambda: list(private_storage().list_names("a")),
    "listdir": lambda: private_storage().listdir("a"),
    "range": lambda: private_storage().read_range(NAME, 5, 10),
    "copy": lambda: private_storage().local_copy(NAME).__enter__(),
    "begin": lambda: private_storage().uploads.begin(
        NAME,
        size=10,
        content_type="video/mp4",
        expires_at=timezone.now() + timedelta(hours=1),
        callback_url="https://school.example/",
    ),
}
QINIU_CALLS = {
    "facts": lambda: private_storage().transcoding.read_metadata(NAME),
    "poster": lambda: private_storage().transcoding.poster_frame(NAME, second=1),
    "pfop": lambda: private_storage().transcoding.start(NAME, variants=[], notify_url=""),
    "prefop": lambda: private_storage().transcoding.status("z0.1"),
}
# A 200 is a 200: what stands in it may be the file, and of a deletion nothing need be said.
LENIENT = {"open", "delete", "delete many"}


class Broken(ThreadingHTTPServer):
    """Gives everybody the same answer; `silent` gives none."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.silent, self.released = (500, b""), False, Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Broken

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.silent:
            self.server.released.wait(30)
            return
        status, body = self.server.answer
        self.send_response(status)
        self.send_header("X-Reqid", "x")
        self.send_header("Content-Length", str(len(body) + (100 if body == b"cut" else 0)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = answer

    def log_message(self, *args):
        """Logs nothing."""


@pytest.fixture(params=["s3", "qiniu"])
def broken(request, settings):
    """A storage on the network whose server is out of order."""
    server = Broken()
    server.provider = request.param
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    if request.param == "s3":
        choose(settings, S3_CLASSES, **s3_options(server.url, "school"))
        yield server
    else:
        request.getfixturevalue("qiniu")
        classes = {"default": "qiniu.QiniuStorage", "private": "qiniu.PrivateQiniuStorage"}
        choose(settings, classes, **qiniu_options(server))
        yield server
    server.released.set()
    server.shutdown()
    server.server_close()


def calls(server):
    return CALLS | (QINIU_CALLS if server.provider == "qiniu" else {})


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_invalid_answer_is_a_storage_that_is_not_available(broken, answer):
    broken.answer = ANSWERS[answer]
    wrong = {}
    for name, call in calls(broken).items():
        try:
            wrong[name] = call()
        except (storage.StorageUnavailable, storage.UploadRejected):
            continue
        except Exception as error:
            wrong[name] = repr(error)
    if "open" in wrong:
        wrong["open"].close()
    allowed = LENIENT if answer.startswith("200") else set()
    assert set(wrong) - allowed == set(), wrong


def test_no_answer_ends_after_about_ten_seconds(broken):
    broken.silent = True
    took = {}

    def ask(name, call):
        began = time.monotonic()
        with pytest.raises(storage.StorageUnavailable):
            call()
        took[name] = time.monotonic() - began

    threads = [Thread(target=ask, args=each) for each in calls(broken).items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(took) == set(calls(broken))
    assert max(took.values()) < 20, took


def test_an_upload_that_became_a_file_is_aborted_without_a_fault(broken):
    """Amazon answers NoSuchUpload, which moto does too; Swift another code."""
    if broken.provider == "s3":
        for code in (b"NoSuchKey", b"NoSuchUpload"):
            broken.answer = (404, b"<Error><Code>%s</Code></Error>" % code)
            private_storage().uploads.abort(NAME, "5.5.x")


def test_nobody_there(broken):
    broken.shutdown()
    broken.server_close()
    for call in calls(broken).values():
        with pytest.raises(storage.StorageUnavailable):
            call()
    broken.serve_forever = None


def test_a_playlist_is_then_a_503(broken):
    path = signed_path("hls/a/index.m3u8", expires_at=timezone.now() + timedelta(hours=1))
    answer = Client().get(path)
    assert answer.status_code == 503
    assert "存储服务" in answer.content.decode()


def test_messages_hold_no_key_and_no_url(broken, caplog):
    with caplog.at_level(logging.INFO):
        for call in calls(broken).values():
            with pytest.raises(storage.StorageError) as caught:
                call()
            assert "the secret" not in str(caught.value)
            assert "token=" not in str(caught.value)
    assert "the secret" not in caplog.text
