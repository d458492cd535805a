"""What a request costs a server in processor time, which other programs hardly change."""

import itertools
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

OPTIONS = (
    "--workers 2 --threads 4 --worker-class luffy_api.sendfile_worker.SendfileWorker"
    " --keep-alive 15 --no-control-socket --log-level warning"
)
CLIENTS = 8
# Requests that are sent together: few first, since some of them take very long.
MIN_BATCH, MAX_BATCH = 8, 512
# Processor time of one measurement.
SECONDS = 0.25
# Of clock_getcpuclockid(3) on Linux: the time of all threads, those that have ended included.
_CPUCLOCK_SCHED = 2


@dataclass(frozen=True)
class Server:
    """A server that answers, and the processes whose processor time is counted."""

    port: int
    pids: tuple[int, ...]
    log: Path

    def send(self, requests: Sequence[bytes]) -> list[bytes]:
        """Send each once; the bodies. Ends the measurement when one did not succeed."""
        from luffy_api.tests.processes.clients import send_all

        answers = send_all([self.port], requests, threads=CLIENTS)
        for request, answer in zip(requests, answers, strict=True):
            if answer is None or not 200 <= answer.status < 300:
                log = self.log.read_text()[-3000:]
                raise SystemExit(f"{request!r} was answered with {answer}\n{log}")
        return [answer.body for answer in answers if answer]

    def cost(self, requests: Sequence[bytes]) -> float:
        """Seconds of processor time for one of these requests, which are repeated for a while."""
        endless, batch, sent = itertools.cycle(requests), MIN_BATCH, 0
        begin, used = self._processor_seconds(), 0.0
        while used < SECONDS:
            self.send(list(itertools.islice(endless, batch)))
            sent, batch = sent + batch, min(2 * batch, MAX_BATCH)
            used = self._processor_seconds() - begin
        return used / sent

    def cost_once(self, requests: Sequence[bytes]) -> float:
        """The same of requests that are sent once."""
        begin = self._processor_seconds()
        self.send(requests)
        return (self._processor_seconds() - begin) / len(requests)

    def _processor_seconds(self) -> float:
        return sum(time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED) for pid in self.pids)


def bare_environment() -> dict[str, str]:
    """That of a program which knows nothing of the shop."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def get(path: str, **headers: str) -> bytes:
    """A request; `X_Forwarded_For="…"` becomes a header of that name."""
    from luffy_api.tests.processes.clients import request

    return request(path, method="GET", **headers)


@contextmanager
def serve(
    application: str, environment: dict[str, str], ready: str, beside: tuple[int, ...] = ()
) -> Iterator[Server]:
    """One gunicorn with our worker, 2 processes of 4 threads, that answers `ready` with 200.

    `beside` are processes that count with it, such as a database.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening, ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="luffy-bench-"))
        log = Path(folder) / "log"
        # It ends with this process, however this process ends.
        command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "gunicorn", application]
        with log.open("ab") as output:
            process = subprocess.Popen(
                [*command, f"--bind=fd://{listening.fileno()}", *OPTIONS.split()],
                env=environment,
                pass_fds=[listening.fileno()],
                stdout=output,
                stderr=output,
            )
        stack.callback(process.wait, timeout=60)
        stack.callback(process.terminate)
        port = int(listening.getsockname()[1])
        _wait_until_ready(process, port, get(ready), log)
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield Server(port, (*map(int, workers), *beside), log)


def _wait_until_ready(
    process: "subprocess.Popen[bytes]", port: int, request: bytes, log: Path
) -> None:
    from luffy_api.tests.processes.clients import Client

    deadline = time.monotonic() + 60
    with Client(port) as client:
        while not ((answer := client.send(request)) and answer.status == 200):
            if time.monotonic() > deadline or process.poll() is not None:
                raise SystemExit(log.read_text())
            time.sleep(0.1)
