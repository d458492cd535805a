"""What the measurements over HTTP share: a shop of its own, many clients, and the figures."""

import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.benchmarks.figures import record
from scripts.benchmarks.redis_server import optional_redis
from scripts.benchmarks.scratch import scratch_database

if TYPE_CHECKING:
    from luffy_api.tests.processes.clients import Answer
    from luffy_api.tests.processes.shop import Shop

CLIENTS = 64


@contextmanager
def scratch_shop(workers: int, *, redis: bool = False) -> Iterator["Shop"]:
    """One gunicorn with so many worker processes, over a scratch database."""
    with scratch_database(), optional_redis(redis) as more, shop_with(workers, more) as shop:
        yield shop


@contextmanager
def shop_with(workers: int, more: Mapping[str, str]) -> Iterator["Shop"]:
    """The same over the database of this process, with `more` in its environment."""
    from luffy_api.tests.processes import shop as shops

    with tempfile.TemporaryDirectory(prefix="luffy-bench-") as folder:
        shop = shops.Shop(Path(folder), servers=1, workers=workers)
        for server in shop.servers:
            environment = {**server._environment(), **more}
            server._environment = partial(dict, environment)  # type: ignore[method-assign]
        with shop:
            yield shop


@dataclass(frozen=True)
class Choice:
    """What the command line names: numbers of worker processes, and words."""

    workers: list[int]
    words: frozenset[str]


def choice(arguments: Sequence[str], words: Collection[str]) -> Choice:
    """Without a number those that scripts/start takes without and with a Redis."""
    named = frozenset(arguments) & frozenset(words)
    try:
        workers = [int(each) for each in arguments if each not in named]
    except ValueError:
        known = " and ".join(sorted(words))
        raise SystemExit(f"name numbers of worker processes, such as 1 2 3, and {known}") from None
    return Choice(workers or [1, (os.cpu_count() or 1) + 1], named)


def measure(name: str, shop: "Shop", requests: Sequence[bytes]) -> tuple["Counter[str]", float]:
    """Sends each request once from 64 clients, prints the figures; answers by kind, and rate."""
    from luffy_api.tests.processes.clients import send_all

    load, used = os.getloadavg()[0], _processor_seconds(shop)
    began = time.perf_counter()
    answers = send_all(shop.ports, requests, threads=CLIENTS)
    rate = len(requests) / (time.perf_counter() - began)
    each = 1000 * (_processor_seconds(shop) - used) / len(requests)
    subject = f"{name}, {len(shop.worker_pids())} worker(s)"
    record(f"{subject} (ms)", 1000 / rate)
    record(f"{subject}, CPU (ms)", each)
    record(f"{subject}, p99 (ms)", _quantiles(answers)[98])
    print(f"  {name}: {rate:.0f}/s, {_waits(answers)}, {each:.1f} ms of the shop's CPU each")
    print(f"    (load of the machine before: {load:.1f})")
    return Counter(_summary(answer) for answer in answers), rate


def _processor_seconds(shop: "Shop") -> float:
    """What the worker processes have used so far; unlike the rate, other programs hardly matter."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2] for pid in shop.worker_pids()]
    ticks = sum(int(field) for stat in stats for field in stat.split()[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _waits(answers: Sequence["Answer | None"]) -> str:
    cuts = _quantiles(answers)
    return f"median {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms"


def _quantiles(answers: Sequence["Answer | None"]) -> list[float]:
    """Milliseconds within which one in a hundred, two in a hundred … were answered."""
    return statistics.quantiles([1000 * answer.seconds for answer in answers if answer], n=100)


def _summary(answer: "Answer | None") -> str:
    if answer is None:
        return "no answer"
    return f"{answer.status} {answer.body.decode() if len(answer.body) < 20 else ''}".strip()
