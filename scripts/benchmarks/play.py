"""Requests of 64 players over HTTP: the address of a video, its playlist, and one of its segments.

Arguments: numbers of worker processes to try, such as 1 2 3.
"""

import json
from typing import TYPE_CHECKING

from scripts.benchmarks.shop import measure, scratch_shop, workers_to_try

if TYPE_CHECKING:
    from luffy_api.tests.processes.shop import Shop

STUDENTS = 100
# Of each student; a limit of accounts is at 600 a minute.
TURNS = 20
FOLDER = "course/videos/bench"
SEGMENT = b"\x47" * 100_000
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n0.ts\n#EXT-X-ENDLIST\n"


def run(arguments: list[str]) -> None:
    """Every student has begun the same video of a course that they own."""
    for workers in workers_to_try(arguments):
        with scratch_shop(workers) as shop:
            from django.db import connection

            print(f"{connection.vendor}, {workers} worker process(es)")
            _store(shop)
            requests = {"play": _plays()}
            requests["playlist"] = _playlists(shop, requests["play"][:STUDENTS])
            requests["segment"] = _segments(shop, requests["playlist"][:STUDENTS])
            for name, each in requests.items():
                answers, _ = measure(name, shop, each)
                if {status.split()[0] for status in answers} != {"200"}:
                    raise SystemExit(f"not every one succeeded: {answers}\n{shop.log()[-3000:]}")


def _store(shop: "Shop") -> None:
    for server in shop.servers:
        folder = server.folder / "private" / FOLDER
        folder.mkdir(parents=True)
        (folder / "index.m3u8").write_bytes(PLAYLIST)
        (folder / "0.ts").write_bytes(SEGMENT)


def _plays() -> list[bytes]:
    from luffy_api.apps.user import tokens
    from luffy_api.tests.factories import (
        EnrollmentFactory,
        ProgressFactory,
        SectionFactory,
        UserFactory,
    )
    from luffy_api.tests.processes.clients import api

    section = SectionFactory(duration=600, video_hls=f"{FOLDER}/index.m3u8")
    students = UserFactory.create_batch(STUDENTS)
    for student in students:
        EnrollmentFactory(user=student, course=section.chapter.course)
        ProgressFactory(user=student, section=section, position=10)
    logins = [tokens.issue(student).token for student in students]
    path = f"course/section/{section.pk}/play/"
    return [api(path, login, method="GET") for login in logins] * TURNS


def _playlists(shop: "Shop", plays: list[bytes]) -> list[bytes]:
    urls = [json.loads(body)["data"]["url"] for body in _bodies(shop, plays)]
    return [_get(url) for url in urls] * TURNS


def _segments(shop: "Shop", playlists: list[bytes]) -> list[bytes]:
    lines = [body.decode().splitlines() for body in _bodies(shop, playlists)]
    urls = [next(line for line in each if line and line[0] != "#") for each in lines]
    return [_get(url) for url in urls] * TURNS


def _bodies(shop: "Shop", requests: list[bytes]) -> list[bytes]:
    from luffy_api.tests.processes.clients import send_all

    return [answer.body for answer in send_all(shop.ports, requests, threads=8) if answer]


def _get(url: str) -> bytes:
    from luffy_api.tests.processes.clients import request

    return request(url, method="GET")
