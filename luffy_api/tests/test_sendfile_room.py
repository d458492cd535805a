"""SendfileWorker in a real gunicorn: who goes when there is no room, and at its end."""

import os
import select
import signal
import time
from contextlib import ExitStack

import pytest

from luffy_api.tests.sendfile_server import (
    GET,
    HEALTH,
    WHOLE,
    answers_to,
    children,
    connected,
    is_served_at_once,
    running_server,
    slow_reader,
)


def test_connections_that_ask_for_nothing_leave_room(tmp_path):
    with running_server(tmp_path, "--worker-connections", "20") as small, ExitStack() as stack:
        for number in range(60):
            idle = connected(small, stack)
            idle.sendall((HEALTH, GET, b"")[number % 3])
            if number % 3 == 0:
                assert idle.recv(12) == b"HTTP/1.1 200"
            assert is_served_at_once(small)


def test_connections_that_were_all_busy_leave_room(tmp_path):
    with running_server(tmp_path, "--worker-connections", "20") as small, ExitStack() as stack:
        readers = []
        for _ in range(20):
            readers.append(stack.enter_context(slow_reader(small, "/long")))
        late = connected(small, stack)
        late.sendall(HEALTH)
        time.sleep(0.5)
        assert select.select([late], [], [], 0)[0] == []
        for reader in readers:
            assert answers_to(reader, 1) == [200]
        late.settimeout(8)
        assert late.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("first", [HEALTH, GET], ids=["kept", "begun"])
def test_who_has_to_go_may_ask_at_that_moment(tmp_path, first):
    """The loop sees both at once, and ends one whose request it is about to read."""
    with running_server(tmp_path, "--worker-connections", "20") as small, ExitStack() as stack:
        idle = [connected(small, stack) for _ in range(19)]
        for sock in idle:
            sock.sendall(first)
        time.sleep(0.5)
        [worker] = before = children(small)
        os.kill(int(worker), signal.SIGSTOP)
        late = connected(small, stack)
        late.sendall(HEALTH)
        for sock in reversed(idle):
            sock.sendall(HEALTH)
        os.kill(int(worker), signal.SIGCONT)
        assert late.recv(12) == b"HTTP/1.1 200"
        assert is_served_at_once(small)
        assert children(small) == before


def test_a_request_that_has_begun_is_answered_before_the_end(tmp_path):
    options = ("--graceful-timeout", "20")
    with running_server(tmp_path, *options) as ending, ExitStack() as stack:
        sock, _silent = connected(ending, stack), connected(ending, stack)
        sock.sendall(WHOLE[:-5])
        time.sleep(0.3)
        ending.send_signal(signal.SIGTERM)
        time.sleep(4)
        sock.sendall(WHOLE[-5:])
        assert answers_to(sock, 1) == [404]
        sock.close()
        assert ending.wait(10) == 0
