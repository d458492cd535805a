"""Requests that can be sent once only, such as notifications, beside the view of bare.py.

Both servers are gunicorn with our worker, 2 processes of 4 threads, with 8 clients. What counts is
their processor time, without that of a database.
"""

import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmarks.figures import record
from scripts.benchmarks.scratch import scratch_database
from scripts.benchmarks.served import Server, bare_environment, get, serve

# Shares of the requests, between which the bare view has its turns. One more comes before them.
TURNS = 5


@dataclass(frozen=True)
class BesideBare:
    """The two servers; `folder` is the shop's VAR_DIR."""

    bare: Server
    shop: Server
    folder: Path

    def compare(self, name: str, requests: Sequence[bytes]) -> None:
        """Send each request once, print how many of them cost as much as a bare view does."""
        size = len(requests) // (TURNS + 1)
        first, *shares = [requests[i * size : (i + 1) * size] for i in range(TURNS + 1)]
        bare = [get(f"/{max(2, len(self.shop.send(first)[0]))}")]
        self.bare.send(bare)
        pairs = [(self.bare.cost(bare), self.shop.cost_once(share)) for share in shares]
        times = sorted(cost / least for least, cost in pairs)
        median, seconds = statistics.median(times), statistics.median(cost for _, cost in pairs)
        print(
            f"  {name:26} {1 / median:6.3f} of a bare view"
            f" ({1 / times[-1]:.3f} to {1 / times[0]:.3f})   {1000 * seconds:6.2f} ms",
            flush=True,
        )
        record(f"{name}, in bare views", median)
        record(f"{name}, 8 clients, CPU (ms)", 1000 * seconds)


@contextmanager
def beside_bare(more: Mapping[str, str] | None = None) -> Iterator[BesideBare]:
    """Over a scratch database; `more` is in the shop's environment."""
    with scratch_database(), tempfile.TemporaryDirectory(prefix="luffy-bench-") as name:
        from django.db import connection

        from luffy_api.tests.processes import shop as shops

        url, folder = "http://127.0.0.1", Path(name)
        ours = shops.environment(folder, public_url=url, gateways=shops.NOWHERE) | (more or {})
        print(f"{connection.vendor}, requests per second of processor time")
        with (
            serve("scripts.benchmarks.bare", bare_environment(), "/2") as bare,
            serve("luffy_api.wsgi", ours, "/healthz") as shop,
        ):
            yield BesideBare(bare, shop, folder)
