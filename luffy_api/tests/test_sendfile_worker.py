"""SendfileWorker in a real gunicorn, whose internals it overrides."""

import http.client
import os
import select
import signal
import socket
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from luffy_api.tests.sendfile_server import (
    BODY,
    GET,
    HEALTH,
    POST,
    VIDEO,
    WHOLE,
    answers_to,
    ask,
    children,
    connected,
    is_served_at_once,
    running_server,
    slow_reader,
    wait_for,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_server(tmp_path_factory.mktemp("var")) as running:
        yield running


def slow_viewer(server):
    return slow_reader(server, "/media/video.mp4")


def open_videos(server):
    """How many times the video is open in the server's processes."""
    links = [link for child in children(server) for link in Path(f"/proc/{child}/fd").iterdir()]
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


@pytest.mark.parametrize(
    "part",
    [
        b"G",
        GET,
        POST + b"Content-Length: 43\r\n\r\n{",
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
        POST + b"Content-Length: 90000000\r\n\r\n{",
    ],
    ids=["byte", "head", "body", "chunk", "refused"],
)
def test_parts_of_requests_hold_no_thread(server, part):
    with ExitStack() as stack:
        for _ in range(8):
            connected(server, stack).sendall(part)
        time.sleep(0.3)
        assert is_served_at_once(server)


def test_who_does_not_end_a_connection_keeps_nobody_waiting(server):
    ends = (
        GET + b"Connection: close\r\n\r\n",
        GET.replace(b"1.1", b"1.0") + b"\r\n",
        b"what is this?\r\n\r\n",
    ) * 3
    with ExitStack() as stack:
        open_still = [connected(server, stack) for _ in ends]
        for sock, end in zip(open_still, ends, strict=True):
            sock.sendall(end)
            assert sock.recv(7) == b"HTTP/1."
        assert is_served_at_once(server)
        for sock in open_still:
            while sock.recv(4096):
                pass
            # What it sends yet is thrown away, and after two seconds there is no connection.
            sock.sendall(b"more")
            wait_for(lambda sock=sock: _is_gone(sock), 10)


def _is_gone(sock):
    try:
        sock.sendall(b"more")
    except OSError:
        return True
    return False


def test_a_request_that_comes_byte_by_byte_is_answered(server):
    with ExitStack() as stack:
        sock = connected(server, stack)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in WHOLE:
            sock.sendall(bytes([byte]))
            time.sleep(0.001)
        assert answers_to(sock, 1) == [404]


def test_requests_that_come_together_are_answered_in_their_order(server):
    with ExitStack() as stack:
        sock = connected(server, stack)
        sock.sendall(HEALTH + WHOLE + HEALTH + WHOLE[:-5])
        assert answers_to(sock, 3) == [200, 404, 200]
        sock.sendall(WHOLE[-5:] + HEALTH)
        assert answers_to(sock, 2) == [404, 200]


def test_who_awaits_leave_to_send_a_body_gets_it(server):
    with ExitStack() as stack:
        sock = connected(server, stack)
        sock.sendall(POST.replace(b"Host", b"Expect: 100-continue\r\nHost"))
        sock.sendall(b"Content-Length: %d\r\n\r\n" % len(BODY))
        leave = b"HTTP/1.1 100 Continue\r\n\r\n"
        assert sock.recv(len(leave), socket.MSG_WAITALL) == leave
        sock.sendall(BODY)
        assert answers_to(sock, 1) == [404]


def test_who_has_leave_and_sends_nothing_holds_no_thread(server):
    head = POST.replace(b"Host", b"Expect: 100-continue\r\nHost").replace(
        b"/api/v1/nowhere/", b"/busy"
    )
    head += b"Content-Length: %d\r\n\r\n" % len(BODY)
    leave = b"HTTP/1.1 100 Continue\r\n\r\n"
    with ExitStack() as stack:
        clients = [connected(server, stack) for _ in range(6)]
        for sock in clients:
            sock.sendall(head)
            assert sock.recv(len(leave), socket.MSG_WAITALL) == leave
        assert is_served_at_once(server)
        for sock in clients:
            sock.sendall(BODY)
            assert answers_to(sock, 1) == [405]


def test_what_is_no_http_is_refused_at_once(server):
    with ExitStack() as stack:
        sock = connected(server, stack)
        sock.sendall(b"hello\n")
        assert sock.recv(12) == b"HTTP/1.1 400"


def test_a_long_address_is_read_whole(server):
    assert ask(server, f"/api/v1/nowhere/?search={'a' * 100_000}").status == 404


def test_who_takes_nothing_of_a_long_answer_holds_no_thread(server):
    with ExitStack() as stack:
        readers = [stack.enter_context(slow_reader(server, "/long")) for _ in range(8)]
        assert is_served_at_once(server)
        readers[0].sendall(HEALTH)
        assert answers_to(readers[0], 2) == [200, 200]


def test_what_was_sent_of_a_broken_answer_arrives(server):
    """gunicorn's thread ends the connection; the loop had yet to send something on it."""
    before = children(server)
    with ExitStack() as stack:
        readers = [stack.enter_context(slow_reader(server, "/broken")) for _ in range(4)]
        assert is_served_at_once(server)
        for reader in readers:
            _, body = reader.makefile("rb").read().split(b"\r\n\r\n", 1)
            assert len(body) == 60_000
    assert children(server) == before


def test_a_process_without_a_free_descriptor_lives_on(server):
    before = children(server)
    with ExitStack() as stack:
        greedy = connected(server, stack)
        greedy.sendall(HEALTH.replace(b"/healthz", b"/descriptors"))
        time.sleep(0.5)
        late = connected(server, stack)
        late.sendall(HEALTH)
        assert late.recv(12) == b"HTTP/1.1 200"
        # Nor does the lack end anybody once it is over.
        begun = [connected(server, stack) for _ in range(4)]
        for sock in begun:
            sock.sendall(WHOLE[:-5])
        time.sleep(0.3)
        for sock in begun:
            sock.sendall(WHOLE[-5:])
            assert answers_to(sock, 1) == [404]
    assert children(server) == before


@contextmanager
def busy_threads(server):
    """Each of both threads waits for the rest of a body, larger than what the loop collects."""
    with ExitStack() as stack:
        for _ in range(4):
            sock = connected(server, stack)
            sock.sendall(b"POST /busy HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            sock.sendall(b"Content-Length: 2000000\r\n\r\na")
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
