"""Concurrent calls in threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def run_concurrently(size, act):
    """What `act(n)` returns for each of `size` threads that start at the same moment."""
    barrier = Barrier(size)

    def one(n):
        try:
            barrier.wait()
            return act(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(one, range(size)))
