"""A watch acts at its deadline, unless its block ended before."""

import time

import pytest

from luffy_api.common.watchdog import Watchdog
from luffy_api.tests.redis_server import wait_until


def test_a_block_that_takes_too_long():
    acted = []
    with Watchdog().watching(0.05, lambda: acted.append(1)) as watch:
        wait_until(lambda: acted)

    assert watch.fired
    assert acted == [1]


def test_a_block_that_ends_in_time():
    acted = []
    with Watchdog().watching(0.4, lambda: acted.append(1)) as watch:
        pass
    time.sleep(0.6)

    assert not watch.fired
    assert acted == []


def test_a_block_that_fails_in_time():
    acted = []
    with pytest.raises(ValueError), Watchdog().watching(0.4, lambda: acted.append(1)):
        raise ValueError
    time.sleep(0.6)

    assert acted == []


def test_deadlines_in_another_order_than_their_watches():
    dog, acted = Watchdog(), []
    with (
        dog.watching(0.2, lambda: acted.append("late")),
        dog.watching(0.1, lambda: acted.append("early")),
    ):
        wait_until(lambda: len(acted) == 2)

    assert acted == ["early", "late"]


def test_without_a_thread_the_block_runs_unwatched_and_the_next_one_is_watched(no_threads):
    dog, acted = Watchdog(), []

    with no_threads(), dog.watching(0.05, lambda: acted.append("unwatched")):
        pass
    with dog.watching(0.05, lambda: acted.append("watched")):
        wait_until(lambda: acted)

    assert acted == ["watched"]
