"""The threads of a worker outlive what they call, and end with it."""

import signal
import subprocess
import sys
import threading

import pytest
from django.conf import settings

from luffy_api.request_threads import RequestThreads
from luffy_api.tests.sendfile_server import running_server

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_what_a_call_raises_ends_no_thread(error):
    threads, answered = RequestThreads(1, name="one"), threading.Event()

    def fail(_):
        raise error

    threads.submit(fail, None)
    threads.submit(lambda _: answered.set(), None)

    assert answered.wait(10)
    threads.shutdown()


def test_threads_end_after_what_was_submitted_before():
    threads, seen = RequestThreads(2, name="ending"), []
    own = [each for each in threading.enumerate() if each.name.startswith("ending_")]
    assert len(own) == 2

    for number in range(100):
        threads.submit(seen.append, number)
    threads.shutdown()

    for each in own:
        each.join(10)
    assert sorted(seen) == list(range(100))
    assert not any(each.is_alive() for each in own)


def test_threads_wait_for_nobody():
    """Given as many threads as calls, each call waits for all others."""
    threads, all_there, done = RequestThreads(3, name="three"), threading.Barrier(3), []

    def meet(number):
        all_there.wait(10)
        done.append(number)

    for number in range(3):
        threads.submit(meet, number)
    threads.shutdown()

    for each in threading.enumerate():
        if each.name.startswith("three_"):
            each.join(10)
    assert sorted(done) == [0, 1, 2]


def test_a_process_that_cannot_begin_ends():
    """Its threads are there before the shop is loaded."""
    command = [sys.executable, "-m", "gunicorn", "luffy_api.no_such_module"]
    command += ["--config", "python:luffy_api.gunicorn_config", "--bind", "127.0.0.1:0"]

    ended = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, timeout=60)

    assert ended.returncode == 3
    assert b"no_such_module" in ended.stderr


def test_a_server_that_is_told_to_end_at_once_ends(tmp_path):
    with running_server(tmp_path) as server:
        server.send_signal(signal.SIGQUIT)
        server.wait(10)
