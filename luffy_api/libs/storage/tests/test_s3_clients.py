"""A process has one client of boto3 for an endpoint, whatever its threads and storages."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import boto3
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from luffy_api.libs.storage import s3_clients

THREADS = 16


def test_all_threads_and_storages_call_through_one_client(s3, monkeypatch):
    # Given a process that has not called yet
    monkeypatch.setattr(s3_clients, "_resources", {})
    made = []
    session = boto3.Session
    monkeypatch.setattr(boto3, "Session", lambda **keys: made.append(1) or session(**keys))
    barrier = Barrier(THREADS)

    def work(number: int) -> tuple[int, bytes]:
        """Stores and reads a file by Django's methods, and asks for it by ours."""
        files = storages["private" if number % 2 else "default"]
        barrier.wait()
        name = files.save(f"course/{number}.txt", ContentFile(str(number).encode()))
        with files.open(name) as file:
            content = file.read()
        assert files.stat(name).size == len(content)
        return id(files.client), content

    # When all threads do at once
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(work, range(THREADS)))

    # Then each has read its own, through the same client
    assert [content for _, content in answers] == [str(n).encode() for n in range(THREADS)]
    assert len({client for client, _ in answers}) == 1
    assert made == [1]


def test_threads_do_not_share_a_resource(s3):
    files = storages["private"]

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(lambda: files.connection).result()

    assert files.connection is files.connection
    assert other is not files.connection


def test_keys_of_another_account_make_another_client(s3):
    endpoint = storages["private"]._endpoint
    other = s3_clients.Endpoint(
        endpoint.url, endpoint.region, endpoint.addressing_style, "another", "secret"
    )

    assert s3_clients.client(other) is not s3_clients.client(endpoint)
    assert "secret" not in repr(other)
