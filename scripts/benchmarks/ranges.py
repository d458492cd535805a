"""How quickly the API answers while 200 viewers watch local videos, on a real server.

    ./scripts/bench ranges [parts]

Each viewer opens a video somewhere in its middle, as a browser does (`Range: bytes=N-`), reads at
the speed of a video (2 Mbit/s) through a small window, and starts again elsewhere after a while.
Meanwhile one client asks the API for course pages, one after another. The viewers' URL is one that
`play/` gives to an owner, whose entitlement is checked at every request; what signature and check
cost is seen beside a public file of the same size. `parts` measures only that: single requests for
parts of the file, without viewers and with the worker of scripts/start.
"""

import asyncio
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from multiprocessing import Process, Value
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts.benchmarks.figures import record

ROOT = Path(__file__).resolve().parents[2]
VIEWERS = 200
SECONDS = 30
# The throttle allows 600 requests a minute.
PAUSE = 0.12
VIDEO = 64 * 1024 * 1024
# What one request of a player may be: a segment of HLS on a slow line.
PART = 64 * 1024
PARTS = 600
# So many requests of a kind follow each other, for the server's processor time is counted in
# hundredths of a second.
BLOCK = 100
BYTES_PER_SECOND = 2_000_000 // 8
WINDOW = 64 * 1024
THREADS = "gthread"
PUBLIC = "bench/video.mp4"


@dataclass(frozen=True)
class Server:
    """Where a gunicorn listens, and the process id of its one worker."""

    address: str
    worker_pid: int

    def cpu_ms(self) -> float:
        """Processor time that the worker has used so far."""
        fields = Path(f"/proc/{self.worker_pid}/stat").read_text().rpartition(")")[2].split()
        return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(arguments: list[str]) -> None:
    """Prepare a shop in a temporary folder, and measure it with both workers."""
    if arguments not in ([], ["parts"]):
        raise SystemExit("usage: ./scripts/bench ranges [parts]")
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev",
            "ALLOWED_HOSTS": "127.0.0.1",
            "NO_PROXY": "127.0.0.1",
        }
        prepare = [sys.executable, "-m", "scripts.lib.prepare", "--demo", "--collectstatic"]
        subprocess.run(prepare, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        workers = {"files by the event loop": _worker_of_start()}
        if not arguments:
            workers = {"a thread per viewer": THREADS, **workers}
        for name, worker in workers.items():
            with _server(worker, environment) as server:
                paths = _sell_video(server.address, Path(folder))
                _compare_parts(name, server, paths)
                if not arguments:
                    _watch_with(name, server, paths)


def _watch_with(worker: str, server: Server, paths: dict[str, str]) -> None:
    """The API's times without viewers, then with each kind of viewer."""
    _report(worker, "nobody watches", _measure(server.address))
    for who, path in paths.items():
        with _viewers(server.address, path) as taken:
            _report(worker, f"{VIEWERS} watch {who}", _measure(server.address))
            print(f"  they took {taken.value / 1024**2:.0f} MB", flush=True)


def _worker_of_start() -> str:
    """The worker class with which scripts/start serves, in this revision or an older one."""
    settings = ROOT / "luffy_api" / "gunicorn_config.py"
    if not settings.exists():
        settings = ROOT / "scripts" / "start"
    text = settings.read_text(encoding="utf-8")
    return re.findall(r"worker[_-]class[ =\"]+([\w.]+)", text)[0]


def _sell_video(address: str, folder: Path) -> dict[str, str]:
    """Paths of a public file and of a segment that the demo student may watch, 64 MB each.

    Everything goes over HTTP, so that any revision can be measured: the student enrols in a free
    course, and the file of the first segment in what `play/` answers is replaced by a large one.
    """
    body = {"username": "student", "password": "luffy-student"}
    token = _call(address, "/api/v1/user/login/", body)["token"]
    course = _call(address, "/api/v1/course/?ordering=price", token=token)["results"][0]
    _call(address, f"/api/v1/course/{course['id']}/enroll/", {}, token=token)
    section = next(each for each in course["section_list"] if not each["free_trail"])
    url = _call(address, f"/api/v1/course/section/{section['id']}/play/", token=token)["url"]
    segment = _first_segment(address, url)
    video = random.randbytes(1024 * 1024) * (VIDEO // 1024 // 1024)
    public = folder / "media" / PUBLIC
    public.parent.mkdir(parents=True, exist_ok=True)
    name = urlsplit(segment).path.rpartition("/")[2]
    for file in [public, *(folder / "private").rglob(name)]:
        file.write_bytes(video)
    return {"a public file": f"/media/{PUBLIC}", "an entitled URL": segment}


def _first_segment(address: str, url: str) -> str:
    """What the first line of a playlist names, through playlists of qualities; else the URL."""
    path = url.removeprefix(address)
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=10)) as connection:
        text = _ask(connection, path, Range="bytes=0-65535")
    if not text.startswith(b"#EXTM3U"):
        return path
    first = next(line for line in text.decode().splitlines() if line and not line.startswith("#"))
    if not first.startswith(("/", "http")):
        first = f"{path.partition('?')[0].rpartition('/')[0]}/{first}"
    return _first_segment(address, first)


def _call(address: str, path: str, body: Any = None, *, token: str = "") -> Any:
    """The data of an API call; with a body it is a POST."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"jwt {token}"
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=10)) as connection:
        raw = None if body is None else json.dumps(body)
        connection.request("GET" if body is None else "POST", path, raw, headers)
        answer = connection.getresponse()
        envelope = json.loads(answer.read())
    if answer.status not in {200, 201}:
        raise SystemExit(f"{path} answered {answer.status}: {envelope}")
    return envelope["data"]


@contextmanager
def _server(worker: str, environment: dict[str, str]) -> Iterator[Server]:
    """gunicorn as scripts/start runs it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--worker-class", worker, "--workers", "1", "--threads", "16", "--timeout", "60"]
    options += ["--keep-alive", "15", "--no-control-socket", "--log-level", "error"]
    command = [sys.executable, "-m", "gunicorn", "luffy_api.wsgi", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, *options], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        yield Server(address, int(children.split()[0]))
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(address: str) -> None:
    for _ in range(300):
        with suppress(OSError):
            _get(address, "/healthz")
            return
        time.sleep(0.2)
    raise SystemExit("the server did not start")


@contextmanager
def _viewers(address: str, path: str) -> Any:
    taken = Value("q", 0)
    process = Process(target=_watch_all, args=(address, path, taken), daemon=True)
    process.start()
    time.sleep(5)
    try:
        yield taken
    finally:
        process.terminate()
        process.join(10)


def _watch_all(address: str, path: str, taken: Any) -> None:
    asyncio.run(_crowd(urlsplit(address).port or 80, path, taken))


async def _crowd(port: int, path: str, taken: Any) -> None:
    await asyncio.gather(*(_viewer(port, path, taken) for _ in range(VIEWERS)))


async def _viewer(port: int, path: str, taken: Any) -> None:
    while True:
        with suppress(OSError, TimeoutError):
            await _watch(port, path, taken)
        await asyncio.sleep(0.5)


async def _watch(port: int, path: str, taken: Any) -> None:
    """Ten seconds of a video, at its own speed."""
    loop, sock = asyncio.get_running_loop(), socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
    sock.setblocking(False)
    with sock:
        await loop.sock_connect(sock, ("127.0.0.1", port))
        start = random.randrange(VIDEO // 2)
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", f"Range: bytes={start}-", "", ""]
        await loop.sock_sendall(sock, "\r\n".join(lines).encode())
        for _ in range(40):
            left = BYTES_PER_SECOND // 4
            while left > 0:
                data = await asyncio.wait_for(loop.sock_recv(sock, min(left, WINDOW)), 30)
                if not data:
                    return
                left -= len(data)
                taken.value += len(data)
            await asyncio.sleep(0.25)


def _measure(address: str) -> list[float]:
    """Milliseconds of each answer, the slowest first cut at ten seconds."""
    times, end = [], time.monotonic() + SECONDS
    while time.monotonic() < end:
        began = time.perf_counter()
        with suppress(OSError, HTTPException):
            _get(address, "/api/v1/course/?page=1")
        times.append(1000 * (time.perf_counter() - began))
        time.sleep(PAUSE)
    return times


def _compare_parts(worker: str, server: Server, paths: dict[str, str]) -> None:
    """The time of one request for a part, by blocks of either URL in turn on one connection."""
    times: dict[str, list[float]] = {who: [] for who in paths}
    cpu = dict.fromkeys(paths, 0.0)
    with closing(HTTPConnection(urlsplit(server.address).netloc, timeout=10)) as connection:
        for block in range(PARTS // BLOCK):
            for who, path in paths.items():
                used = server.cpu_ms()
                for number in range(BLOCK * block, BLOCK * (block + 1)):
                    times[who].append(_ask_part(connection, path, number))
                cpu[who] += server.cpu_ms() - used
    for who in paths:
        median, each = statistics.median(times[who]), cpu[who] / PARTS
        print(f"{worker}, {PART // 1024} kB of {who}: median {median:.2f} ms, CPU {each:.2f} ms")
        record(f"{worker}, part of {who} (ms)", median)
        record(f"{worker}, part of {who}, CPU (ms)", each)
    plain, asked = cpu.values()
    print(f"  the check of the entitlement makes it {asked / plain:.2f} times", flush=True)


def _ask_part(connection: HTTPConnection, path: str, number: int) -> float:
    """Milliseconds of one answer."""
    start = number * PART
    began = time.perf_counter()
    _ask(connection, path, Range=f"bytes={start}-{start + PART - 1}")
    return 1000 * (time.perf_counter() - began)


def _get(address: str, path: str) -> None:
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=10)) as connection:
        _ask(connection, path)


def _ask(connection: HTTPConnection, path: str, **headers: str) -> bytes:
    """The body of an answer."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status not in {200, 206}:
        raise SystemExit(f"{path} answered {answer.status}")
    return body


def _report(worker: str, load: str, times: list[float]) -> None:
    times.sort()
    p95 = times[int(len(times) * 0.95)] if times else float("inf")
    machine = os.getloadavg()[0]
    record(f"{worker}, {load}: course page (ms)", statistics.median(times))
    print(
        f"{worker}, {load}: median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms"
        f" of {len(times)} answers (load of the machine {machine:.1f})",
        flush=True,
    )
