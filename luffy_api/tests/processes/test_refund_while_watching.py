"""A refund while a video is watched, by the server that scripts/start starts."""

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse

import pytest

from luffy_api.apps.user import tokens
from luffy_api.tests.factories import CourseFactory, OrderFactory, SectionFactory
from luffy_api.tests.processes.clients import Client, api, paid_for, refunded_for, request
from luffy_api.tests.processes.shop import Shop

NAME = "course/videos/video.mp4"
# More than the buffers between server and viewer hold.
CONTENT = random.Random(7).randbytes(24 * 1024 * 1024)


@pytest.fixture(scope="module")
def running_cinema(django_db_setup, tmp_path_factory) -> Iterator[Shop]:
    """One server, with a video in its private area."""
    folder = tmp_path_factory.mktemp("cinema")
    worker = "luffy_api.sendfile_worker.SendfileWorker"
    with Shop(folder, worker=worker, servers=1) as shop:
        video = folder / "server0" / "private" / NAME
        video.parent.mkdir(parents=True)
        video.write_bytes(CONTENT)
        yield shop


@pytest.fixture
def port(transactional_db, running_cinema) -> int:
    """Where it listens, over the database of this test."""
    return running_cinema.ports[0]


@contextmanager
def slow_viewer(port: int, url: str) -> Iterator[HTTPResponse]:
    """Somebody who has asked for the video and so far has taken no more than its headers."""
    with socket.socket() as viewer:
        viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        viewer.connect(("127.0.0.1", port))
        viewer.sendall(request(url, method="GET"))
        with HTTPResponse(viewer) as answer:
            answer.begin()
            yield answer


def test_the_next_request_is_refused_and_the_running_one_comes_to_its_end(port):
    # Given a buyer who watches
    course = CourseFactory()
    section, order = SectionFactory(course=course, video=NAME), OrderFactory(courses=[course])
    token = tokens.issue(order.user).token
    play = api(f"course/section/{section.pk}/play/", token, method="GET")
    with Client(port) as client:
        assert client.send(paid_for(order)).body == b"success"
        url = client.send(play).json["data"]["url"]
        whole, part = (request(url, method="GET", Range=f"bytes={n}") for n in ("0-", "9-18"))
        assert client.send(part).body == CONTENT[9:19]
        with slow_viewer(port, url) as running:
            # When the money goes back
            assert client.send(refunded_for(order)).body == b"success"

            # Then no request opens anything any more
            assert [client.send(each).status for each in (part, whole, play)] == [403] * 3
            # But nobody takes back what is on its way
            assert running.status == 200
            assert running.read() == CONTENT
