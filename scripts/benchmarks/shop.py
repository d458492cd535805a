"""What the measurements over HTTP share: a shop of its own, many clients, and the figures."""

import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.benchmarks.figures import record
from scripts.benchmarks.scratch import scratch_database
from scripts.benchmarks.served import get, serve

if TYPE_CHECKING:
    from luffy_api.tests.processes.clients import Answer
    from luffy_api.tests.processes.shop import Shop

CLIENTS = 64


@contextmanager
def scratch_shop(workers: int) -> Iterator["Shop"]:
    """One gunicorn with so many worker processes, over a scratch database."""
    with scratch_database(), tempfile.TemporaryDirectory(prefix="luffy-bench-") as folder:
        from luffy_api.tests.processes.shop import Shop

        with Shop(Path(folder), servers=1, workers=workers) as shop:
            yield shop


def workers_to_try(arguments: list[str]) -> list[int]:
    """From the command line; by default what scripts/start takes without and with a Redis."""
    try:
        return [int(argument) for argument in arguments] or [1, (os.cpu_count() or 1) + 1]
    except ValueError:
        raise SystemExit("name the numbers of worker processes, such as: 1 2 3") from None


def measure(name: str, shop: "Shop", requests: Sequence[bytes]) -> tuple["Counter[str]", float]:
    """Sends each request once from 64 clients, prints the figures; answers by kind, and rate.

    Beside it a bare Django view answers as many bytes.
    """
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
    times = each / (1000 * _bare_view(max(2, len(answers[0].body if answers[0] else b""))))
    record(f"{subject}, in bare views", times)
    print(f"    {1 / times:.3f} of a bare view's (load of the machine before: {load:.1f})")
    return Counter(_summary(answer) for answer in answers), rate


def _bare_view(size: int) -> float:
    """Seconds of processor time in which the view of bare.py answers so many bytes."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with serve("scripts.benchmarks.bare", environment, "/2") as bare:
        bare.send([get(f"/{size}")] * CLIENTS)
        return bare.cost([get(f"/{size}")])


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
