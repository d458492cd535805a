"""What the loop collects of a request, and how long a thread waits for a client."""

import random
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from unittest.mock import Mock

import pytest

from luffy_api import client_socket
from luffy_api.client_socket import COLLECTED_BYTES, ClientSocket, awaits_leave, is_probe, is_whole
from luffy_api.sendfile_worker import SendfileWorker

pytestmark = pytest.mark.any_database

HEAD = b"POST /api/v1/order/ HTTP/1.1\r\nHost: school.example\r\n"


@pytest.mark.parametrize(
    "received",
    [
        HEAD + b"\r\n",
        HEAD + b"Content-Length: 4\r\n\r\nbody",
        HEAD + b"content-length:4\r\n\r\nbody and the next",
        # Refused with 417.
        HEAD + b"Content-Length: 4\r\nExpect: tea\r\n\r\n",
        HEAD + b"Content-Length: 99999999\r\n\r\n",
        HEAD + b"Content-Length: four\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        b"no line of HTTP\n",
        b"a" * COLLECTED_BYTES,
    ],
)
def test_a_thread_gets_what_it_need_not_wait_for(received):
    assert is_whole(received)


@pytest.mark.parametrize(
    "received",
    [
        b"",
        b"G",
        HEAD,
        HEAD + b"\r",
        HEAD + b"Content-Length: 4\r\n\r\nbod",
        HEAD + b"Content-Length: 4\r\nExpect: 100-continue\r\n\r\n",
        # Within the body it is no header.
        HEAD + b"Content-Length: 40\r\n\r\n\r\nExpect: 100-continue\r\n",
        b"a" * (COLLECTED_BYTES - 1),
    ],
)
def test_the_loop_waits_for_the_rest(received):
    assert not is_whole(received)


def test_less_is_collected_when_many_send(client_and_server):
    client, server = client_and_server
    client.sendall(HEAD + b"Content-Length: 5000\r\n\r\n")

    assert server.collect(limit=4000)
    assert not is_whole(server.received, limit=6000)


def test_less_is_collected_when_many_wait_for_a_thread(client_and_server):
    worker = object.__new__(SendfileWorker)
    worker.reading, worker.lingering, worker.submitted = {}, {}, 0
    worker.nr_conns = 1001
    worker.tpool, worker.method_queue, worker.poller = Mock(), Mock(), Mock()
    waiting = [Mock(sock=Mock(received=b"", unsent=b"", part=None)) for _ in range(1000)]
    client, server = client_and_server
    client.sendall(HEAD + b"Content-Length: 500000\r\n\r\n")

    for conn in waiting:
        worker._submit(conn)
    for conn in waiting:
        worker.finish_request(conn, lives_on=False)
    late = Mock(sock=server)
    worker._collect(late)
    assert (late in worker.reading, server.lent) == (True, False)

    for conn in waiting:
        worker._submit(conn)
    client.sendall(b"a")
    worker._collect(late)
    assert (late in worker.reading, server.lent) == (False, True)
    server.lent = False


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (b"GET /readyz HTTP/1.1\r\n\r\n", True),
        (b"HEAD /healthz?verbose HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (b"GET /readyz HTTP/1.1\r\nContent-Length: 0\r\n\r\n", True),
        (b"GET /healthzz HTTP/1.1\r\n\r\n", False),
        (b"POST /healthz HTTP/1.1\r\n\r\n", False),
        # Their body would keep the threads of probes busy.
        (b"GET /healthz HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n", False),
        (b"GET /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", False),
        (b"GET /healthz HTTP/1.1\r\n\r\nGET /api/v1/", False),
    ],
)
def test_probes(received, expected):
    assert is_probe(received) is expected


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (HEAD + b"Expect: 100-continue\r\n\r\n", True),
        (b"\r\n" + HEAD + b"expect:100-Continue \r\nContent-Length: 4\r\n\r\nbod", True),
        (HEAD + b"Expect: 100-continue\r\n", False),
        (HEAD + b"Expect: tea\r\n\r\n", False),
        (HEAD + b"Content-Length: 40\r\n\r\n\r\nExpect: 100-continue\r\n\r\n", False),
        # It knows no such answer.
        (HEAD.replace(b"1.1", b"1.0") + b"Expect: 100-continue\r\n\r\n", False),
    ],
)
def test_who_awaits_leave_to_send_a_body(received, expected):
    assert awaits_leave(received) is expected


@pytest.fixture
def client_and_server():
    client, plain = socket.socketpair()
    server = ClientSocket.of(plain)
    yield client, server
    client.close()
    server.close()


def test_a_thread_reads_what_was_collected_and_then_what_comes(client_and_server):
    client, server = client_and_server
    client.sendall(b"collected")
    server.collect(COLLECTED_BYTES)
    server.give_back(b"first ")

    assert server.recv(8) == b"first co"
    assert server.recv(100) == b"llected"
    client.sendall(b"more")
    assert server.recv(100) == b"more"
    client.close()
    assert server.recv(100) == b""


def test_nothing_arrived_is_not_the_end(client_and_server):
    client, server = client_and_server

    assert not server.collect(COLLECTED_BYTES)
    client.close()
    with pytest.raises(ConnectionError):
        server.collect(COLLECTED_BYTES)


def test_a_thread_waits_as_long_as_bytes_come_fast_enough(client_and_server, monkeypatch):
    monkeypatch.setattr(client_socket, "GRACE_SECONDS", 0.1)
    client, server = client_and_server
    server.begin()
    client.sendall(b"a" * 100)

    assert server.recv(4096) == b"a" * 100
    with pytest.raises(ConnectionResetError):
        server.recv(4096)


def test_what_is_there_is_read_however_long_a_thread_was_busy(client_and_server, monkeypatch):
    monkeypatch.setattr(client_socket, "GRACE_SECONDS", 0.2)
    client, server = client_and_server
    server.begin()
    client.sendall(b"a" * 100)
    time.sleep(0.3)

    assert server.recv(50) == b"a" * 50
    time.sleep(0.3)
    assert server.recv(100) == b"a" * 50
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: time.sleep(0.05) or client.sendall(b"more"))
        assert server.recv(100) == b"more"


def test_who_sends_byte_by_byte_is_not_awaited_without_end(client_and_server, monkeypatch):
    monkeypatch.setattr(client_socket, "GRACE_SECONDS", 0.2)
    client, server = client_and_server
    server.begin()
    received = b""
    with ThreadPoolExecutor(1) as thread, suppress(ConnectionResetError):
        for _ in range(20):
            thread.submit(lambda: time.sleep(0.05) or client.sendall(b"a"))
            received += server.recv(1)

    assert 0 < len(received) < 8


def test_what_has_come_gives_more_time(client_and_server):
    client, server = client_and_server
    before = server.deadline
    client.sendall(b"a" * 32 * 1024)
    server.collect(COLLECTED_BYTES)

    assert server.deadline == before + 2


def test_a_body_that_is_thrown_away_is_awaited_for_its_own_time(client_and_server):
    _, server = client_and_server
    server.settimeout(0.01)

    assert server.gettimeout() == 0.01
    with pytest.raises(TimeoutError):
        server.recv(1024)


def test_what_the_client_does_not_take_is_sent_later(client_and_server):
    client, server = client_and_server
    answer = b"0123456789" * 50_000
    server.sendall(answer)
    server.sendall(b"the end")
    assert server.unsent.endswith(b"the end")

    server.begin_sending()
    assert not server.send_rest()
    received = b""
    while not received.endswith(b"the end"):
        received += client.recv(100_000)
        server.send_rest()
    assert received == answer + b"the end"
    assert server.send_rest()


def everything_sent(client, server):
    """What the client has received when the loop has sent the rest."""
    server.begin_sending()
    received, done = b"", False
    while not done:
        done = server.send_rest()
        received += client.recv(1_000_000)
    client.setblocking(False)
    with suppress(BlockingIOError):
        while more := client.recv(1_000_000):
            received += more
    return received


def test_what_is_sent_after_a_file_comes_after_it(client_and_server, tmp_path):
    """A file without Content-Length is one chunk, whose end gunicorn sends."""
    path = tmp_path / "file"
    path.write_bytes(b"file" * 100_000)
    with path.open("rb") as file:
        server = client_and_server[1]
        server.sendall(b"61A80\r\n")
        server.sendfile(file, 0, 400_000)
        server.sendall(b"\r\n")
        server.sendall(b"0\r\n\r\n")

    assert everything_sent(*client_and_server) == (
        b"61A80\r\n" + b"file" * 100_000 + b"\r\n0\r\n\r\n"
    )


def test_who_reads_on_does_not_wait_for_the_end_of_an_answer(client_and_server):
    client, server = client_and_server
    client.settimeout(5)
    server.sendall(b"a" * 300_000)
    received = b""
    while len(received) < 300_000 - len(server.unsent):
        received += client.recv(300_000)
    server.sendall(b"next")
    while not received.endswith(b"next"):
        received += client.recv(300_000)

    assert received == b"a" * 300_000 + b"next"


def test_a_thread_awaits_only_what_may_not_be_sent_later(client_and_server, monkeypatch):
    monkeypatch.setattr(ClientSocket, "allowance", 200_000)
    client, server = client_and_server
    server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 2, 0))
    answer = random.Random(1).randbytes(400_000)
    with ThreadPoolExecutor(1) as thread:
        taken = thread.submit(client.recv, 300_000, socket.MSG_WAITALL)
        server.sendall(answer)
        left = len(server.unsent)
        received = taken.result() + everything_sent(client, server)

    assert left == 100_000
    assert received == answer


def test_who_takes_nothing_of_a_long_answer_is_left(monkeypatch):
    monkeypatch.setattr(client_socket, "_SEND_TIMEOUT", struct.pack("ll", 0, 50_000))
    client, plain = socket.socketpair()

    with client, ClientSocket.of(plain) as server, pytest.raises(ConnectionResetError):
        server.sendall(b"a" * 10_000_000)
