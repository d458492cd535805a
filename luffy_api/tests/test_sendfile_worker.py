"""SendfileWorker in a real gunicorn, whose internals it overrides."""

import http.client
import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings

VIDEO = random.Random(5).randbytes(6 * 1024 * 1024)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with two threads and a video in the public storage."""
    folder = tmp_path_factory.mktemp("var")
    (folder / "media").mkdir()
    (folder / "media" / "video.mp4").write_bytes(VIDEO)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "luffy_api.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "luffy_api.sendfile_worker.SendfileWorker", "--threads", "2"]
    command += ["--keep-alive", "15", "--graceful-timeout", "2", "--no-control-socket"]
    environment = {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev"}
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, stderr=subprocess.DEVNULL
    )
    process.port = port
    wait_for(lambda: ask(process, "/healthz").status == 200)
    yield process
    process.terminate()
    process.wait(20)


def wait_for(true, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if true():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("it never happened")


def ask(server, path, method="GET", connection=None, **headers):
    """The answer with all its bytes as `body`."""
    own = connection or http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        own.request(method, path, headers=headers)
        answer = own.getresponse()
        answer.body = answer.read()
    finally:
        if connection is None:
            own.close()
    return answer


def slow_viewer(server):
    """Somebody who asks for the video and takes nothing of it."""
    viewer = socket.socket()
    viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    viewer.connect(("127.0.0.1", server.port))
    viewer.sendall(b"GET /media/video.mp4 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert viewer.recv(12) == b"HTTP/1.1 200"
    return viewer


def open_videos(server):
    """How many times the video is open in the server's processes."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    links = [link for child in children for link in Path(f"/proc/{child}/fd").iterdir()]
    return sum(os.readlink(link).endswith("video.mp4") for link in links if link.is_symlink())


def test_every_byte_arrives_on_a_connection_that_lives_on(server):
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        for _ in range(3):
            assert ask(server, "/media/video.mp4", connection=connection).body == VIDEO
            part = ask(server, "/media/video.mp4", connection=connection, Range="bytes=1000000-")
            assert (part.status, part.body) == (206, VIDEO[1_000_000:])
            short = ask(server, "/media/video.mp4", connection=connection, Range="bytes=0-0")
            assert short.body == VIDEO[:1]
            head = ask(server, "/media/video.mp4", "HEAD", connection=connection)
            assert (head.status, head.body) == (200, b"")
            assert ask(server, "/healthz", connection=connection).status == 200


def test_a_connection_that_is_to_close_closes_after_the_last_byte(server):
    answer = ask(server, "/media/video.mp4", Connection="close")
    assert (answer.body, answer.will_close) == (VIDEO, True)


def test_viewers_who_take_nothing_do_not_stop_the_shop(server):
    viewers = [slow_viewer(server) for _ in range(30)]
    began = time.monotonic()
    assert ask(server, "/healthz").status == 200
    assert ask(server, "/media/video.mp4").body == VIDEO
    assert time.monotonic() - began < 10
    assert open_videos(server) == 30
    for viewer in viewers:
        viewer.close()
    wait_for(lambda: open_videos(server) == 0)


@contextmanager
def silent_clients(server, number):
    """Connections on which nothing is said."""
    with ExitStack() as stack:
        for _ in range(number):
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        time.sleep(0.2)
        yield


def test_connections_without_a_request_hold_no_thread(server):
    with silent_clients(server, 10):
        began = time.monotonic()
        assert ask(server, "/api/v1/nowhere/").status == 404
        assert time.monotonic() - began < 10


@contextmanager
def busy_threads(server):
    """Each of both threads waits for the rest of a body."""
    with ExitStack() as stack:
        for _ in range(4):
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            sock.sendall(b"POST /api/v1/user/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            sock.sendall(b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
        yield


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/readyz?verbose"])
def test_probes_are_answered_while_every_thread_is_busy(server, path):
    with busy_threads(server):
        others = socket.create_connection(("127.0.0.1", server.port))
        others.sendall(b"GET /api/v1/nowhere/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        began = time.monotonic()
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as kept:
            for method in ("GET", "HEAD", "GET"):
                assert ask(server, path, method, connection=kept).status in {200, 503}
        assert time.monotonic() - began < 15
        assert select.select([others], [], [], 0)[0] == []
    assert others.recv(12) == b"HTTP/1.1 404"
    others.close()


def test_half_probes_keep_no_other_from_being_answered(server):
    with ExitStack() as stack:
        for _ in range(2):
            half = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            half.sendall(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        began = time.monotonic()
        assert ask(server, "/healthz").status == 200
        assert time.monotonic() - began < 10


def test_the_server_stops_while_somebody_watches(server):
    """The last test: there is no server after it."""
    with slow_viewer(server), silent_clients(server, 3):
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
