"""Requests of players over HTTP: the address of a video, its playlist, its segments.

    ./scripts/bench play [WORKERS …] [redis]   from 64 clients, with so many processes
    ./scripts/bench play bare                  beside a bare Django view

A segment is asked for as a whole (100 kB), and as behind nginx, which sends the bytes: then the
shop answers only that this viewer has a right to it.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.benchmarks.beside_bare import beside_bare
from scripts.benchmarks.redis_server import optional_redis
from scripts.benchmarks.scratch import scratch_database
from scripts.benchmarks.served import get
from scripts.benchmarks.shop import choice, measure, shop_with

if TYPE_CHECKING:
    from luffy_api.tests.processes.shop import Shop

STUDENTS = 100
# Of each student; a limit of accounts is at 600 a minute.
TURNS = 20
FOLDER = "course/videos/bench"
SEGMENT = b"\x47" * 100_000
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n0.ts\n#EXT-X-ENDLIST\n"
# Students come from addresses of their own: there is a limit of those as well.
PROXIED = {"TRUSTED_PROXIES": "1"}
BEHIND_NGINX = {**PROXIED, "ACCEL_REDIRECT_PREFIX": "/protected/"}
Send = Callable[[Sequence[bytes]], list[bytes]]


def run(arguments: list[str]) -> None:
    """Every student has begun the same video of a course that they own."""
    chosen = choice(arguments, ("redis", "bare"))
    if "bare" in chosen.words:
        with beside_bare(BEHIND_NGINX) as pair:
            _store(pair.folder)
            plays = _plays()
            playlists = _playlists(pair.shop.send, plays)
            segments = _segments(pair.shop.send, playlists)
            pair.compare("play", plays * TURNS)
            pair.compare("playlist", playlists * TURNS)
            pair.compare("a segment's right", segments * TURNS)
        return
    for workers in chosen.workers:
        _from_many_clients(workers, redis="redis" in chosen.words)


def _from_many_clients(workers: int, *, redis: bool) -> None:
    with scratch_database(), optional_redis(redis) as more:
        from django.db import connection

        print(f"{connection.vendor}, {workers} worker process(es)")
        plays = _plays()
        with shop_with(workers, {**more, **PROXIED}) as shop:
            _store(shop.servers[0].folder)
            playlists = _playlists(_sender(shop), plays)
            segments = _segments(_sender(shop), playlists)
            _measure("play", shop, plays * TURNS)
            _measure("playlist", shop, playlists * TURNS)
            _measure("segment", shop, segments * TURNS)
        with shop_with(workers, {**more, **BEHIND_NGINX}) as shop:
            _store(shop.servers[0].folder)
            _measure("a segment's right", shop, segments * TURNS)


def _measure(name: str, shop: "Shop", requests: Sequence[bytes]) -> None:
    # A first time that counts not: two thousand requests would otherwise pay for what processes
    # load once.
    _sender(shop)(requests[: 2 * STUDENTS])
    answers, _ = measure(name, shop, requests)
    if {status.split()[0] for status in answers} != {"200"}:
        raise SystemExit(f"not every one succeeded: {answers}\n{shop.log()[-3000:]}")


def _store(var: Path) -> None:
    """The video in the private files of a server, by its VAR_DIR."""
    folder = var / "private" / FOLDER
    folder.mkdir(parents=True)
    (folder / "index.m3u8").write_bytes(PLAYLIST)
    (folder / "0.ts").write_bytes(SEGMENT)


def _plays() -> list[bytes]:
    """A request of each student."""
    from luffy_api.apps.user import tokens
    from luffy_api.tests.factories import (
        EnrollmentFactory,
        ProgressFactory,
        SectionFactory,
        UserFactory,
    )
    from luffy_api.tests.processes.clients import api

    section = SectionFactory(duration=600, **_hls(f"{FOLDER}/index.m3u8"))
    students = UserFactory.create_batch(STUDENTS)
    for student in students:
        EnrollmentFactory(user=student, course=section.chapter.course)
        ProgressFactory(user=student, section=section, position=10)
    logins = [tokens.issue(student).token for student in students]
    path = f"course/section/{section.pk}/play/"
    return [api(path, login, method="GET") for login in logins]


def _hls(playlist: str) -> dict[str, str]:
    """In earlier revisions a section had the columns of its video."""
    from luffy_api.apps.course.models import CourseSection

    columns = {field.name for field in CourseSection._meta.fields}
    return {"hls" if "hls" in columns else "video_hls": playlist}


def _playlists(send: Send, plays: Sequence[bytes]) -> list[bytes]:
    urls = [json.loads(body)["data"]["url"] for body in send(plays)]
    return [get(url, X_Forwarded_For=f"10.0.0.{number}") for number, url in enumerate(urls)]


def _segments(send: Send, playlists: Sequence[bytes]) -> list[bytes]:
    lines = [body.decode().splitlines() for body in send(playlists)]
    return [get(next(line for line in each if line and line[0] != "#")) for each in lines]


def _sender(shop: "Shop") -> Send:
    from luffy_api.tests.processes.clients import send_all

    def send(requests: Sequence[bytes]) -> list[bytes]:
        return [answer.body for answer in send_all(shop.ports, requests, threads=8) if answer]

    return send
