"""The store is bounded by bytes, and one thread makes what many want."""

import threading
import time
from dataclasses import dataclass

from luffy_api.apps.publishing import store
from luffy_api.apps.publishing.store import ByteStore


@dataclass(frozen=True)
class Thing:
    size: int


def test_the_longest_unused_goes_first():
    kept: ByteStore[Thing] = ByteStore(100)
    for name in "abc":
        kept.put(name, Thing(30))
    assert kept.get("a")

    kept.put("d", Thing(30))

    assert [name for name in "abcd" if kept.get(name)] == ["a", "c", "d"]
    assert kept.bytes == 90


def test_a_new_value_takes_the_room_of_the_old_one():
    kept: ByteStore[Thing] = ByteStore(100)
    for size in (60, 70, 80):
        kept.put("a", Thing(size))

    assert kept.bytes == 80


def test_what_is_larger_than_everything_is_not_kept():
    kept: ByteStore[Thing] = ByteStore(100)
    kept.put("a", Thing(10))
    kept.put("b", Thing(10))

    kept.put("a", Thing(101))

    assert kept.get("a") is None
    assert kept.bytes == 10


def test_threads_take_turns_at_a_key():
    kept: ByteStore[Thing] = ByteStore(100)
    made = []

    def make() -> None:
        with kept.turn("a"):
            if kept.get("a") is None:
                time.sleep(0.02)
                made.append(1)
                kept.put("a", Thing(1))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [1]


def test_nobody_waits_for_ever(monkeypatch):
    monkeypatch.setattr(store, "TURN_SECONDS", 0.05)
    kept: ByteStore[Thing] = ByteStore(100)

    with kept.turn("a"), kept.turn("a"):
        pass

    assert kept._turns[hash("a") % store.TURNS].acquire(blocking=False)
