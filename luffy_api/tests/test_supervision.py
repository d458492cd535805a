"""How scripts/start supervises: scripts/lib/supervision.sh with processes of the tests."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings

SERVICE = ["sleep", "1000"]
SHOP = f"""
set -euo pipefail
source scripts/lib/common.sh
source scripts/lib/supervision.sh
title=([web]="web server")
start_web() {{ spawn {" ".join(SERVICE)}; }}
trap 'stop_children; exit 0' TERM
trap stop_children EXIT
begin web
"""


class Supervisor:
    """A shell that supervises one process."""

    def __init__(self, output: Path, then: str = "supervise") -> None:
        with output.open("w") as file:
            self.process = subprocess.Popen(
                ["bash", "-c", SHOP + then], cwd=settings.BASE_DIR, stdout=file, stderr=file
            )

    def children(self) -> dict[int, list[str]]:
        """The command lines of its children."""
        found = {}
        pid = self.process.pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with suppress(FileNotFoundError, ProcessLookupError):  # it may have ended by now
                line = Path(f"/proc/{child}/cmdline").read_bytes().decode()
                found[int(child)] = line.split("\0")[:-1]
        return found

    def service(self) -> int | None:
        """The number of the supervised process, once it runs."""
        return next((pid for pid, line in self.children().items() if line == SERVICE), None)

    def end_service(self) -> int:
        wait_until(self.service)
        ended = self.service()
        assert ended
        os.kill(ended, signal.SIGKILL)
        return ended


def wait_until(happened: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def supervise(tmp_path) -> Iterator[Callable[..., Supervisor]]:
    """Starts supervisors, and ends them after the test."""
    started = []

    def start(output: Path = tmp_path / "output", then: str = "supervise") -> Supervisor:
        started.append(Supervisor(output, then))
        return started[-1]

    yield start
    for each in started:
        each.process.terminate()
        each.process.wait(20)


def test_a_process_that_ends_is_started_again(supervise, tmp_path):
    shop = supervise()

    ended = shop.end_service()

    wait_until(lambda: shop.service() not in {None, ended})
    said = (tmp_path / "output").read_text()
    assert "- The web server ended unexpectedly; it starts again in 1 s.\n" in said


def test_whatever_else_of_it_is_killed_the_shop_goes_on(supervise):
    # Given a supervisor of which every process but the service is killed whenever one appears
    shop = supervise()
    wait_until(shop.service)
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        for pid, line in shop.children().items():
            if line != SERVICE:
                with suppress(ProcessLookupError):  # it may have ended by now
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)

    # Then it still does its work
    assert shop.process.poll() is None
    ended = shop.end_service()
    wait_until(lambda: shop.service() not in {None, ended})


@pytest.mark.parametrize("fault", ["full disk", "closed pipe"])
def test_a_log_that_takes_no_words_ends_nothing(supervise, fault, tmp_path):
    if fault == "full disk":
        shop = supervise(Path("/dev/full"))
    else:
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        shop = supervise(fifo)
        os.close(reader)

    ended = shop.end_service()

    wait_until(lambda: shop.service() not in {None, ended})


def test_a_process_that_cannot_start_ends_the_shop(supervise, tmp_path):
    shop = supervise(then="MAX_FAILURES=0; supervise")

    shop.end_service()

    assert shop.process.wait(20) == 1
    assert "The web server ended again and again" in (tmp_path / "output").read_text()


def test_a_signal_ends_all_without_waiting_for_what_has_ended(supervise):
    # Given a minute for its processes to end
    shop = supervise(then="grace=600; supervise")
    wait_until(shop.service)
    service = shop.service()

    shop.process.terminate()

    assert shop.process.wait(20) == 0
    assert not Path(f"/proc/{service}").exists()


def test_a_process_whose_supervisor_died_before_it_began_does_not_begin(supervise, tmp_path):
    # Given a slow start: the supervisor is killed before the kernel is asked to watch it
    begun = tmp_path / "begun"
    slow = tmp_path / "setsid"
    slow.write_text('#!/bin/sh\nsleep 0.5\nexec /usr/bin/setsid "$@"\n')
    slow.chmod(0o755)
    shop = supervise(then=f'PATH="{tmp_path}:$PATH"; spawn touch {begun}; kill -KILL $$')
    assert shop.process.wait(20) == -signal.SIGKILL

    time.sleep(1)

    assert not begun.exists()
