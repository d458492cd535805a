"""Sliding-window counters, in this process and in Redis."""

import sys
import time
from threading import Thread

import pytest
import time_machine

from luffy_api.common import rate_counters
from luffy_api.common.rate_counters import LocalCounters, RedisCounters
from luffy_api.tests.redis_server import NEEDS_REDIS

MINUTE = 60
# The beginning of a minute.
START = 1_900_000_020
BOTH = ["local", pytest.param("redis", marks=NEEDS_REDIS)]


@pytest.fixture(params=BOTH)
def counters(request):
    if request.param == "local":
        return LocalCounters(time.time)
    request.getfixturevalue("redis")
    return RedisCounters()


@pytest.fixture
def clock():
    assert START % MINUTE == 0
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def allowed(counters, attempts, limit=10, key="somebody"):
    """How many of so many attempts were not too many."""
    return sum(counters.hit(key, limit, MINUTE) == 0 for _ in range(attempts))


def test_a_client_gets_the_limit_and_others_are_not_affected(counters, clock):
    assert allowed(counters, 15) == 10
    assert allowed(counters, 15, key="somebody else") == 10


def test_the_turn_of_a_window_gives_no_second_budget(counters, clock):
    clock.shift(MINUTE - 1)
    assert allowed(counters, 15) == 10

    clock.shift(1)
    assert allowed(counters, 15) == 0
    clock.shift(MINUTE / 2)
    assert allowed(counters, 15) == 5


@pytest.mark.parametrize("second", [0, 20, 59.5])
def test_the_wait_is_as_long_as_needed_and_no_longer(counters, clock, second):
    clock.shift(second)
    allowed(counters, 10)
    wait = counters.hit("somebody", 10, MINUTE)
    assert MINUTE - second < wait <= 2 * MINUTE

    clock.shift(wait - 0.5)
    assert counters.hit("somebody", 10, MINUTE) > 0
    clock.shift(0.6)
    assert counters.hit("somebody", 10, MINUTE) == 0


def test_what_is_given_back_does_not_count(counters, clock):
    for _ in range(50):
        assert counters.hit("somebody", 10, MINUTE) == 0
        counters.give_back("somebody", MINUTE)

    counters.give_back("nobody", MINUTE)
    assert allowed(counters, 15, key="nobody") == 10


def test_at_the_same_moment_the_limit_holds(counters, clock):
    answers = []

    def attempt():
        answers.extend(counters.hit("somebody", 100, MINUTE) == 0 for _ in range(50))

    threads = [Thread(target=attempt) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert (len(answers), sum(answers)) == (400, 100)


def test_100_000_addresses_are_counted_in_one_process(clock, record_property):
    counters = LocalCounters(time.time)
    assert allowed(counters, 10, key="10.0.0.0") == 10

    for n in range(1, 100_000):
        counters.hit(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", 10, MINUTE)

    windows = counters._periods[MINUTE]
    size = sys.getsizeof(windows.current) + sum(map(sys.getsizeof, windows.current))
    record_property("figures", f"counters of 100,000 addresses: {size / 1e6:.1f} MB")
    assert size < 15e6
    assert allowed(counters, 5, key="10.0.0.0") == 0
    clock.shift(2 * MINUTE)
    counters.hit("10.0.0.0", 10, MINUTE)
    assert len(windows.current) + len(windows.previous) == 1


def test_beyond_the_bound_nobody_is_forgotten(clock, monkeypatch):
    monkeypatch.setattr(rate_counters, "MAX_CLIENTS", 100)
    monkeypatch.setattr(rate_counters, "SHARED_SLOTS", 50)
    counters = LocalCounters()
    assert allowed(counters, 10) == 10

    for n in range(10_000):
        counters.hit(f"address {n}", 10, MINUTE)

    assert allowed(counters, 5) == 0
    assert len(counters._periods[MINUTE].current) <= 100 + 50
    # Latecomers share counters, so they cannot start anew under a new address.
    assert allowed(counters, 5, key="a new address") == 0


@pytest.mark.parametrize("correction", [-3 * MINUTE, -3600, 3600])
def test_a_corrected_wall_clock_neither_forgets_nor_refuses(correction):
    counters = LocalCounters()
    moment = 0.1
    with time_machine.travel(START, tick=True) as clock:
        allowed(counters, 10)
        counters.hit("somebody else", 1, moment)

        clock.shift(correction)

        assert allowed(counters, 5) == 0
        time.sleep(2 * moment)
        assert counters.hit("somebody else", 1, moment) == 0


@NEEDS_REDIS
def test_in_redis_nobody_waits_longer_after_a_clock_is_set_back(redis, clock):
    counters = RedisCounters()
    assert allowed(counters, 15) == 10

    clock.shift(-60 * MINUTE)

    assert allowed(counters, 15) == 10
    clock.shift(2 * MINUTE)
    assert allowed(counters, 15) == 10
