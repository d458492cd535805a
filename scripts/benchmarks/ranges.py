"""How quickly the API answers while 200 viewers watch local films, on a real server.

Each viewer opens a film somewhere in its middle, as a browser does (`Range: bytes=N-`), reads at
the speed of a film (2 Mbit/s) through a small window, and starts again elsewhere after a while.
Meanwhile one client asks the API for course pages, one after another. The viewers' address is the
one that `play/` gives to an owner, whose right is asked at every request; what that costs is seen
beside an address of the same film that names nobody.
"""

import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from multiprocessing import Process, Value
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
VIEWERS = 200
SECONDS = 30
# The throttle allows 600 requests a minute.
PAUSE = 0.12
FILM = 64 * 1024 * 1024
# What one request of a player may be: a segment of HLS on a slow line.
PART = 64 * 1024
PARTS = 300
BYTES_PER_SECOND = 2_000_000 // 8
WINDOW = 64 * 1024
WORKERS = {
    "a thread per viewer": "gthread",
    "files by the event loop": "luffy_api.file_worker.FileWorker",
}


def run(arguments: list[str]) -> None:
    """Prepares a shop in a temporary folder, and measures it with both workers."""
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
        paths = _film(Path(folder), environment)
        for name, worker in WORKERS.items():
            with _server(worker, environment) as address:
                _report(name, "nobody watches", _measure(address))
                _compare_parts(address, paths)
                for who, path in paths.items():
                    with _viewers(address, path) as taken:
                        _report(name, f"{VIEWERS} watch by {who}", _measure(address))
                        print(f"  they took {taken.value / 1024**2:.0f} MB", flush=True)


def _film(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """Writes a film and sells it; signed paths of it, by kind."""
    file = folder / "private" / "bench" / "film.mp4"
    file.parent.mkdir(parents=True)
    file.write_bytes(random.randbytes(1024 * 1024) * (FILM // 1024 // 1024))
    os.environ.update(environment)
    import django

    django.setup()
    from luffy_api.apps.course import playing
    from luffy_api.apps.course.models import CourseSection, Enrollment
    from luffy_api.apps.user.models import User
    from luffy_api.libs import storage

    film = {"video": "bench/film.mp4", "hls": "", "duration": 3600, "free_trail": False}
    section = CourseSection.objects.visible().exclude(video="").select_related("chapter")[0]
    CourseSection.objects.filter(pk=section.pk).update(**film)
    user, course_id = User.objects.get(username="student"), section.chapter.course_id
    Enrollment.objects.get_or_create(user=user, course_id=course_id, defaults={"source": 1})
    given = playing.open_section(section_id=section.pk, user_id=user.pk)
    plain = storage.signed_url(film["video"], expires_at=given.expires_at)
    return {"addresses that name nobody": plain, "the addresses of play/": given.url}


@contextmanager
def _server(worker: str, environment: dict[str, str]) -> Any:
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
        yield address
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
    """Ten seconds of a film, at its own speed."""
    loop, sock = asyncio.get_running_loop(), socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
    sock.setblocking(False)
    with sock:
        await loop.sock_connect(sock, ("127.0.0.1", port))
        start = random.randrange(FILM // 2)
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


def _compare_parts(address: str, paths: dict[str, str]) -> None:
    """The time of one request of a film's part, by either address in turn on one connection."""
    times: dict[str, list[float]] = {who: [] for who in paths}
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=10)) as connection:
        for number in range(PARTS):
            start = number * PART
            for who, path in paths.items():
                began = time.perf_counter()
                _ask(connection, path, Range=f"bytes={start}-{start + PART - 1}")
                times[who].append(1000 * (time.perf_counter() - began))
    plain, asked = (statistics.median(each) for each in times.values())
    print(
        f"  one part of {PART // 1024} kB: median {plain:.1f} ms, {asked:.1f} ms with the question"
        f" for the right ({asked / plain:.2f} times)",
        flush=True,
    )


def _get(address: str, path: str) -> None:
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=10)) as connection:
        _ask(connection, path)


def _ask(connection: HTTPConnection, path: str, **headers: str) -> None:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status not in {200, 206}:
        raise SystemExit(f"{path} answered {answer.status}")


def _report(worker: str, load: str, times: list[float]) -> None:
    times.sort()
    p95 = times[int(len(times) * 0.95)] if times else float("inf")
    machine = os.getloadavg()[0]
    print(
        f"{worker}, {load}: median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms"
        f" of {len(times)} answers (load of the machine {machine:.1f})",
        flush=True,
    )
